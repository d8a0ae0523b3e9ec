"""The scheduled dump of a watched service, night after night: yesterday's is there, tonight's meets a fault.

Whatever the fault is, the story is the same: what was in the bucket stays as it was, to the byte; the check tells, in
time, that a dump is missing; and the next night is well. Cron's own clock is tried in test_engine_cuts.py.
"""

import shlex
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sandbox.host.timing import cron
from sandbox.store import objects, tamper
from tests.faults.support.watched import BUCKET, SERVICE, Watched
from tests.support.hosts.sandbox_host import wait_for

_LATE = 25.5  # hours: a daily dump that was missed once
DUE = "one is due by 0 3 * * * UTC. Try: ./petbase backup"
# Cron's (Debian, crontab(5)); the dump's own temporary folder is under /tmp.
_ENVIRONMENT = "HOME=/home/dokku LOGNAME=dokku USER=dokku SHELL=/bin/sh PATH=/usr/bin:/bin"
# Does not pack well: 64 bytes a row become about 37.
_BULK = "CREATE TABLE bulk AS SELECT md5(n::text) || md5((-n)::text) t FROM generate_series(1, {rows}) n"


@dataclass
class Nights:
    """`before` is what the bucket held when the fault came, `old` the name of yesterday's dump."""

    watched: Watched
    before: dict[str, bytes]
    old: str = ""

    @property
    def store(self) -> Path:
        """The store's folder."""
        return self.watched.store.root

    @property
    def line(self) -> str:
        """The command of the schedule's line, as cron reads it."""
        (job,) = cron.parse((self.watched.bench.disk / f"etc/cron.d/dokku-postgres-{SERVICE}").read_text())
        return f"env -i {_ENVIRONMENT} sh -c {shlex.quote(job.command)}"

    def yesterday(self, dump: bytes) -> None:
        """A good dump, made at yesterday's time, and a watch that is older."""
        moment = datetime.now(UTC) - timedelta(hours=_LATE)
        self.old = f"postgres-{SERVICE}-{moment:%Y-%m-%d-%H-%M-%S}.tgz"
        self.watched.put(f"prod/{self.old}", dump)
        self.watched.long_ago()
        self.before = self.held()

    def held(self) -> dict[str, bytes]:
        """Every dump of the bucket, as it lies in the store."""
        names = [one.key for one in objects.listing(self.store, BUCKET) if "/claims/" not in one.key]
        return {name: tamper.content(self.store, BUCKET, name) for name in names}

    @contextmanager
    def bulk(self, rows: int) -> Iterator[None]:
        """A table that takes its time, tonight only."""
        with self.watched.bench.database(service=SERVICE) as session:
            session.execute(_BULK.format(rows=rows).encode())
        yield
        with self.watched.bench.database(service=SERVICE) as session:
            session.execute("DROP TABLE bulk")

    def run(self) -> subprocess.CompletedProcess[str]:
        """Tonight's dump."""
        return self.watched.bench.host.ssh(self.line)

    def begin(self) -> subprocess.Popen[str]:
        """Tonight's dump, begun in a new session; /run/night holds its number."""
        there = f"echo $$ >/run/night; exec {self.line}"
        words = self.watched.bench.host.ssh_words(f"exec setsid --wait sh -c {shlex.quote(there)}")
        return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def killed(self, when: Callable[[], object]) -> None:
        """Tonight's dump ends as by a power cut as soon as `when` is true."""
        run = self.begin()
        wait_for(when)
        self.watched.bench.root("kill -KILL -- -$(cat /run/night)")
        run.communicate(timeout=30)
        assert run.returncode != 0, "it ended before it was killed"

    def copying(self) -> bool:
        """Whether pg_dump is in the middle of a table."""
        with self.watched.bench.database(service=SERVICE) as session:
            return bool(session.execute("SELECT 1 FROM pg_stat_progress_copy WHERE tuples_processed > 0").fetchall())

    def parts(self) -> list[Path]:
        """What has arrived of an upload that is not whole."""
        return list((self.store / "buckets" / BUCKET / "uploads").glob("*/[0-9]*.json"))

    def nothing_is_lost(self) -> None:
        """The bucket is as it was, to the byte, and nothing of a dump that failed looks like one."""
        assert self.held() == self.before

    def it_is_told(self) -> None:
        """The check has failed, systemd shows it, and the switch heard why."""
        done = self.watched.run("check")
        assert done.returncode == 1, done.stdout
        told = f"tower: the newest dump, {self.old}, is 25 hours old; {DUE}\n"
        assert self.watched.switch.heard[-1] == ("POST", "/ping/t0wer/fail", told)

    def well_again(self) -> str:
        """The next night brings a dump that can be read, beside all that was there; its name."""
        done = self.run()
        assert done.returncode == 0, done.stdout + done.stderr
        held = self.held()
        (new,) = (name for name in held.keys() - self.before.keys() if "/postgres-" in name)
        assert {name: held[name] for name in self.before} == self.before
        checked = self.watched.run("check")
        assert checked.returncode == 0, checked.stdout
        name = new.removeprefix("prod/")
        assert self.watched.switch.heard[-1][2].startswith(f"tower: the newest dump is {name}, 0 minutes old, ")
        return name
