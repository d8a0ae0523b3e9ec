"""What each file of the state holds: one that holds anything else reads as if it were not there (core/state.py)."""

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

from host.app.rename_state import Rename
from host.copy.proof import Proof
from host.copy.settings import Copied, CopySettings, CopyStatus
from host.core.ownership import Owner
from host.core.state import State
from host.database.settings import Settings
from host.files.drill import FilesDrill
from host.files.settings import FilesSettings
from host.files.status import FilesStatus
from host.files.swap import Aside, Swap
from host.link.record import LinkRecord
from host.restore.held_back import HeldBack
from host.upgrade.state import UpgradeState
from host.watch.baseline import Baseline
from host.watch.settings import WatchSettings

Shape = type[Any] | Mapping[str, type[Any]]
"""A dataclass, or the fields that must be there, by name."""

_SHAPES: dict[str, Shape] = {
    "apps/*/owner": Owner,
    "apps/*/links/*": LinkRecord,
    "apps/*/settings/*": {"names": list},
    "apps/*/certificate": {"how": str, "digest": str},
    "apps/*/rename": Rename,
    "buckets/*": {"key": str, "app": str, "stack": str},
    "server/domain": {"stack": str},
    "server/keys/*": {"fingerprints": list},
    "services/*/owner": Owner,
    "services/*/address": {"address": str},
    "services/*/change": Settings,
    "services/*/paused": {"since": int},
    "services/*/passphrase": {"sha256": str},
    "services/*/upgrade": UpgradeState,
    "services/*/copy/settings": CopySettings,
    "services/*/copy/key": {"access_key_id": str, "secret_access_key": str},
    "services/*/copy/since": {"at": int},
    "services/*/copy/status": CopyStatus,
    "services/*/copy/proof": Proof,
    "services/*/copy/done/*": Copied,
    "services/*/exchange": {"role": str, "aside": list},
    "services/*/held-back": HeldBack,
    "services/*/files/settings": FilesSettings,
    "services/*/files/status": FilesStatus,
    "services/*/files/drilled": FilesDrill,
    "services/*/files/drill-failed": {"text": str},
    "services/*/files/swaps/*": Swap,
    "services/*/files-aside/*": Aside,
    "services/*/watch/settings": WatchSettings,
    "services/*/watch/alert": {"url": str},
    "services/*/watch/baseline": Baseline,
    "services/*/watch/channels/*/address": {"kind": str, "url": str},
    "services/*/watch/channels/*/told": {"problems": dict, "failing": bool},
    "services/*/watch/drilled": {"at": int},
    "services/*/watch/drill-failed": {"text": str},
    "services/*/watch/evidence/*": {"ok": bool, "etag": str, "bytes": int},
    "services/*/watch/restarts": {"counts": dict, "looping": list},
    "services/*/watch/shrunk": {"text": str},
    "services/*/watch/since": {"at": int},
}
"""By their names, without what each check writes anew: what is wrong there is right after it."""


def fits(state: State, name: str) -> bool:
    """Whether an object of the state holds what it should; any will do where nothing is known of the name."""
    parts = name.count("/")
    shape = next((one for like, one in _SHAPES.items() if like.count("/") == parts and fnmatchcase(name, like)), {})
    if not isinstance(shape, Mapping):
        return state.load(shape, name) is not None
    found = state.read(name)
    return found is not None and all(_is(found.get(key), kind) for key, kind in shape.items())


def _is(value: Any, kind: type[Any]) -> bool:
    # bool is an int to Python.
    return isinstance(value, kind) and (kind is bool or not isinstance(value, bool))
