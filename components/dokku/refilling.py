"""How an empty database gets its data back from the bucket; text only."""

from components.config.spec import Backups
from components.dokku.lifecycle import DUMP_IMAGE, S3BACKUP_IMAGE, dokku_script
from components.dokku.shell import Script


def refill(stack: str, service: str, source: str, spec: Backups, endpoint: str) -> Script:
    """The dump `source`, or `latest`, into a database that holds no table; where it holds some, nothing."""
    values = {
        "resource": f"refill.{service}",
        "stack": stack,
        "service": service,
        "from": source,
        "bucket": spec.bucket,
        "prefix": f"{spec.path}/" if spec.path else "",
        "region": spec.region,
        "endpoint": endpoint,
        "image": DUMP_IMAGE,
        "base": S3BACKUP_IMAGE,
    }
    files = ("sql", "own", "image", "store", "unpack", "carry", "scratch", "databases", "refill")
    secrets = ("key_id", "secret_key", "passphrase")
    return dokku_script(f"the data of {service}", *files, values=values, secrets=secrets)
