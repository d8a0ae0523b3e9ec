"""The watch comes and goes: two files, four units, timers that run as declared; nothing to do where all is so."""

import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from components.config.spec import Backups
from components.dokku import watching
from components.dokku.lifecycle import Noun
from tests.components.dokku.recorder import Answer, Recorder

FOLDER = "/var/lib/petbase/watch/db"
UNITS = "/etc/systemd/system"
URL = "https://hc-ping.com/0123"
NO_ALARM = {"alert_url": ""}
RUNNING: dict[str, Answer] = {"systemctl": (0, "")}
CHECK_SERVICE = """[Unit]
Description=Petbase: are the dumps of db young and readable
Wants=network-online.target
After=network-online.target docker.service
[Service]
Type=oneshot
ExecStart=/var/lib/petbase/watch/db/check
Nice=10
TimeoutStartSec=1h
"""
CHECK_TIMER = """[Unit]
Description=Petbase: are the dumps of db young and readable
[Timer]
OnCalendar=*:0/15
Persistent=true
RandomizedDelaySec=0
[Install]
WantedBy=timers.target
"""
DRILL_SERVICE = """[Unit]
Description=Petbase: does the newest dump of db restore
Wants=network-online.target
After=network-online.target docker.service
[Service]
Type=oneshot
ExecStart=/var/lib/petbase/watch/db/drill
Nice=10
TimeoutStartSec=12h
"""
DRILL_TIMER = """[Unit]
Description=Petbase: does the newest dump of db restore
[Timer]
OnCalendar=weekly
Persistent=true
RandomizedDelaySec=5min
[Install]
WantedBy=timers.target
"""


def noun(**keys: object) -> Noun:
    spec = Backups.model_validate({"account-id": "0" * 32, **keys})
    return watching.watch("petbase/prod", "db", spec, "https://0123.r2.cloudflarestorage.com")


def units(host: Recorder) -> dict[str, str]:
    """The unit files, with the host's own folders."""
    return {path.name: path.read_text().replace(str(host.folder), "") for path in sorted(host.file(UNITS).iterdir())}


def test_a_first_time_installs_both_and_starts_their_timers(host: Recorder) -> None:
    assert host.run(noun().here, secrets={"alert_url": URL}) == [
        "systemctl daemon-reload",
        "systemctl enable petbase-check-db.timer",
        "systemctl restart petbase-check-db.timer",
        "systemctl enable petbase-drill-db.timer",
        "systemctl restart petbase-drill-db.timer",
    ]
    assert units(host) == {
        "petbase-check-db.service": CHECK_SERVICE,
        "petbase-check-db.timer": CHECK_TIMER,
        "petbase-drill-db.service": DRILL_SERVICE,
        "petbase-drill-db.timer": DRILL_TIMER,
    }
    folder = host.file(FOLDER)
    assert {path.name: oct(path.stat().st_mode & 0o777) for path in folder.iterdir() if path.name != "since"} == {
        "alert-url": "0o600",
        "check": "0o755",
        "drill": "0o755",
    }
    assert oct(folder.stat().st_mode & 0o777) == "0o700"
    assert (folder / "alert-url").read_text() == f"{URL}\n"


def test_a_watch_that_is_as_declared_starts_nothing_again(host: Recorder) -> None:
    host.run(noun().here, secrets=NO_ALARM)
    since = host.file(f"{FOLDER}/since").read_text()
    assert host.run(noun().here, RUNNING, secrets=NO_ALARM) == [
        "systemctl --quiet is-active petbase-check-db.timer",
        "systemctl --quiet is-active petbase-drill-db.timer",
    ]
    assert host.file(f"{FOLDER}/since").read_text() == since


def test_a_timer_that_somebody_stopped_runs_again(host: Recorder) -> None:
    host.run(noun().here, secrets=NO_ALARM)
    stopped: dict[str, Answer] = {"systemctl --quiet is-active petbase-check-db.timer": (3, "")}
    assert "systemctl restart petbase-check-db.timer" in host.run(noun().here, stopped, secrets=NO_ALARM)


def test_a_drill_as_often_as_the_stack_file_says(host: Recorder) -> None:
    host.run(noun().here, secrets=NO_ALARM)
    assert host.run(noun(drill="daily").here, secrets=NO_ALARM)[0] == "systemctl daemon-reload"
    assert "OnCalendar=daily\n" in units(host)["petbase-drill-db.timer"]
    assert "drill_interval=86400\n" in host.file(f"{FOLDER}/check").read_text()


def test_never_a_drill_has_no_timer_but_can_be_run_by_hand(host: Recorder) -> None:
    host.run(noun().here, secrets=NO_ALARM)
    verbs = host.run(noun(drill="never").here, secrets=NO_ALARM)
    assert verbs[:2] == ["systemctl disable --now petbase-drill-db.timer", "systemctl daemon-reload"]
    assert "petbase-drill-db.timer" not in units(host)
    assert host.file(f"{FOLDER}/drill").exists()
    assert host.run(noun(drill="never").here, secrets=NO_ALARM) == [
        "systemctl --quiet is-active petbase-check-db.timer"
    ]


def test_paused_backups_are_not_watched_and_are_not_late_afterwards(host: Recorder) -> None:
    host.run(noun().here, secrets=NO_ALARM)
    assert host.run(noun(paused=True).here, secrets=NO_ALARM) == [
        "systemctl disable --now petbase-check-db.timer",
        "systemctl disable --now petbase-drill-db.timer",
        "systemctl daemon-reload",
    ]
    assert not host.file(f"{FOLDER}/since").exists()
    assert host.run(noun(paused=True).here, secrets=NO_ALARM) == []
    host.run(noun().here, secrets=NO_ALARM)
    assert abs(int(host.file(f"{FOLDER}/since").read_text()) - datetime.now(UTC).timestamp()) < 60


def test_an_alarm_that_is_taken_away_is_forgotten_on_the_server(host: Recorder) -> None:
    host.run(noun().here, secrets={"alert_url": URL})
    host.run(noun().here, secrets=NO_ALARM)
    assert not host.file(f"{FOLDER}/alert-url").exists()


def test_a_run_that_was_cut_off_is_made_up_for_by_the_next(host: Recorder) -> None:
    cut: dict[str, Answer] = {"systemctl daemon-reload": (1, "")}
    assert host.attempt(noun().here, cut, secrets=NO_ALARM).returncode == 1
    verbs = host.run(noun().here, secrets=NO_ALARM)
    assert verbs[0] == "systemctl daemon-reload"
    assert "systemctl restart petbase-drill-db.timer" in verbs


def test_where_no_systemd_runs_cron_does_it(host: Recorder) -> None:
    """As in a container, where a systemctl may be there that starts nothing."""
    host.file("/run/systemd/system").rmdir()
    assert host.run(noun().here, secrets=NO_ALARM) == []
    crontab = host.file("/etc/cron.d/petbase-db")
    path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n"
    assert crontab.read_text().replace(str(host.folder), "") == (
        f"{path}*/15 * * * * root nice {FOLDER}/check >/run/petbase-check-db.log 2>&1\n"
        f"0 0 * * 1 root nice {FOLDER}/drill >/run/petbase-drill-db.log 2>&1\n"
    )
    assert oct(crontab.stat().st_mode & 0o777) == "0o644"
    assert units(host) == {}
    host.run(noun(paused=True).here, secrets=NO_ALARM)
    assert not crontab.exists()
    host.run(noun(drill="never").here, secrets=NO_ALARM)
    assert "drill" not in crontab.read_text()
    gone = noun().gone
    assert gone
    assert host.run(gone, secrets=NO_ALARM) == []
    assert not crontab.exists()


def test_going_stops_the_timers_and_takes_the_files_along(host: Recorder) -> None:
    host.run(noun().here, secrets={"alert_url": URL})
    gone = noun().gone
    assert gone
    assert host.run(gone, secrets=NO_ALARM) == [
        "systemctl disable --now petbase-check-db.timer",
        "systemctl stop petbase-check-db.service",
        "systemctl disable --now petbase-drill-db.timer",
        "systemctl stop petbase-drill-db.service",
        "systemctl daemon-reload",
    ]
    assert units(host) == {}
    assert not host.file(FOLDER).exists()
    assert host.run(gone, secrets=NO_ALARM) == ["systemctl daemon-reload"]


def test_another_stacks_watch_is_refused(host: Recorder) -> None:
    host.file("/var/lib/petbase/watches").mkdir(parents=True)
    host.file("/var/lib/petbase/watches/db").write_text("made petbase/other\n")
    done = host.attempt(noun().here, secrets=NO_ALARM)
    assert done.returncode == 1
    assert "watches/db belongs to the stack petbase/other" in done.stdout


def test_the_alarms_address_is_in_no_text(host: Recorder) -> None:
    host.run(noun().here, secrets={"alert_url": URL})
    held = [noun().here.text, *units(host).values()]
    held += [(host.file(FOLDER) / name).read_text() for name in ("check", "drill")]
    assert not [text for text in held if "0123\n" in text or "hc-ping.com/0" in text]


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not on this machine")
def test_systemd_takes_the_units_as_they_are(host: Recorder, tmp_path: Path) -> None:
    host.run(noun().here, secrets=NO_ALARM)
    folder = tmp_path / "units"
    folder.mkdir()
    for name, text in units(host).items():
        # The programs are not on this machine.
        (folder / name).write_text(text.replace("/var/lib/petbase/watch/db/", f"{host.file(FOLDER)}/"))
    words = ["systemd-analyze", "verify", "--man=no", *map(str, sorted(folder.iterdir()))]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    said = [line for line in done.stderr.splitlines() if "petbase" in line]
    assert (done.returncode, said) == (0, [])


@pytest.mark.parametrize(
    ("schedule", "hours"),
    [
        ("0 3 * * *", 24),
        ("*/15 * * * *", 0.25),
        ("30 2,14 * * *", 12),
        ("0 3 * * 1-5", 72),
        ("*/30 9-17 * * *", 15.5),
        ("0 3 1 * *", 31 * 24),
        ("0 3 29 2 *", 1461 * 24),
    ],
)
def test_the_longest_time_between_two_dumps_of_a_schedule(schedule: str, hours: float) -> None:
    assert watching.longest_gap(schedule) == hours * 3600


@pytest.mark.parametrize(("schedule", "hours"), [("0 3 * * *", 26), ("0 * * * *", 2)])
def test_somebody_is_told_of_a_missed_dump_in_time(schedule: str, hours: float) -> None:
    """The check comes every quarter of an hour, and its timer may be a minute late."""
    assert watching.max_age(schedule) + 16 * 60 <= hours * 3600
