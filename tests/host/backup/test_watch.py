"""The watch comes and goes: settings, units, timers that run as declared; nothing to do where all is so."""

import dataclasses
import json
import shutil
import subprocess
from pathlib import Path

import pytest

from components.dokku import program
from host.backup.watch import EnsureWatch, RemoveWatch
from host.programs.runner import Answer
from tests.host.recorder import Recorder

FOLDER = "/var/lib/petbase/services/db/watch"
UNITS = "/etc/systemd/system"
CRONTAB = "/etc/cron.d/petbase-db"
ENSURE = EnsureWatch(
    "db",
    bucket="db-backups",
    endpoint="https://0123.r2.cloudflarestorage.com",
    schedule="0 3 * * *",
    max_age=90_000,
    prefix="prod/",
)
DAILY, NEVER = dataclasses.replace(ENSURE, drill="daily"), dataclasses.replace(ENSURE, drill="never")
PAUSED = dataclasses.replace(ENSURE, paused=True)
FOUND = dataclasses.replace(ENSURE, found=True, drill="never")
REMOVE = RemoveWatch("db")
NO_ALARM = {"alert_url": "", "channels": "{}"}
ALARM = {"alert_url": "https://hc-ping.com/0123", "channels": "{}"}
PROGRAM = "/usr/local/lib/petbase/prod/petbase-host"
CHECK_SERVICE = f"""[Unit]
Description=Petbase: are the server, its apps and the dumps of db well
Wants=network-online.target
After=network-online.target docker.service
[Service]
Type=oneshot
ExecStart={PROGRAM} check run db
Nice=10
TimeoutStartSec=1h
"""
CHECK_TIMER = """[Unit]
Description=Petbase: are the server, its apps and the dumps of db well
[Timer]
OnCalendar=*:0/15
Persistent=true
RandomizedDelaySec=0
[Install]
WantedBy=timers.target
"""
DRILL_SERVICE = f"""[Unit]
Description=Petbase: does the newest dump of db restore
Wants=network-online.target
After=network-online.target docker.service
[Service]
Type=oneshot
ExecStart={PROGRAM} drill run db
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
LOOKS = ["systemctl --quiet is-active petbase-check-db.timer", "systemctl --quiet is-active petbase-drill-db.timer"]


@pytest.fixture
def booted(server: Recorder) -> Recorder:
    """A server on which systemd runs."""
    server.file("/run/systemd/system").mkdir(parents=True)
    return server


def units(server: Recorder) -> dict[str, str]:
    return {path.name: path.read_text() for path in sorted(server.file(UNITS).glob("*"))}


def test_the_program_is_where_the_units_look_for_it() -> None:
    assert program.path_on_server("prod") == PROGRAM


def test_a_first_time_installs_both_and_starts_their_timers(booted: Recorder) -> None:
    assert booted.run(ENSURE, secrets=ALARM) == [
        "systemctl daemon-reload",
        "systemctl enable petbase-check-db.timer",
        "systemctl restart petbase-check-db.timer",
        "systemctl enable petbase-drill-db.timer",
        "systemctl restart petbase-drill-db.timer",
    ]
    assert units(booted) == {
        "petbase-check-db.service": CHECK_SERVICE,
        "petbase-check-db.timer": CHECK_TIMER,
        "petbase-drill-db.service": DRILL_SERVICE,
        "petbase-drill-db.timer": DRILL_TIMER,
    }
    files = {path.name: path.stat().st_mode & 0o777 for path in booted.file(FOLDER).iterdir()}
    assert files == {"alert.json": 0o600, "settings.json": 0o600, "since.json": 0o600}
    assert (
        booted.printed
        == "db: server, apps and dumps are checked every 15 minutes, test-restored weekly, with an alarm\n"
    )


def test_what_the_check_and_the_drill_need_is_written_down(server: Recorder) -> None:
    server.run(ENSURE, secrets=ALARM)
    assert json.loads(server.file(f"{FOLDER}/settings.json").read_text()) == {
        "bucket": "db-backups",
        "prefix": "prod/",
        "endpoint": "https://0123.r2.cloudflarestorage.com",
        "schedule": "0 3 * * *",
        "max_age": 90_000,
        "drill": "weekly",
        "paused": False,
        "paths": {},
        "found": False,
        "copies": False,
        "files": False,
        "alarm": True,
        "channels": [],
        "hardened": False,
        "keep_days": 0,
    }


def test_a_watch_that_is_as_declared_starts_nothing_again(booted: Recorder) -> None:
    booted.run(ENSURE, secrets=NO_ALARM)
    booted.now += 100
    assert booted.run(ENSURE, secrets=NO_ALARM) == LOOKS
    assert json.loads(booted.file(f"{FOLDER}/since.json").read_text()) == {"at": booted.now - 100}


def test_a_timer_that_somebody_stopped_runs_again(booted: Recorder) -> None:
    booted.run(ENSURE, secrets=NO_ALARM)
    assert booted.run(ENSURE, {LOOKS[0]: Answer(3)}, secrets=NO_ALARM) == [
        LOOKS[0],
        "systemctl enable petbase-check-db.timer",
        "systemctl restart petbase-check-db.timer",
        LOOKS[1],
    ]


def test_a_drill_as_often_as_the_stack_file_says(booted: Recorder) -> None:
    booted.run(ENSURE, secrets=NO_ALARM)
    assert booted.run(DAILY, secrets=NO_ALARM)[0] == "systemctl daemon-reload"
    assert "OnCalendar=daily\n" in units(booted)["petbase-drill-db.timer"]


def test_never_a_drill_has_no_timer_but_can_be_run_by_hand(booted: Recorder) -> None:
    booted.run(ENSURE, secrets=NO_ALARM)
    lines = booted.run(NEVER, secrets=NO_ALARM)
    assert lines[:2] == ["systemctl disable --now petbase-drill-db.timer", "systemctl daemon-reload"]
    assert list(units(booted)) == ["petbase-check-db.service", "petbase-check-db.timer", "petbase-drill-db.service"]
    assert booted.run(NEVER, secrets=NO_ALARM) == LOOKS[:1]


def test_paused_backups_are_not_drilled_and_are_not_late_afterwards(booted: Recorder) -> None:
    booted.run(ENSURE, secrets=NO_ALARM)
    assert booted.run(PAUSED, secrets=NO_ALARM) == [
        "systemctl disable --now petbase-drill-db.timer",
        "systemctl daemon-reload",
        "systemctl enable petbase-check-db.timer",
        "systemctl restart petbase-check-db.timer",
    ]
    assert not booted.file(f"{FOLDER}/since.json").exists()
    assert booted.run(PAUSED, secrets=NO_ALARM) == LOOKS[:1]
    booted.now += 1000
    booted.run(ENSURE, secrets=NO_ALARM)
    assert json.loads(booted.file(f"{FOLDER}/since.json").read_text()) == {"at": booted.now}


def test_dumps_that_others_make_are_watched_and_never_drilled(booted: Recorder) -> None:
    lines = booted.run(FOUND, secrets=NO_ALARM)
    assert [line for line in lines if "systemctl" not in line] == ["docker image inspect petbase/s3backup:0.18.0"]
    units = {path.name for path in booted.file(UNITS).glob("petbase-*")}
    assert units == {"petbase-check-db.service", "petbase-check-db.timer"}
    assert json.loads(booted.file(f"{FOLDER}/settings.json").read_text())["found"] is True
    assert booted.run(FOUND, secrets=NO_ALARM) == ["docker image inspect petbase/s3backup:0.18.0", LOOKS[0]]


def test_a_beginning_that_a_power_cut_emptied_begins_anew(server: Recorder) -> None:
    server.put(f"{FOLDER}/since.json", "")
    server.run(ENSURE, secrets=NO_ALARM)
    assert json.loads(server.file(f"{FOLDER}/since.json").read_text()) == {"at": server.now}


def test_an_alarm_that_is_taken_away_is_forgotten_on_the_server(server: Recorder) -> None:
    server.run(ENSURE, secrets=ALARM)
    server.run(ENSURE, secrets=NO_ALARM)
    assert not server.file(f"{FOLDER}/alert.json").exists()


@pytest.mark.parametrize("cut", ["systemctl daemon-reload", "systemctl enable petbase-check-db.timer"])
def test_a_run_that_was_cut_off_is_made_up_for_by_the_next(booted: Recorder, cut: str) -> None:
    booted.fails(ENSURE, {cut: Answer(1)}, secrets=NO_ALARM)
    lines = booted.run(ENSURE, secrets=NO_ALARM)
    assert lines[0] == "systemctl daemon-reload"
    assert "systemctl restart petbase-drill-db.timer" in lines
    assert booted.run(ENSURE, secrets=NO_ALARM) == LOOKS


def test_where_no_systemd_runs_cron_does_it(server: Recorder) -> None:
    """As in a container, where a systemctl may be there that starts nothing."""
    assert server.run(ENSURE, secrets=NO_ALARM) == []
    crontab = server.file(CRONTAB)
    assert crontab.read_text() == (
        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n"
        f"*/15 * * * * root nice {PROGRAM} check run db >/run/petbase-check-db.log 2>&1\n"
        f"0 0 * * 1 root nice {PROGRAM} drill run db >/run/petbase-drill-db.log 2>&1\n"
    )
    assert crontab.stat().st_mode & 0o777 == 0o644
    assert (units(server), "by cron" in server.printed) == ({}, True)
    server.run(PAUSED, secrets=NO_ALARM)
    assert "drill" not in crontab.read_text()
    server.run(NEVER, secrets=NO_ALARM)
    assert "drill" not in crontab.read_text()
    assert server.run(REMOVE) == []
    assert not crontab.exists()


def test_going_stops_the_timers_and_takes_the_files_along(booted: Recorder) -> None:
    booted.run(ENSURE, secrets=ALARM)
    assert booted.run(REMOVE) == [
        "systemctl disable --now petbase-check-db.timer",
        "systemctl stop petbase-check-db.service",
        "systemctl disable --now petbase-drill-db.timer",
        "systemctl stop petbase-drill-db.service",
        "systemctl daemon-reload",
    ]
    assert units(booted) == {}
    assert not booted.file(FOLDER).exists()
    # Also where the files went in a run that was cut off.
    assert booted.run(REMOVE) == ["systemctl daemon-reload"]


def test_another_stacks_database_is_refused(server: Recorder) -> None:
    server.put("/var/lib/petbase/services/db/owner.json", '{"how": "made", "stack": "staging"}')
    for command in (ENSURE, REMOVE):
        assert server.fails(command, secrets=NO_ALARM).startswith(
            "the service db belongs to the stack staging, not to prod; nothing was changed."
        )


def test_the_alarms_address_is_in_no_text(booted: Recorder) -> None:
    booted.run(ENSURE, secrets=ALARM)
    held = [*units(booted).values(), booted.file(f"{FOLDER}/settings.json").read_text(), booted.printed]
    assert not [text for text in held if "hc-ping" in text]


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not on this machine")
def test_systemd_takes_the_units_as_they_are(booted: Recorder, tmp_path: Path) -> None:
    booted.run(ENSURE, secrets=NO_ALARM)
    folder = tmp_path / "units"
    folder.mkdir()
    for name, text in units(booted).items():
        # The program is not on this machine.
        (folder / name).write_text(text.replace(PROGRAM, "/bin/true"))
    words = ["systemd-analyze", "verify", "--man=no", *map(str, sorted(folder.iterdir()))]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    problems = [line for line in done.stderr.splitlines() if "petbase" in line]
    assert (done.returncode, problems) == (0, [])
