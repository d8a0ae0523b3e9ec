"""A process known by more than its number, so that it can be found again, and ended, for certain."""

import os
import select
import signal
import time
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Process:
    """A process id with when it started (clock ticks since boot) and the boot that this counts from."""

    pid: int
    started: int
    boot: str

    @classmethod
    def of(cls, pid: int) -> "Process | None":
        """The process that has this number now; None when there is none, or only what is left of one."""
        try:
            text = Path(f"/proc/{pid}/stat").read_text()
        except (FileNotFoundError, ProcessLookupError):
            return None
        fields = text.rpartition(")")[2].split()  # the name before it may hold spaces
        if fields[0] in "ZX":
            return None
        return cls(pid, int(fields[19]), Path("/proc/sys/kernel/random/boot_id").read_text().strip())

    @classmethod
    def from_json(cls, saved: dict[str, object] | None) -> "Process | None":
        """The process saved earlier, if it is that one that runs."""
        if not saved:
            return None
        now = cls.of(int(str(saved["pid"])))
        return now if now is not None and asdict(now) == saved else None

    def to_json(self) -> dict[str, object]:
        """For machine.json."""
        return asdict(self)

    def _wait_until_reaped(self, patience_seconds: float) -> None:
        """Its number stays in /proc a little longer than it lives, until its parent has noticed."""
        deadline = time.monotonic() + patience_seconds
        while Path(f"/proc/{self.pid}").exists() and time.monotonic() < deadline:
            time.sleep(0.005)

    def end(self, patience_seconds: float) -> None:
        """Ask it to end (SIGTERM), insist after `patience_seconds`, and return when it is gone."""
        try:
            handle = os.pidfd_open(self.pid)
        except ProcessLookupError:
            return
        try:
            if Process.of(self.pid) != self:
                return
            signal.pidfd_send_signal(handle, signal.SIGTERM)
            if not select.select([handle], [], [], patience_seconds)[0]:
                signal.pidfd_send_signal(handle, signal.SIGKILL)
                select.select([handle], [], [], patience_seconds)
            self._wait_until_reaped(patience_seconds)
        except ProcessLookupError:
            pass
        finally:
            os.close(handle)
