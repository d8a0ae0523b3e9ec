"""What each Dokku noun does when it appears, changes and goes; text only.

A noun's script converges: it is sent when the thing appears and again whenever its text or its input changes, and does
nothing where all is as declared. The database has no script for going: data outlives code.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from components.dokku.shell import Script, script, session
from components.spec import App, Backups, Database, Dokku
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


def link(stack: str, service: str, app: str, schema: str, access: str, *, restart: bool = True) -> Noun:
    """An app's room in the database: role, schema, DATABASE_URL (`access` schema), or the plain superuser's link.

    `restart` False leaves the restart of a deployed app to its settings, which come after: one restart for both.
    """
    here = _room(stack, service, app, schema, access)
    if not restart:
        here["restart"] = "later"
    values = {name: here[name] for name in ("resource", "stack", "service", "app")}
    return Noun(
        _script(f"link {app} to {service}", "sql", "room", "own", "link", values=here),
        _script(f"link {app} to {service} goes", "sql", "link_gone", values=values),
    )


def settings(stack: str, app: str, spec: App) -> Noun:
    """An app's variables and ports; the secret variables come on stdin as one line, NAME=VALUE with spaces between.

    The first line of stdin is a digest of the link, so that a changed link sends this too: it restarts for both.
    """
    values = {"resource": f"settings.{app}", "stack": stack, "app": app}
    here = {
        **values,
        "names": " ".join([*spec.env, *spec.secrets]),
        "env": " ".join(f"{name}={value}" for name, value in spec.env.items()),
        "ports": " ".join(spec.ports),
    }
    gone = {**values, "names": "", "env": "", "ports": ""}
    secrets = ("linked", "secrets")
    return Noun(
        _script(f"settings of {app}", "settings", values=here, secrets=secrets),
        _script(f"settings of {app} go", "nothing_secret", "settings", values=gone, secrets=secrets),
    )


def isolate(stack: str, service: str, app: str, schema: str, things: Sequence[str] | None) -> Script:
    """An app out of `public` into its room: the `things` of these names, or (None) all; then the link to it."""
    values = {**_room(stack, service, app, schema, "schema"), "all": _yes(things is None)}
    files = ("sql", "room", "own", "move", "isolate", "link")
    return _script(f"isolate {app}", *files, values=values, words=things or ())


def isolate_undo(stack: str, service: str, app: str, schema: str) -> Script:
    """An app's things back to `public`, and the superuser's link back to the app."""
    values = _room(stack, service, app, schema, "superuser")
    files = ("sql", "room", "own", "lodgers", "move", "isolate_undo", "link")
    return _script(f"undo the isolation of {app}", *files, values=values)


def rotate(stack: str, service: str, app: str, schema: str) -> Script:
    """A new password for an app's role; whoever came in with the old one is put out."""
    files = ("sql", "room", "own", "rotate", "link", "rotated")
    return _script(f"a new password for {app}", *files, values=_room(stack, service, app, schema, "schema"))


def drop_data(stack: str, service: str, app: str) -> Script:
    """The schema and the role that stayed when an app went: gone, for good."""
    values = {"resource": f"link.{service}.{app}", "stack": stack, "service": service, "app": app}
    return _script(f"drop the data of {app}", "sql", "lodgers", "drop_data", values=values)


def psql(service: str, app: str | None, *, read_only: bool, tty: bool) -> str:
    """psql as an app's role, or (None) as the superuser; the text runs on the caller's own stdin."""
    values = {"service": service, "app": app or "", "read_only": _yes(read_only), "tty": _yes(tty)}
    return session(f"psql on {service}", "psql", values=values)


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


def _room(stack: str, service: str, app: str, schema: str, access: str) -> dict[str, str]:
    values = {"resource": f"link.{service}.{app}", "stack": stack, "service": service, "app": app}
    return {**values, "schema": schema, "access": access}


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
