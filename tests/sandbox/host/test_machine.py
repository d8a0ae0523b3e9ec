"""The life of a host: made, booted late, found again, stopped for good."""

import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sandbox.host import paths
from sandbox.host.machine import Machine, MachineError
from sandbox.host.process import Process
from tests.support.hosts.sandbox_host import wait_for

SECRETS = [
    "HCLOUD_TOKEN",
    "CLOUDFLARE_API_TOKEN",
    "AWS_SECRET_ACCESS_KEY",
    "PULUMI_ACCESS_TOKEN",
    "PULUMI_CONFIG_PASSPHRASE",
]


def test_ssh_is_refused_during_the_boot_and_answers_afterwards(machine: Machine) -> None:
    began = time.monotonic()
    machine.start(boot_delay_seconds=1.5)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((machine.address, machine.ssh_port))
    machine.wait_until_ssh()
    assert time.monotonic() - began >= 1.5


def test_the_boot_says_when_it_is_done(machine: Machine) -> None:
    machine.start(boot_delay_seconds=1)
    assert machine.run(["cloud-init", "status"]).stdout == "status: running\n"
    assert machine.run(["cloud-init", "status", "--wait"]).stdout == "status: done\n"
    machine.wait_until_ssh(timeout_seconds=1)


def test_a_host_is_found_again_after_the_process_that_started_it_ended(machine: Machine) -> None:
    program = "import pathlib, sys, sandbox.host.machine as host; host.Machine(pathlib.Path(sys.argv[1])).start()"
    subprocess.run([sys.executable, "-c", program, str(machine.directory)], cwd=paths.checkout(), check=True)
    found = Machine.find(machine.directory.parent.parent, machine.directory.name)
    assert found.is_running()
    assert found.run(["hostname"]).stdout == f"{machine.directory.name}\n"


def test_a_start_of_a_running_host_changes_nothing(machine: Machine) -> None:
    machine.start(boot_delay_seconds=0)
    before = machine.settings["process"]
    machine.start(boot_delay_seconds=0)
    assert machine.settings["process"] == before


def test_a_stop_leaves_no_process_behind(machine: Machine) -> None:
    machine.start(boot_delay_seconds=0)
    machine.wait_until_ssh()
    machine.run(["sh", "-c", "trap '' HUP TERM; setsid sleep 1000 >/dev/null 2>&1 &"])
    space = Path(f"/proc/{machine.settings['process']['pid']}/ns/pid").readlink()
    assert len(_members(space)) >= 3
    machine.stop()
    assert _members(space) == []
    assert not machine.is_running()


def _members(space: Path) -> list[str]:
    found = []
    for path in Path("/proc").glob("[0-9]*/ns/pid"):
        try:
            if path.readlink() == space:
                found.append(path.parts[2])
        except OSError:  # ended meanwhile, or another user's
            continue
    return found


def test_what_was_written_survives_a_restart_but_not_in_run_and_tmp(machine: Machine) -> None:
    machine.start(boot_delay_seconds=0)
    machine.wait_until_ssh()
    machine.run(["sh", "-c", "for place in /root /var/lib /run /tmp; do echo kept >$place/file; done"])
    key = (machine.root / "etc/ssh/ssh_host_ed25519_key.pub").read_text()
    machine.stop()
    machine.start(boot_delay_seconds=0)
    machine.wait_until_ssh()
    assert (
        machine.run(["sh", "-c", "ls /root/file /var/lib/file /run/file /tmp/file"]).stdout
        == "/root/file\n/var/lib/file\n"
    )
    assert (machine.root / "etc/ssh/ssh_host_ed25519_key.pub").read_text() == key


def test_secrets_in_the_environment_of_the_starter_are_not_seen_inside(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in SECRETS:
        monkeypatch.setenv(name, "geheim-in-the-environment")
    machine.start(boot_delay_seconds=0)
    machine.wait_until_ssh()
    seen = machine.run(["sh", "-c", "env; cat /proc/[0-9]*/environ | tr '\\0' '\\n'"]).stdout
    assert "HOME=/root" in seen
    assert "geheim" not in seen
    assert not [name for name in SECRETS if name in seen]


def test_the_stand_ins_run_on_the_same_python_as_the_tests(machine: Machine) -> None:
    machine.start(boot_delay_seconds=0)
    machine.wait_until_ssh()
    tell = "import ssl, subprocess, sys; print(sys.version, flush=True); subprocess.run([sys.executable, '-VV'])"
    ran = machine.run(["/.petbase/python", "-c", f"{tell}; subprocess.run(['env'])"])
    assert ran.stdout.startswith(f"{sys.version}\nPython {sys.version}\n")
    assert "LD_LIBRARY_PATH" not in ran.stdout


def test_a_number_that_belongs_to_another_process_now_is_not_the_host(machine: Machine) -> None:
    mine = Process.of(os.getpid())
    assert mine is not None
    saved = mine.to_json() | {"started": mine.started - 1}
    file = machine.directory / "machine.json"
    file.write_text(json.dumps(machine.settings | {"process": saved}))
    assert not machine.is_running()
    machine.stop()  # had it taken the number for its own, this test would be over


def test_two_hosts_have_addresses_of_their_own(machine: Machine, sandbox_root: Path) -> None:
    other = Machine.create(sandbox_root, "other")
    try:
        assert other.address != machine.address
        assert other.http_port != machine.http_port
    finally:
        other.destroy()


def test_user_data_with_an_unknown_key_fails_the_boot_and_says_why(sandbox_root: Path) -> None:
    machine = Machine.create(sandbox_root, "typo", "#cloud-config\nssh_kyes: {}\n")
    try:
        machine.start(boot_delay_seconds=0)
        with pytest.raises(MachineError, match="boot failed: user data: unknown key ssh_kyes"):
            machine.wait_until_ssh()
        wait_for(lambda: not machine.is_running())
    finally:
        machine.destroy()


def test_an_address_that_is_taken_fails_the_boot_and_says_so(machine: Machine) -> None:
    with socket.create_server((machine.address, machine.ssh_port)):
        machine.start(boot_delay_seconds=0)
        wait_for(lambda: not machine.is_running())
    assert "boot failed: " in machine.log("boot.log")
    assert "address already in use" in machine.log("boot.log")


def test_a_host_that_is_not_there_is_an_error(sandbox_root: Path) -> None:
    with pytest.raises(MachineError, match=f"^there is no host 99 in {sandbox_root}$"):
        Machine.find(sandbox_root, "99")


def test_a_command_on_a_stopped_host_is_an_error(machine: Machine) -> None:
    with pytest.raises(MachineError, match=f"^host {machine.directory.name} is not running$"):
        machine.run(["true"])


def test_a_name_is_used_once(machine: Machine, sandbox_root: Path) -> None:
    name = machine.directory.name
    with pytest.raises(MachineError, match=f"^host {name} exists already in {sandbox_root}$"):
        Machine.create(sandbox_root, name)
