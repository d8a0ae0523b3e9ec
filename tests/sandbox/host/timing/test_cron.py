"""The host's cron: which files it reads, how a line runs, and that the clock really fires it."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from sandbox.host.timing.cron import Cron, parse
from tests.support.hosts.sandbox_host import SandboxHost, wait_for

_NOON = datetime(2026, 6, 1, 12, 0)


class Crontab:
    """A Cron over a folder of this test's own, and what it did."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.log = folder / "cron.d", folder / "cron.log"
        self.folder.mkdir()
        self.home = folder / "home"
        self.home.mkdir()
        (folder / "passwd").write_text(f"root:x:0:0::{self.home}:/bin/bash\ndokku:x:0:0::{self.home}:/bin/bash\n")
        self.cron = Cron(self.folder, self.log, folder / "passwd")

    def write(self, text: str, name: str = "job", mode: int = 0o644) -> None:
        (self.folder / name).write_text(text)
        (self.folder / name).chmod(mode)

    def tick(self, at: datetime) -> int:
        """How many jobs were started; all have ended."""
        started = self.cron.tick(at)
        for process in started:
            process.wait()
        return len(started)

    def output(self) -> list[str]:
        """The log without the lines of cron's own."""
        return [line for line in self.log.read_text().splitlines() if " cron: " not in line]


@pytest.fixture
def crontab(tmp_path: Path) -> Crontab:
    return Crontab(tmp_path)


def test_a_line_for_every_minute_fires_once_a_minute(crontab: Crontab) -> None:
    crontab.write("* * * * * root echo fired\n")
    assert [crontab.tick(_NOON + timedelta(minutes=n)) for n in range(3)] == [1, 1, 1]
    assert crontab.output() == ["fired"] * 3


def test_a_line_fires_at_its_minute_and_at_no_other(crontab: Crontab) -> None:
    crontab.write("0 3 * * * root true\n")
    times = [datetime(2026, 6, 1) + timedelta(minutes=n) for n in range(24 * 60)]
    assert [f"{at:%H:%M}" for at in times if crontab.tick(at)] == ["03:00"]


def test_settings_in_the_file_reach_the_lines_below_them(crontab: Crontab) -> None:
    crontab.write("* * * * * root echo ${WORD:-none}\nWORD = 'two words'\n* * * * * root echo $WORD\n")
    crontab.tick(_NOON)
    assert sorted(crontab.output()) == ["none", "two words"]


LINES = {
    "a job runs as its user with cron's small environment": (
        'echo "$LOGNAME $HOME $PATH $SHELL"; pwd',
        ["root {home} /usr/bin:/bin /bin/sh", "{home}"],
    ),
    "a bare percent ends the command and starts its input": ("cat %one%two", ["one", "two"]),
    "an escaped percent is a percent": (r"echo $(date +\%Y)", [f"{datetime.now():%Y}"]),
    "what a job prints is kept, since there is no mail": ("echo out; echo err >&2; exit 3", ["out", "err"]),
}


@pytest.mark.parametrize("rule", LINES)
def test_what_a_line_prints(crontab: Crontab, rule: str) -> None:
    line, printed = LINES[rule]
    crontab.write(f"* * * * * root {line}\n")
    crontab.tick(_NOON)
    assert crontab.output() == [text.format(home=crontab.home) for text in printed]


def test_a_date_with_a_bare_percent_kills_the_job(crontab: Crontab) -> None:
    crontab.write("* * * * * dokku echo dump to petdb-backups/$(date +%F)\n")
    crontab.tick(_NOON)
    assert not [line for line in crontab.output() if line.startswith("dump")]
    assert "CMD (echo dump to petdb-backups/$(date +)" in crontab.log.read_text()


def test_a_changed_file_counts_at_the_next_minute(crontab: Crontab) -> None:
    crontab.write("* * * * * root true\n")
    assert crontab.tick(_NOON) == 1
    crontab.write("0 3 * * * root true\n")
    assert crontab.tick(_NOON) == 0


@pytest.mark.parametrize("name", ["job.bak", "job~", ".job", "job.dpkg-new"])
def test_a_file_with_a_dot_or_tilde_is_not_read(crontab: Crontab, name: str) -> None:
    crontab.write("* * * * * root true\n", name)
    assert crontab.tick(_NOON) == 0


@pytest.mark.parametrize(
    ("text", "mode", "message"),
    [
        ("* * * * * root true", 0o644, "Missing newline before EOF, this crontab file will be ignored"),
        ("* * * * * root true\n", 0o666, "INSECURE MODE (group/other writable)"),
        ("* * * * * root true\ndaily root true\n", 0o644, "Syntax error, this crontab file will be ignored"),
        (
            "60 * * * * root true\n* * * * * root true\n",
            0o644,
            "Syntax error, this crontab file will be ignored: '60' is not between 0 and 59",
        ),
    ],
)
def test_a_bad_file_is_ignored_whole_and_said_once(crontab: Crontab, text: str, mode: int, message: str) -> None:
    crontab.write(text, mode=mode)
    assert [crontab.tick(_NOON), crontab.tick(_NOON)] == [0, 0]
    assert crontab.log.read_text() == f"2026-06-01T12:00:00 cron: (job) ERROR ({message})\n"


def test_a_bad_file_does_not_keep_others_from_running(crontab: Crontab) -> None:
    crontab.write("nonsense\n", "bad")
    crontab.write("* * * * * root true\n", "good")
    assert crontab.tick(_NOON) == 1


def test_the_plugins_own_line_is_understood() -> None:
    (job,) = parse("0 3 * * * dokku /usr/bin/dokku postgres:backup db backups \n")
    assert (job.user, job.command) == ("dokku", "/usr/bin/dokku postgres:backup db backups ")
    assert job.when.fires(datetime(2026, 6, 1, 3))


@pytest.mark.timeout(120)
@pytest.mark.soak
def test_the_running_host_fires_on_the_clock(sandbox_host: SandboxHost) -> None:
    sandbox_host.ssh("cat >/etc/cron.d/clock", stdin="* * * * * root date +\\%S >/run/clock; rm /etc/cron.d/clock\n")
    fired = sandbox_host.machine.root / "run/clock"
    wait_for(lambda: fired.exists() and fired.read_text(), seconds=65)
    assert int(fired.read_text()) < 5
