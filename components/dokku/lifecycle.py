"""What each Dokku noun does when it appears, changes and goes; text only.

A noun's script converges: it is sent when the thing appears and again whenever its text or its input changes, and does
nothing where all is as declared. The database has no script for going: data outlives code.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from components.dokku.shell import Script, script
from components.spec import Backups, Database, Dokku
from components.types import parse_public_key

# The image that the plugin's backups use, and ours on top of it (components/dokku/scripts/backup.sh).
S3BACKUP_IMAGE = "dokku/s3backup:0.18.0"
DUMP_IMAGE = "petbase/s3backup:0.18.0"


@dataclass(frozen=True)
class Noun:
    """How one noun comes and goes. `gone` is None where going must not touch the host."""

    here: Script
    gone: Script | None = None


def host(stack: str, dokku: Dokku, domain: str, authorized_keys: Sequence[str], *, root_keys: bool) -> Noun:
    """Dokku and the plugin where absent, the global domain, the keys that may push (and open root: `root_keys`)."""
    keys = [parse_public_key(key) for key in authorized_keys]
    prefix = f"petbase-{stack.rpartition('/')[2]}-"
    values = {
        "resource": "host",
        "stack": stack,
        "version": dokku.version,
        "bootstrap_sha256": dokku.bootstrap_sha256 or "",
        "postgres_plugin": dokku.postgres_plugin,
        "domain": domain,
        "prefix": prefix,
        "root_keys": _yes(root_keys),
    }
    words = [word for key in keys for word in (key.fingerprint, f"{prefix}{key.short}", key.text)]
    # No question about apps comes first here (asks.sh): Dokku may not be installed yet.
    files = ("prelude", "marks", "host", "keys")
    return Noun(script("the server: Dokku, the plugin, keys", *files, values=values, words=words))


def database(stack: str, spec: Database) -> Noun:
    """The shared PostgreSQL service with its settings; healthy means that a query answers."""
    values = {
        "resource": f"database.{spec.service}",
        "stack": stack,
        "service": spec.service,
        "version": spec.version,
        "options": _options(spec.config),
        "memory": str(spec.memory_mb or ""),
    }
    return Noun(_script(f"database {spec.service}", "sql", "database", values=values))


def app(stack: str, name: str, domains: Sequence[str], *, named: bool) -> Noun:
    """An app and its domains. `named`: the stack file says the domains, so a found app gets them too."""
    values = {"resource": f"app.{name}", "stack": stack, "app": name}
    return Noun(
        _script(f"app {name}", "app", values={**values, "named": _yes(named)}, words=domains),
        _script(f"app {name} goes", "app_gone", values=values),
    )


def link(stack: str, service: str, app: str, schema: str, access: str) -> Noun:
    """An app's room in the database: role, schema, DATABASE_URL (`access` schema), or the plain superuser's link."""
    values = {"resource": f"link.{service}.{app}", "stack": stack, "service": service, "app": app}
    here = {**values, "schema": schema, "access": access}
    return Noun(
        _script(f"link {app} to {service}", "sql", "room", "own", "link", values=here),
        _script(f"link {app} to {service} goes", "sql", "link_gone", values=values),
    )


def backup(stack: str, service: str, spec: Backups, endpoint: str) -> Noun:
    """Credentials, dump image, encryption and schedule of a service's dumps."""
    values = {"resource": f"backup.{service}", "stack": stack, "service": service}
    here = {
        **values,
        "paused": _yes(spec.paused),
        "encrypt": _yes(spec.encrypt),
        "schedule": spec.schedule,
        "target": spec.target,
        "region": spec.region,
        "endpoint": endpoint,
        "image": DUMP_IMAGE,
        "base": S3BACKUP_IMAGE,
    }
    # One standard input serves both scripts (pulumi-command), so both read the same lines.
    secrets = ("key_id", "secret_key", "passphrase")
    return Noun(
        _script(f"backups of {service}", "backup", values=here, secrets=secrets),
        _script(f"backups of {service} go", "backup_gone", values=values, secrets=secrets),
    )


def restored(stack: str, service: str) -> Script:
    """After an import: every object back to its app's role, without which the apps are refused (facts: dumps)."""
    values = {"resource": f"restore.{service}", "stack": stack, "service": service}
    return _script(f"owners of {service}", "sql", "own", "restored", values=values)


def _script(
    title: str,
    *files: str,
    values: Mapping[str, str],
    words: Sequence[str] = (),
    secrets: Sequence[str] = (),
) -> Script:
    return script(title, "prelude", "marks", "asks", *files, values=values, words=words, secrets=secrets)


def _options(config: Mapping[str, str]) -> str:
    return " ".join(f"-c {name}={value}" for name, value in sorted(config.items()))


def _yes(value: bool) -> str:
    return "yes" if value else "no"
