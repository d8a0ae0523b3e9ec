"""What ./petbase's verbs do on the server; text only. What a stack keeps there is `components.dokku.lifecycle`."""

from components.dokku.lifecycle import dokku_script
from components.dokku.shell import Script


def restore_look(stack: str, service: str, name: str) -> Script:
    """What is in a dump that was sent, whether the service can take it, and whether there is room."""
    values = {"resource": f"look.{service}", "stack": stack, "service": service, "file": sent(name)}
    return dokku_script(f"look at a dump for {service}", "sql", "carry", "restore_read", "restore_look", values=values)


def restore_all(stack: str, service: str, name: str, dump: str) -> Script:
    """A dump in the place of the whole database; what the dump does not know is taken along."""
    return _restore(stack, service, name, dump, "all")


def restore_app(stack: str, service: str, name: str, dump: str, *, schema: str, was: str) -> Script:
    """One schema of a dump, called `was` there, in the place of the live one."""
    return _restore(stack, service, name, dump, "app", schema=schema, was=was)


def restore_aside(stack: str, service: str, name: str, dump: str, database: str) -> Script:
    """A dump as a database of its own, beside the live one."""
    return _restore(stack, service, name, dump, "aside", aside=database)


def back(stack: str, service: str, kind: str, name: str, schema: str) -> Script:
    """What a restore put aside, a `kind` (database or schema) called `name`, in its place again (`schema`)."""
    values = {**_scratch(stack, service), "kind": kind, "kept": name, "schema": schema, "dump": name}
    return dokku_script(f"{name} goes back to its place", *_PARTS, "back", values=values)


def drop_kept(stack: str, service: str, kind: str, name: str) -> Script:
    """What a restore put aside: gone, for good."""
    values = {**_scratch(stack, service), "kind": kind, "kept": name}
    return dokku_script(f"drop {name}", *_SMALL_PARTS, "drop_kept", values=values)


def sent(name: str) -> str:
    """Where a dump lies in the service's container (host/dumps/incoming.py)."""
    return f"/tmp/petbase_sent.{name}"


_SMALL_PARTS = ("sql", "carry", "scratch", "lodgers", "own", "databases", "schemas")
_PARTS = (*_SMALL_PARTS, "younger", "tidy")


def _restore(stack: str, service: str, name: str, dump: str, scope: str, **more: str) -> Script:
    values = {**_scratch(stack, service), "file": sent(name), "dump": dump, "scope": scope, **more}
    files = (*_PARTS, "fingerprint", "restore_read", "restore", f"restore_{scope}")
    return dokku_script(f"restore into {service}", *files, values=values)


def _scratch(stack: str, service: str) -> dict[str, str]:
    # The drill's lock too: both make the same throw-away databases (fingerprint.sh).
    return {"resource": f"scratch.{service}", "stack": stack, "service": service}
