"""What ./petbase's verbs do on the server; text only. What a stack keeps there is `components.dokku.lifecycle`."""

from collections.abc import Sequence

from components.dokku.lifecycle import dokku_script, room, yes
from components.dokku.shell import Script, session
from components.rights import Rights

_NONE = Rights()


def isolate(
    stack: str, service: str, app: str, schema: str, things: Sequence[str] | None, *, rights: Rights = _NONE
) -> Script:
    """An app out of `public` into its room: the `things` of these names, or (None) all; then the link to it."""
    values = {**room(stack, service, app, schema, "schema", rights=rights), "all": yes(things is None)}
    files = ("sql", "room", "own", "moved", "restarts", "move", "isolate", "link")
    return dokku_script(f"isolate {app}", *files, values=values, words=things or ())


def isolate_undo(stack: str, service: str, app: str, schema: str) -> Script:
    """An app's things back to `public`, and the superuser's link back to the app."""
    values = room(stack, service, app, schema, "superuser")
    files = ("sql", "room", "own", "moved", "restarts", "lodgers", "move", "isolate_undo", "link")
    return dokku_script(f"undo the isolation of {app}", *files, values=values)


def rotate(stack: str, service: str, app: str, schema: str, *, rights: Rights = _NONE) -> Script:
    """A new password for an app's role; whoever came in with the old one is put out."""
    files = ("sql", "room", "own", "moved", "restarts", "rotate", "link", "rotated")
    return dokku_script(
        f"a new password for {app}", *files, values=room(stack, service, app, schema, "schema", rights=rights)
    )


def drop_data(stack: str, service: str, app: str) -> Script:
    """The schema and the role that stayed when an app went: gone, for good."""
    values = {"resource": f"link.{service}.{app}", "stack": stack, "service": service, "app": app}
    return dokku_script(f"drop the data of {app}", "sql", "lodgers", "drop_data", values=values)


def psql(service: str, app: str | None, *, read_only: bool, tty: bool) -> str:
    """psql as an app's role, or (None) as the superuser; the text runs on the caller's own stdin."""
    values = {"service": service, "app": app or "", "read_only": yes(read_only), "tty": yes(tty)}
    return session(f"psql on {service}", "psql", values=values)


def restored(stack: str, service: str) -> Script:
    """After an import: every object back to its app's role, without which the apps are refused (facts: dumps)."""
    values = {"resource": f"restore.{service}", "stack": stack, "service": service}
    return dokku_script(f"owners of {service}", "sql", "own", "restored", values=values)
