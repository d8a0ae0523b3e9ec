"""`storage:create`, `destroy`, `info`, `list-entries`: named folders of the host; and the old `ensure-directory`.

The folders are real, their owners are not: the sandbox's host has one user, so `--chown` is kept and said, never done.
Rules: Dokku's plugins/storage (entry.go, commands_entries.go) and docs/advanced-usage/persistent-storage.md of 0.38.22.
"""

import json
import re
from pathlib import Path
from typing import Any

from sandbox.host.dokku.core import say
from sandbox.host.dokku.core.call import Call
from sandbox.host.dokku.storage import registry

_OWNERS = {"herokuish": "32767", "heroku": "1000", "paketo": "2000", "packeto": "2000", "root": "0", "false": "false"}


def _checked_name(name: str) -> str:
    if not name:
        raise say.RefusedError("storage entry name is required")
    if len(name) > 45:
        raise say.RefusedError(
            f'storage entry name "{name}" is too long (max 45 characters); helm release names cap our budget'
        )
    if not re.fullmatch(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?", name):
        raise say.RefusedError(
            f'storage entry name "{name}" must be a DNS-1123 label '
            "(lowercase letters, digits, and dashes; cannot start or end with a dash)"
        )
    if name.startswith(registry.LEGACY):
        raise say.RefusedError(f'storage entry name "{name}" must not start with reserved prefix "{registry.LEGACY}"')
    return name


def _owner(chown: str) -> str:
    if chown in _OWNERS:
        return _OWNERS[chown]
    if not re.fullmatch(r"[0-9]{1,5}", chown):
        raise say.RefusedError("Unsupported chown permissions")
    return chown


def create(call: Call) -> int:
    """`storage:create NAME [PATH] [--chown WHO]`: there already is no error, and path and owner are as given now."""
    plain, options = call.options(chown=("--chown",), scheduler=("--scheduler",))
    name = _checked_name([*plain, ""][0])
    chown, path = options.get("chown", ""), plain[1] if len(plain) > 1 else str(registry.FOLDERS / name)
    if not path.startswith("/"):
        text = f"host_path must be an absolute path or a docker named volume token, got {json.dumps(path)}"
        raise say.RefusedError(f'storage entry "{name}" {text}')
    if chown and _owner(chown) != "false" and path != str(registry.FOLDERS / name):
        raise say.RefusedError("--chown is only supported when the storage entry uses the default host path")
    if registry.entry(name):
        say.step(f"Storage entry {name} already exists, leaving in place")
    if not Path(path).is_dir():
        if Path(path).exists():
            raise say.RefusedError(f"storage entry path {path} exists but is not a directory")
        Path(path).mkdir(parents=True)
        say.detail(f"Created {path}")
    registry.save(name, path, chown)
    say.step(f"Storage entry {name} created")
    return 0


def destroy(call: Call) -> int:
    """`storage:destroy NAME [--force]`: forgotten, its folder stays."""
    name = [*call.rest("--force"), ""][0]
    _there(name)
    if found := registry.users(name):
        raise say.RefusedError(f'storage entry "{name}" is still mounted by app(s): {", ".join(found)}')
    if not call.has("--force") and say.confirm(name, f"storage entry {name}").strip() != name:
        raise say.RefusedError("Confirmation did not match test. Aborted.", bare=True)
    registry.forget(name)
    say.step(f"Storage entry {name} destroyed")
    return 0


def _there(name: str) -> dict[str, Any]:
    if not name:
        raise say.RefusedError("storage entry name is required")
    if not (entry := registry.entry(name)):
        raise say.RefusedError(f'storage entry "{name}" does not exist')
    return entry


def info(call: Call) -> int:
    """`storage:info NAME [--format json]`"""
    plain, options = call.options(format=("--format",))
    entry = _there([*plain, ""][0])
    if options.get("format") == "json":
        say.out(json.dumps(entry, indent=2))
        return 0
    say.step(f"Storage entry {entry['name']}")
    say.detail(f"Scheduler:        {entry['scheduler']}")
    say.detail(f"Host path:        {entry['host_path']}")
    if "chown" in entry:
        say.detail(f"Chown:            {entry['chown']}")
    return 0


def list_(call: Call) -> int:
    """`storage:list-entries [--format json]`"""
    found = registry.entries()
    if call.options(format=("--format",))[1].get("format") == "json":
        say.out(json.dumps(found, indent=2))
        return 0
    say.step("Storage entries:" if found else "No storage entries registered")
    for entry in found:
        say.detail(f"{entry['name']}\t{entry['scheduler']}\t{entry['host_path']}")
    return 0


def ensure_directory(call: Call) -> int:
    """`storage:ensure-directory [--chown WHO] NAME`: a folder without an entry; it warns that it is the old way."""
    plain, options = call.options(chown=("--chown",))
    say.warn("storage:ensure-directory is deprecated; use storage:create instead.")
    name = [*plain, ""][0]
    if not name:
        raise say.RefusedError("Please specify a directory to create")
    if not re.fullmatch(r"[A-Za-z0-9_-]+", name):
        raise say.RefusedError("Directory can only contain the following set of characters: [A-Za-z0-9_-]")
    owner = _owner(options.get("chown", "herokuish"))
    say.step(f"Ensuring {registry.FOLDERS / name} exists")
    (registry.FOLDERS / name).mkdir(parents=True, exist_ok=True)
    if owner != "false":
        say.detail(f"Setting directory ownership to {owner}:{owner}")
    say.detail("Directory ready for mounting")
    return 0
