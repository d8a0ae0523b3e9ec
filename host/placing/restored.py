"""How a restore ended, as both ends read it (host.values.json_values)."""

from dataclasses import dataclass

from host.loading.verdict import Verdict


@dataclass(frozen=True)
class Restored:
    """How a restore ended. `old` are the names of what was live before, set aside; `fingerprint` is what came's.

    `verdicts` has one for each owner of something in the dump. `kept` are schemas whose live data stayed: the dump does
    not have them, or they cannot be restored from it. `one_by_one`: apps changed places one at a time, and `old` has a
    name for each of them.
    """

    old: tuple[str, ...]
    fingerprint: str = ""
    verdicts: tuple[Verdict, ...] = ()
    kept: tuple[str, ...] = ()
    one_by_one: bool = False
