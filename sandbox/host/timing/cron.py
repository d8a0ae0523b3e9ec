"""The host's cron: reads /etc/cron.d as Debian's cron does and fires lines on the minute.

There is no mail here, so output goes to cron.log. Faithful where it bites: a bare `%` ends the command (the rest is its
standard input); a file with a dot in its name, a bad line, no last newline or write permission for others is not run
at all. Minutes missed while the host was down are not made up.
"""

import asyncio
import contextlib
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sandbox.host import paths
from sandbox.host.ssh.login import accounts
from sandbox.host.systemd.timers import FROZEN
from sandbox.host.timing import schedule

CRON_D = Path("/etc/cron.d")
_SETTING = re.compile(r"\s*([A-Za-z_]\w*)\s*=\s*(.*?)\s*")
_SHORT = re.compile(r"(@\w+)\s+(\S+)\s+(.*)")
_LONG = re.compile(r"(\S+\s+\S+\s+\S+\s+\S+\s+\S+)\s+(\S+)\s+(.*)")


@dataclass(frozen=True)
class Job:
    """One line of a file in /etc/cron.d."""

    when: schedule.Schedule
    user: str
    command: str
    stdin: str
    settings: tuple[tuple[str, str], ...] = ()


def parse(text: str) -> list[Job]:
    """The jobs of one file; ValueError, as cron's log would say it, when cron ignores the whole file."""
    if text and not text.endswith("\n"):
        raise ValueError("Missing newline before EOF, this crontab file will be ignored")
    settings: dict[str, str] = {}
    jobs = []
    for line in text.splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if setting := _SETTING.fullmatch(line):
            settings[setting[1]] = setting[2].strip("'\"")
            continue
        jobs.append(_job(line.lstrip(), settings))
    return jobs


def _job(line: str, settings: dict[str, str]) -> Job:
    found = (_SHORT if line.startswith("@") else _LONG).fullmatch(line)
    if found is None:
        raise ValueError("Syntax error, this crontab file will be ignored")
    try:
        when = schedule.parse(found[1])
    except ValueError as error:
        raise ValueError(f"Syntax error, this crontab file will be ignored: {error}") from None
    command, *stdin = (part.replace(r"\%", "%") for part in re.split(r"(?<!\\)%", found[3]))
    return Job(when, found[2], command, "\n".join(stdin), tuple(settings.items()))


class Cron:
    """Reads the files anew at every minute, which is what cron's check of their times comes to."""

    def __init__(
        self, folder: Path = CRON_D, log: Path = paths.LOG / "cron.log", passwd: Path = Path("/etc/passwd")
    ) -> None:
        self._folder, self._log, self._passwd = folder, log, passwd
        self._complaints: set[str] = set()
        self._running: list[subprocess.Popen[str]] = []

    def tick(self, now: datetime) -> list[subprocess.Popen[str]]:
        """Start every job whose minute `now` lies in, and return them without waiting for them."""
        self._running = [process for process in self._running if process.poll() is None]
        started = [self._start(job, now) for job in self._jobs(now) if job.when.fires(now)]
        self._running += started
        return started

    def _jobs(self, now: datetime) -> Iterator[Job]:
        for path in sorted(self._folder.glob("*")):
            if not re.fullmatch(r"[A-Za-z0-9_-]+", path.name):
                continue
            try:
                if path.stat().st_mode & 0o022:
                    raise ValueError("INSECURE MODE (group/other writable)")
                yield from parse(path.read_text())
            except (ValueError, OSError) as error:
                self._complain(f"({path.name}) ERROR ({error})", now)

    def _complain(self, text: str, now: datetime) -> None:
        if text not in self._complaints:
            self._complaints.add(text)
            self._write(text, now)

    def _start(self, job: Job, now: datetime) -> subprocess.Popen[str]:
        self._write(f"({job.user}) CMD ({job.command})", now)
        home = accounts(self._passwd).get(job.user, ("/", ""))[0]
        own = {"HOME": home, "LOGNAME": job.user, "USER": job.user, "SHELL": "/bin/sh", "PATH": "/usr/bin:/bin"}
        environment = own | dict(job.settings)
        with self._log.open("a") as log:
            process = subprocess.Popen(
                [environment["SHELL"], "-c", job.command],
                cwd=home,
                env=environment,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                text=True,
                start_new_session=True,
            )
        assert process.stdin is not None
        with contextlib.suppress(BrokenPipeError), process.stdin as stdin:  # it may have ended without reading
            stdin.write(job.stdin)
        return process

    def _write(self, text: str, now: datetime) -> None:
        with self._log.open("a") as log:
            log.write(f"{now:%Y-%m-%dT%H:%M:%S} cron: {text}\n")


async def run() -> None:
    """Tick at the start of every minute, for ever."""
    cron = Cron()
    minute = datetime.now().replace(second=0, microsecond=0)
    while True:
        minute += timedelta(minutes=1)
        while (left := (minute - datetime.now()).total_seconds()) > 0:
            await asyncio.sleep(left)
        # A laptop that slept through an hour does not get sixty runs at once.
        minute = datetime.now().replace(second=0, microsecond=0)
        if not FROZEN.exists():
            cron.tick(minute)
