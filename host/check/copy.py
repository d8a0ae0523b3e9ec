"""Are the verified dumps in the second store too? What the hourly copy left behind."""

from __future__ import annotations

from host.check.findings import Findings, duration
from host.copy.copied import read_status
from host.copy.settings import find_settings, folder
from host.watch.intervals import COPY_IS_SILENT_SECONDS


def look_at_copy(found: Findings) -> None:
    """The last copy failed, or none has run for too long. That no dump was verified for long is the drills' to tell."""
    if find_settings(found.host, found.service) is None:
        return
    status = read_status(found.host, found.service)
    since = (found.host.state.read(f"{folder(found.service)}/since") or {}).get("at", 0)
    silence = found.seconds_late(max(status.at if status else 0, since))
    if silence > COPY_IS_SILENT_SECONDS:
        found.problem(
            "second store", f"verified dumps were not copied there for {duration(silence)}. Try: ./petbase copy"
        )
    elif status and status.problem:
        text = f"not every verified dump is in the second store: {status.problem}. Try: ./petbase copy"
        found.problem("second store", text)
