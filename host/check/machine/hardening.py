"""Is a hardened server still so? By what counts, not only by what its files say (host/server/hardening/drift.py)."""

from host.check.findings import AGAIN, Findings
from host.server.hardening.drift import drift


def look_at_hardening(found: Findings) -> None:
    """SSH takes keys only, updates come by themselves, the clock is UTC, and the rest of docs/server.md."""
    if not found.settings.hardened:
        return
    for lost in drift(found.host) or ():
        found.problem(f"hardening {lost.what} {lost.name}".rstrip(), f"{lost.says}. {AGAIN}")
