"""Another major version of the shared PostgreSQL; text only."""

from components.dokku.lifecycle import dokku_script
from components.dokku.shell import Script, session

UPGRADED = "PETBASE_UPGRADED"
"""In the environment of one run of the program: the version that the server has already, so that it is no refusal."""
_FILES = ("sql", "carry", "scratch", "lodgers", "own", "databases", "younger", "tidy", "fingerprint", "major")


def upgrade(stack: str, service: str, version: str) -> Script:
    """The service gets another major, with everything in it; its data of before is `kept` then, a stopped service."""
    values = {"resource": f"scratch.{service}", "stack": stack, "service": service, "version": version}
    more = {"next": kept(service, version), "dump": f"the upgrade to {version}"}
    return dokku_script(f"{service} becomes PostgreSQL {version}", *_FILES, values={**values, **more})


def look(service: str) -> str:
    """What runs, what an upgrade that was cut off left, and who uses the service; lines of WHAT VALUE."""
    return session(f"who uses {service}", "aside", "major_look", values={"service": service})


def drop(stack: str, old: str) -> Script:
    """The data of before an upgrade: gone, for good."""
    values = {"resource": f"database.{old}", "stack": stack, "old": old}
    return dokku_script(f"{old} goes", "major_drop", values=values)


def kept(service: str, version: str) -> str:
    """The service that holds the old data after an upgrade to `version`."""
    return f"{service}-before-{version.partition('.')[0]}"
