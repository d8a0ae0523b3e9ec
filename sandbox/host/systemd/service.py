"""Runs one service to its end, as its own process: python -m sandbox.host.systemd.service UNIT.

Detached from its caller, so that a client that goes away stops nothing. One run at a time; who asks for a start
meanwhile waits for the running one. Under /run: services/UNIT.json, what is known of the last run.
"""

import contextlib
import fcntl
import os
import re
import shlex
import signal
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import IO, Any

from sandbox.host import paths
from sandbox.host.dokku.core import files
from sandbox.host.systemd import journal, units

_RUNS = units.STATE / "services"
# What a system service gets on Debian 12 that names no User=: no HOME, no USER.
_ENVIRONMENT = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"}
_SPAN = re.compile(r"(\d+)\s*(s|sec|min|m|h|hr|d)?")
_SECONDS = {None: 1, "s": 1, "sec": 1, "min": 60, "m": 60, "h": 3600, "hr": 3600, "d": 86400}


def last(name: str) -> dict[str, Any]:
    """state, result, status, started, ended of the last run; `inactive` when there was none since the boot."""
    return {"state": "inactive", "result": "success", **files.read_json(_RUNS / f"{name}.json")}


def forget(name: str) -> None:
    """`reset-failed`: as if it had never run."""
    (_RUNS / f"{name}.json").unlink(missing_ok=True)


def seconds(text: str) -> float | None:
    """`90`, `5min`, `1h 30min`; None for `infinity`. ValueError for anything else."""
    if text in ("infinity", ""):
        return None
    parts = _SPAN.findall(text)
    if not parts or _SPAN.sub("", text).strip():
        raise ValueError(f"Failed to parse time span: {text}")
    return float(sum(int(number) * _SECONDS[unit or None] for number, unit in parts))


def spawn(name: str) -> subprocess.Popen[bytes]:
    """Start it, or join the run that is under way; the process ends with it, 0 when it was a success."""
    return subprocess.Popen(
        [str(paths.PYTHON), "-m", __name__, name],
        cwd="/",
        env=_ENVIRONMENT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


class Run:
    """One run of a unit."""

    def __init__(self, unit: units.Unit) -> None:
        self.unit, self.main = unit, 0
        self.stopped = False
        self.process: subprocess.Popen[str] | None = None
        self.started = _now()

    def go(self) -> int:
        """Every ExecStart in turn; a `-` before a command forgives its failure."""
        signal.signal(signal.SIGTERM, self._stop)
        name = self.unit.name
        self._say(f"Starting {self.unit.description}...")
        for setting in self.unit.strange:
            self._say(f"{name}: (stand-in) the sandbox ignores {setting}")
        self._keep("activating", "success", 0)
        result, status = "success", 0
        for line in [*self.unit.all("Service", "ExecStartPre"), *self.unit.all("Service", "ExecStart")]:
            result, status = self._execute(line.removeprefix("-"))
            if result != "success" and line.startswith("-"):
                result, status = "success", 0
            if result != "success":
                break
        stays = self.unit.yes("Service", "RemainAfterExit") and result == "success"
        self._keep("failed" if result != "success" else "active" if stays else "inactive", result, status)
        if result == "success":
            self._say(f"{name}: Deactivated successfully.\nFinished {self.unit.description}.")
        else:
            self._say(f"{name}: Failed with result '{result}'.\nFailed to start {self.unit.description}.")
        return 0 if result == "success" else 1

    def _execute(self, line: str) -> tuple[str, int]:
        words = [word.replace("%%", "%").replace("%n", self.unit.name) for word in shlex.split(line)]
        who = Path(words[0]).name
        try:
            limit = seconds(self.unit.one("Service", "TimeoutStartSec", "infinity"))
            self.process = subprocess.Popen(
                words,
                cwd=self.unit.one("Service", "WorkingDirectory", "/"),
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            self._say(f"{self.unit.name}: {error}")
            return "exit-code", 203
        self.main = self.process.pid
        self._keep("activating", "success", 0)
        assert self.process.stdout is not None
        reader = threading.Thread(target=self._copy, args=(self.process.stdout, f"{who}[{self.main}]"), daemon=True)
        reader.start()
        return self._ended(limit, reader)

    def _ended(self, limit: float | None, reader: threading.Thread) -> tuple[str, int]:
        """How it ended; what it left behind ends with it, as a service's control group does."""
        assert self.process is not None
        timed_out = False
        try:
            code = self.process.wait(limit)
        except subprocess.TimeoutExpired:
            self._say(f"{self.unit.name}: start operation timed out. Terminating.")
            timed_out = True
            os.killpg(self.main, signal.SIGTERM)
            code = self.process.wait()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.main, signal.SIGKILL)
        reader.join(5)
        if self.stopped or (code == 0 and not timed_out):
            return "success", 0
        how = (
            f"code=killed, status={-code}/{signal.Signals(-code).name[3:]}"
            if code < 0
            else f"code=exited, status={code}"
        )
        self._say(f"{self.unit.name}: Main process exited, {how if code < 0 else how + '/FAILURE'}")
        return "timeout" if timed_out else "signal" if code < 0 else "exit-code", abs(code)

    def _environment(self) -> dict[str, str]:
        given = [word for line in self.unit.all("Service", "Environment") for word in shlex.split(line)]
        environment = _ENVIRONMENT | {"INVOCATION_ID": os.urandom(16).hex(), "SYSTEMD_EXEC_PID": str(os.getpid())}
        if self.unit.one("Service", "User") == "root":
            environment |= {"HOME": "/root", "USER": "root", "LOGNAME": "root", "SHELL": "/bin/bash"}
        return environment | dict(word.split("=", 1) for word in given)

    def _copy(self, stream: IO[str], who: str) -> None:
        for line in stream:
            journal.write(self.unit.name, who, line)

    def _stop(self, _signal: int, _frame: FrameType | None) -> None:
        self.stopped = True
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.main, signal.SIGTERM)

    def _say(self, text: str) -> None:
        journal.write(self.unit.name, "systemd[1]", text)

    def _keep(self, state: str, result: str, status: int) -> None:
        known = {"state": state, "result": result, "status": status, "pid": self.main, "manager": os.getpid()}
        ended = {} if state == "activating" else {"ended": _now()}
        known |= {"started": self.started, **ended}
        with files.changed_json(_RUNS / f"{self.unit.name}.json") as held:
            held.clear()
            held.update(known)


def _now() -> float:
    return datetime.now(UTC).timestamp()


def main(name: str) -> int:
    """0 when the run that this call made or joined was a success."""
    unit = units.load(name)
    _RUNS.mkdir(parents=True, exist_ok=True)
    with (_RUNS / f"{name}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            fcntl.flock(lock, fcntl.LOCK_EX)
            return 0 if last(name)["result"] == "success" else 1
        if last(name)["state"] == "active":  # RemainAfterExit=: started is started
            return 0
        return Run(unit).go()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
