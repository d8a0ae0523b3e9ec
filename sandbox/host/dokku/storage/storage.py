"""`storage:mount`, `unmount` and `list`: which folders of the host an app finds in its container.

Nothing here restarts the app. Kept and listed without effect: the stand-in's processes have no container of their own.
Rules: record 542, Dokku's plugins/storage (subcommands.go, attachment.go) and its tests/unit/storage.bats. A mount
names an entry (`entries.py`); the old `HOST:DIR` form makes one behind the scenes.
"""

import re

from sandbox.host.dokku.apps import app as apps
from sandbox.host.dokku.core import report, say
from sandbox.host.dokku.core.call import Call, app_named
from sandbox.host.dokku.storage import registry
from sandbox.host.dokku.storage.registry import Mount, mounts

_OPTIONS = {
    "container_dir": ("--container-dir",),
    "phase": ("--phase",),
    "process_type": ("--process-type",),
    "options": ("--volume-options",),
    "chown": ("--volume-chown",),
    "subpath": ("--volume-subpath",),
}
_TWO_PATHS = "Storage path must be two valid paths divided by colon."
_VOLUME = "Volume name must be two characters or more. Volume name must not contain invalid characters. "


def _without(app: str, entry: str, directory: str) -> list[Mount]:
    """The mounts but this one; of any directory when none is named."""
    return [
        mount
        for mount in mounts(app)
        if mount["entry_name"] != entry or (directory and mount["container_path"] != directory)
    ]


def mount(call: Call) -> int:
    """`storage:mount APP ENTRY --container-dir DIR [--volume-readonly]`, or `storage:mount APP HOST:DIR[:ro]`."""
    plain, options = call.options(**_OPTIONS)
    app, what = apps.verified(app_named(plain)), [*plain[1:], ""][0]
    if ":" in what:
        return _mount_paths(app, what)
    if not registry.entry(what):
        raise say.RefusedError(f'storage entry "{what}" does not exist; create it first with `dokku storage:create`')
    directory = options.get("container_dir", "")
    if not directory:
        raise say.RefusedError("--container-dir is required when mounting a named storage entry")
    if not directory.startswith("/"):
        raise say.RefusedError(f'attachment container path "{directory}" must be absolute')
    kept = _without(app, what, directory)
    there = len(kept) < len(mounts(app))
    registry.save_mounts(
        app, [*kept, _made(what, directory, options.get("options", ""), readonly=call.has("--volume-readonly"))]
    )
    say.step(
        f"Storage entry {what} mount at {directory} on {app} updated"
        if there
        else f"Storage entry {what} mounted at {directory} on {app}"
    )
    return 0


def _made(entry: str, directory: str, options: str, *, readonly: bool) -> Mount:
    found: Mount = {"entry_name": entry, "container_path": directory, "phases": ["deploy", "run"]}
    return found | ({"readonly": True} if readonly else {}) | ({"volume_options": options} if options else {})


def _paths(what: str) -> tuple[str, str, str]:
    """Host, directory and options of the old form."""
    if what.startswith("/"):
        if not re.match(r"/.*:/", what):
            raise say.RefusedError(_TWO_PATHS)
    elif not re.match(r"[a-zA-Z0-9][a-zA-Z0-9_.-]+:/", what):
        raise say.RefusedError(_VOLUME + _TWO_PATHS)
    host, directory, options = [*what.split(":", 2), ""][:3]
    return host, directory, options


def _mount_paths(app: str, what: str) -> int:
    host, directory, options = _paths(what)
    entry = registry.of_host_path(host)
    if len(_without(app, entry, directory)) < len(mounts(app)):
        raise say.RefusedError("Mount path already exists.")
    words = [word for word in options.split(",") if word]
    others = ",".join(word for word in words if word != "ro")
    registry.save_mounts(app, [*mounts(app), _made(entry, directory, others, readonly="ro" in words)])
    return 0


def unmount(call: Call) -> int:
    """`storage:unmount APP ENTRY [--container-dir DIR]`, or `storage:unmount APP HOST:DIR`. No data goes."""
    plain, options = call.options(**_OPTIONS)
    app, what = apps.verified(app_named(plain)), [*plain[1:], ""][0]
    directory, entry = options.get("container_dir", ""), what
    if ":" in what:
        host, directory, _ = _paths(what)
        entry = registry.legacy_name(host)
    kept = _without(app, entry, directory)
    gone = len(mounts(app)) - len(kept)
    if gone > 1 and not directory:
        paths = ", ".join(found["container_path"] for found in mounts(app) if found["entry_name"] == entry)
        raise say.RefusedError(
            f'storage entry "{entry}" is mounted at multiple paths on app "{app}" ({paths}); '
            "pass --container-dir to disambiguate"
        )
    if not gone:
        where = f' at "{directory}"' if directory else ""
        raise say.RefusedError(
            "Mount path does not exist."
            if ":" in what
            else f'storage entry "{entry}" is not mounted{where} on app "{app}"'
        )
    registry.save_mounts(app, kept)
    return 0


def list_(call: Call) -> int:
    """`storage:list APP [--format text|json]`; behind `--quiet` the bare lines."""
    plain, options = call.options(format=("--format",))
    app, form = apps.verified(app_named(plain)), options.get("format", "text")
    if form not in {"text", "json"}:
        raise say.RefusedError("Invalid --format value specified")
    rows = [
        {
            "entry_name": found["entry_name"],
            "host_path": registry.entry(found["entry_name"])["host_path"],
            **{key: found[key] for key in ("container_path", "readonly", "volume_options") if key in found},
        }
        for found in mounts(app)
    ]
    if form == "json":
        say.out(report.to_json(rows))
        return 0
    say.step(f"{app} volume bind-mounts:")
    for row in rows:
        words = [*(["ro"] if "readonly" in row else []), *([row["volume_options"]] if "volume_options" in row else [])]
        line = ":".join([row["host_path"], row["container_path"], *([",".join(words)] if words else [])])
        say.out(line if say.quiet else f"       {line}")
    return 0
