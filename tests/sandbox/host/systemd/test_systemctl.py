"""The host's timers and services: the texts and exit codes of systemd 252, and that the clock really fires them."""

import os
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.support.hosts.sandbox_host import SandboxHost, start_host, wait_for

_SERVICE = """[Unit]
Description=Work of the test
[Service]
Type=oneshot
ExecStart=/root/work one 'two words'
"""
_TIMER = """[Unit]
Description=Clock of the test
[Timer]
OnCalendar={when}
Persistent=true
RandomizedDelaySec={delay}
[Install]
WantedBy=timers.target
"""
_WORK = """#!/bin/sh
echo "$# $2 ${HOME:-no home}"
date +%s >>/root/ran
[ ! -e /root/bad ]
"""
_UNITS = "etc/systemd/system"


class Clockwork:
    def __init__(self, host: SandboxHost) -> None:
        self.host, self.root = host, host.machine.root
        (self.root / "root/work").write_text(_WORK)
        (self.root / "root/work").chmod(0o755)
        self.write("work.service", _SERVICE)
        self.timer("weekly")

    def write(self, name: str, text: str) -> None:
        (self.root / _UNITS / name).write_text(text)

    def timer(self, when: str, delay: str = "0") -> None:
        self.write("work.timer", _TIMER.format(when=when, delay=delay))

    def __call__(self, words: str) -> subprocess.CompletedProcess[str]:
        return self.host.machine.run(["sh", "-c", f"systemctl {words}"])

    def runs(self) -> int:
        path = self.root / "root/ran"
        return len(path.read_text().splitlines()) if path.exists() else 0

    def shown(self, unit: str, key: str) -> str:
        return self(f"show {unit} --property={key} --value").stdout.strip()


@pytest.fixture(scope="module")
def ticking(sandbox_root: Path, sandbox_key: Path) -> SandboxHost:
    return start_host(sandbox_root, "ticking", sandbox_key)


@pytest.fixture
def systemctl(ticking: SandboxHost) -> Iterator[Clockwork]:
    clockwork = Clockwork(ticking)
    clockwork("daemon-reload")
    yield clockwork
    clockwork("disable --now work.timer; systemctl stop work.service; systemctl reset-failed work.service")
    ticking.machine.run(["sh", "-c", "rm -f /etc/systemd/system/work.* /root/ran /root/bad /var/lib/systemd/timers/*"])
    clockwork("daemon-reload")


# Services


def test_a_oneshot_is_waited_for_and_its_words_arrive(systemctl: Clockwork) -> None:
    ran = systemctl("start work.service")
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")
    assert systemctl.runs() == 1
    assert "work.service work[" in systemctl.host.machine.log("journal.log")
    said = systemctl.host.machine.run(["journalctl", "--unit", "work", "--lines", "3", "--output", "cat", "--no-pager"])
    # Debian 12's systemd gives a service that names no User= no HOME.
    assert said.stdout.splitlines() == [
        "2 two words no home",
        "work.service: Deactivated successfully.",
        "Finished Work of the test.",
    ]


def test_a_failure_is_told_and_stays_until_it_is_reset(systemctl: Clockwork) -> None:
    (systemctl.root / "root/bad").touch()
    ran = systemctl("start work")
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr == (
        "Job for work.service failed because the control process exited with error code.\n"
        'See "systemctl status work.service" and "journalctl -xeu work.service" for details.\n'
    )
    assert (systemctl("is-failed work").returncode, systemctl("is-active work").stdout) == (0, "failed\n")
    assert systemctl.shown("work.service", "Result,ExecMainStatus").split() == ["exit-code", "1"]
    assert systemctl("status work").returncode == 3
    systemctl("reset-failed work.service")
    assert (systemctl("is-failed work").returncode, systemctl("is-active work").stdout) == (1, "inactive\n")


def test_two_who_ask_at_once_get_one_run(systemctl: Clockwork) -> None:
    systemctl.write("work.service", _SERVICE + "ExecStart=/bin/sleep 1\n")
    systemctl("daemon-reload")
    ran = systemctl("start work & systemctl start work; wait")
    assert ran.returncode == 0
    assert systemctl.runs() == 1


def test_a_client_that_goes_away_stops_nothing(systemctl: Clockwork) -> None:
    systemctl.write("work.service", _SERVICE.replace("ExecStart=", "ExecStartPre=/bin/sleep 1\nExecStart="))
    systemctl("daemon-reload")
    words = systemctl.host.ssh_words("systemctl start work.service")
    with subprocess.Popen(words, stdin=subprocess.DEVNULL) as client:
        wait_for(lambda: systemctl("is-active work").stdout == "activating\n")
        client.kill()
    wait_for(lambda: systemctl.runs() == 1)


def test_a_run_that_takes_too_long_is_ended_with_all_it_started(systemctl: Clockwork) -> None:
    limited = _SERVICE.replace("/root/work one 'two words'", "/bin/sh -c 'sleep 600 & sleep 600'\nTimeoutStartSec=1s")
    systemctl.write("work.service", limited)
    systemctl("daemon-reload")
    assert systemctl("start work").returncode == 1
    assert systemctl.shown("work.service", "Result") == "timeout"
    assert systemctl.host.machine.run(["pgrep", "-f", "sleep 600"]).returncode == 1


def test_a_stopped_run_is_no_failure(systemctl: Clockwork) -> None:
    systemctl.write("work.service", _SERVICE.replace("/root/work one 'two words'", "/bin/sleep 600"))
    systemctl("daemon-reload")
    systemctl("start --no-block work")
    wait_for(lambda: systemctl.shown("work.service", "SubState") == "start")
    wait_for(lambda: systemctl.host.machine.run(["pgrep", "-f", "sleep 600"]).returncode == 0)
    assert systemctl("stop work").returncode == 0
    assert systemctl("is-active work").stdout == "inactive\n"


# What systemctl says of what is not there


@pytest.mark.parametrize(
    ("words", "code", "error"),
    [
        ("start none", 5, "Failed to start none.service: Unit none.service not found.\n"),
        ("stop none", 5, "Failed to stop none.service: Unit none.service not loaded.\n"),
        ("enable none.timer", 1, "Failed to enable unit: Unit file none.timer does not exist.\n"),
        ("disable none.timer", 1, "Failed to disable unit: Unit file none.timer does not exist.\n"),
        ("status none", 4, "Unit none.service could not be found.\n"),
        ("is-enabled none", 1, "Failed to get unit file state for none.service: No such file or directory\n"),
        ("is-active --quiet none", 3, ""),
    ],
)
def test_what_is_not_there_is_said(systemctl: Clockwork, words: str, code: int, error: str) -> None:
    ran = systemctl(words)
    assert (ran.returncode, ran.stdout, ran.stderr) == (code, "", error)


def test_the_images_own_daemons_are_active(systemctl: Clockwork) -> None:
    assert systemctl("is-active cron").stdout == "active\n"


# Timers


def test_a_timer_is_enabled_and_goes_again(systemctl: Clockwork) -> None:
    link = systemctl.root / _UNITS / "timers.target.wants/work.timer"
    ran = systemctl("enable --now work.timer")
    assert ran.stderr == (
        "Created symlink /etc/systemd/system/timers.target.wants/work.timer → /etc/systemd/system/work.timer.\n"
    )
    assert (systemctl("is-enabled work.timer").stdout, systemctl("is-active work.timer").stdout) == (
        "enabled\n",
        "active\n",
    )
    assert systemctl("enable --now work.timer").stderr == ""  # the second time there is nothing to do
    assert systemctl("disable --now work.timer").stderr == f'Removed "/{link.relative_to(systemctl.root)}".\n'
    assert (systemctl("is-enabled work.timer").returncode, systemctl("is-active work.timer").returncode) == (1, 3)
    assert (systemctl.runs(), os.path.lexists(link)) == (0, False)


def test_timers_are_listed_with_what_comes_next(systemctl: Clockwork) -> None:
    systemctl("enable --now work.timer")
    row = systemctl("list-timers --no-legend").stdout.split()
    monday = datetime.now(UTC) + timedelta(days=7 - datetime.now(UTC).weekday())
    assert row[:4] == ["Mon", f"{monday:%Y-%m-%d}", "00:00:00", "UTC"]
    assert row[-2:] == ["work.timer", "work.service"]
    assert systemctl.shown("work.timer", "NextElapseUSecRealtime") == f"Mon {monday:%Y-%m-%d} 00:00:00 UTC"
    systemctl("disable --now work.timer")
    assert systemctl("list-timers --no-legend").stdout == ""


def test_a_timer_runs_its_service_when_its_time_has_come_and_once(systemctl: Clockwork) -> None:
    systemctl("enable --now work.timer")
    week = datetime.now(UTC) + timedelta(days=7)
    assert systemctl(f"sandbox-tick {datetime.now(UTC).isoformat()}").stdout == ""
    assert systemctl(f"sandbox-tick {week.isoformat()}").stdout == "work.service success\n"
    assert systemctl(f"sandbox-tick {week.isoformat()}").stdout == ""
    assert systemctl.runs() == 1


def test_a_file_changed_without_daemon_reload_counts_for_nothing(systemctl: Clockwork) -> None:
    systemctl("enable --now work.timer")
    before = systemctl.shown("work.timer", "NextElapseUSecRealtime")
    systemctl.timer("monthly")
    warning = systemctl("start work.timer").stderr
    assert warning == (
        "Warning: The unit file, source configuration file or drop-ins of work.timer changed on disk. "
        "Run 'systemctl daemon-reload' to reload units.\n"
    )
    assert systemctl.shown("work.timer", "NextElapseUSecRealtime") == before
    systemctl("daemon-reload; systemctl restart work.timer")
    assert " 00:00:00 UTC" in systemctl.shown("work.timer", "NextElapseUSecRealtime")
    assert systemctl.shown("work.timer", "NextElapseUSecRealtime").split()[1].endswith("-01")


@pytest.mark.parametrize("when", ["nonsense", ""])
def test_a_timer_without_a_time_is_not_started(systemctl: Clockwork, when: str) -> None:
    systemctl.timer(when)
    systemctl("daemon-reload")
    ran = systemctl("start work.timer")
    assert ran.returncode == 1
    assert ran.stderr.splitlines()[0] == "Failed to start work.timer: Unit work.timer has a bad unit file setting."


def test_a_random_delay_is_within_its_bounds_and_drawn_anew(systemctl: Clockwork) -> None:
    systemctl.timer("weekly", "1h")
    systemctl("daemon-reload")
    drawn = set()
    for _ in range(3):
        systemctl("restart work.timer")
        at = systemctl.shown("work.timer", "NextElapseUSecRealtime").split()[2]
        assert "00:00:00" <= at <= "01:00:00"
        drawn.add(at)
    assert len(drawn) > 1


def test_the_clock_fires_a_timer(systemctl: Clockwork) -> None:
    systemctl.timer("*:*:0/2")
    systemctl("daemon-reload; systemctl enable --now work.timer")
    wait_for(lambda: systemctl.runs() >= 2, seconds=15)


def test_a_frozen_clock_fires_nothing_until_it_is_told_the_time(systemctl: Clockwork) -> None:
    systemctl.timer("*:*:0/2")
    systemctl("sandbox-freeze; systemctl daemon-reload; systemctl enable --now work.timer")
    time.sleep(4)
    assert systemctl.runs() == 0
    assert systemctl(f"sandbox-tick {datetime.now(UTC).isoformat()}").stdout == "work.service success\n"
    (systemctl.root / "run/systemd/sandbox/frozen").unlink()


def test_a_frozen_clock_has_nothing_under_way(systemctl: Clockwork) -> None:
    systemctl.write("work.service", _SERVICE.replace("/root/work one", "/bin/sh -c 'sleep 1; /root/work' #"))
    systemctl("daemon-reload; systemctl enable --now work.timer; systemctl start --no-block work.service")
    wait_for(lambda: systemctl.shown("work.service", "ActiveState") == "activating")
    systemctl("sandbox-freeze")
    assert systemctl.runs() == 1
    (systemctl.root / "run/systemd/sandbox/frozen").unlink()


def test_a_run_missed_while_the_host_was_down_is_made_up_at_boot(systemctl: Clockwork) -> None:
    systemctl("enable --now work.timer")
    systemctl.host.machine.stop()
    stamp = systemctl.root / "var/lib/systemd/timers/stamp-work.timer"
    os.utime(stamp, (time.time() - 8 * 86400,) * 2)
    systemctl.host.machine.start(boot_delay_seconds=0)
    wait_for(lambda: systemctl.runs() == 1)
    assert time.time() - stamp.stat().st_mtime < 60


def test_a_host_that_missed_nothing_runs_nothing_at_boot(systemctl: Clockwork) -> None:
    systemctl("enable --now work.timer")
    systemctl.host.machine.stop()
    systemctl.host.machine.start(boot_delay_seconds=0)
    systemctl.host.machine.wait_until_ssh()
    wait_for(lambda: systemctl("is-active work.timer").stdout == "active\n")
    systemctl(f"sandbox-tick {datetime.now(UTC).isoformat()}")
    assert systemctl.runs() == 0
