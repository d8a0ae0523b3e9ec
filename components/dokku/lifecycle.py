"""What each Dokku noun does when it appears, changes and goes; text only.

A noun's script converges: it is sent when the thing appears and again whenever its text or its input changes, and does
nothing where all is as declared. The database has no script for going: data outlives code.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from components.dokku.role_grants import Rights
from components.dokku.shell import Script, script

_NONE = Rights()
# The image that the plugin's backups use, and ours on top of it (host/backup/ensure.py).
S3BACKUP_IMAGE = "dokku/s3backup:0.18.0"
DUMP_IMAGE = "petbase/s3backup:0.18.0"


@dataclass(frozen=True)
class Noun:
    """How one noun comes and goes. `gone` is None where going must not touch the host."""

    here: Script
    gone: Script | None = None


def app(stack: str, name: str, domains: Sequence[str], *, named: bool) -> Noun:
    """An app and its domains. `named`: the stack file says the domains, so a found app gets them too."""
    values = {"resource": f"app.{name}", "stack": stack, "app": name}
    return Noun(
        dokku_script(f"app {name}", "app", values={**values, "named": yes(named)}, words=domains),
        dokku_script(f"app {name} goes", "app_gone", values=values),
    )


def link(
    stack: str,
    service: str,
    app: str,
    schema: str,
    access: str,
    *,
    rights: Rights = _NONE,
    restart: bool = True,
    was: str | None = None,
) -> Noun:
    """An app's room in the database: role, schema, DATABASE_URL (`access` schema), or the plain superuser's link.

    `restart` False leaves the restart of a deployed app to its settings, which come after: one restart for both.
    `was`: the room had that name until now.
    """
    here = room(stack, service, app, schema, access, rights=rights)
    if not restart:
        here["restart"] = "later"
    files = ["sql", "room", "own", "moved", "restarts", "link"]
    if was:
        here["was"] = was
        files = ["lodgers", "renamed", *files]
    values = {name: here[name] for name in ("resource", "stack", "service", "app")}
    return Noun(
        dokku_script(f"link {app} to {service}", *files, values=here),
        dokku_script(f"link {app} to {service} goes", "sql", "link_gone", values=values),
    )


def room(stack: str, service: str, app: str, schema: str, access: str, *, rights: Rights = _NONE) -> dict[str, str]:
    """The values of every script that makes or changes a room."""
    values = {"resource": f"link.{service}.{app}", "stack": stack, "service": service, "app": app}
    return {**values, "schema": schema, "access": access, **rights.values()}


def dokku_script(
    title: str,
    *files: str,
    values: Mapping[str, str],
    words: Sequence[str] = (),
    secrets: Sequence[str] = (),
) -> Script:
    """A script that asks Dokku: it first proves that Dokku answers (asks.sh)."""
    return script(title, "prelude", "marks", "asks", *files, values=values, words=words, secrets=secrets)


def yes(value: bool) -> str:
    """As the scripts compare it."""
    return "yes" if value else "no"
