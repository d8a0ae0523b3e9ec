"""A program of the owner's own on a sandbox host: where it may lie, and the python3 that runs it."""

import textwrap
from pathlib import Path

import pytest

from sandbox.host.boot import image
from sandbox.host.machine import Machine
from sandbox.host.paths import PETBASE
from tests.support.hosts.sandbox_host import SandboxHost

PROGRAM = "/usr/local/lib/petbase/prod/petbase-host"
_INSTALL = (
    f"mkdir -p {Path(PROGRAM).parent} && cat >{PROGRAM}.new && chmod +x {PROGRAM}.new && mv {PROGRAM}.new {PROGRAM}"
)
_TEXT = textwrap.dedent("""\
    #!/usr/bin/env python3
    import json, subprocess, sys
    dokku = subprocess.run(["dokku", "version"], text=True, capture_output=True, check=True)
    print(sys.version_info >= (3, 9), dokku.stdout.split()[0], sys.argv[1:])
""")


def test_a_python_program_runs_over_ssh(own_host: SandboxHost) -> None:
    assert own_host.ssh(_INSTALL, stdin=_TEXT).returncode == 0
    ran = own_host.ssh(f"{PROGRAM} link ensure fruits")
    assert (ran.stdout, ran.stderr) == ("True dokku ['link', 'ensure', 'fruits']\n", "")


def test_it_finds_the_standard_library_only(own_host: SandboxHost) -> None:
    ran = own_host.ssh("python3 -c 'import sqlite3, zipfile; import asyncssh'")
    assert "ModuleNotFoundError: No module named 'asyncssh'" in ran.stderr


def test_an_app_that_calls_python3_finds_psycopg(own_host: SandboxHost) -> None:
    ran = own_host.ssh(f"PATH={PETBASE}:/usr/bin:/bin; cd / && python3 -c 'import psycopg'")
    assert (ran.returncode, ran.stderr) == (0, "")


def test_what_was_put_there_survives_a_reboot_and_can_be_taken_away(own_host: SandboxHost) -> None:
    own_host.ssh(_INSTALL, stdin=_TEXT)
    own_host.machine.stop()
    own_host.machine.start(boot_delay_seconds=0)
    own_host.machine.wait_until_ssh()
    assert own_host.ssh(PROGRAM).returncode == 0
    assert own_host.ssh("rm -r /usr/local/lib/petbase").returncode == 0


def test_a_host_made_before_there_was_such_a_folder_gets_it_at_its_next_boot(machine: Machine) -> None:
    (machine.root / "usr/local/lib").rmdir()
    machine.start(boot_delay_seconds=0)
    assert machine.run(["mkdir", "/usr/local/lib/petbase"]).returncode == 0


def test_a_machine_without_python3_lends_the_sandboxs_own(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(image, "_SYSTEM_PYTHON", Path("/nowhere/python3"))
    machine.start(boot_delay_seconds=0)
    assert (machine.directory / "extra/bin/python3").exists()
    script = (
        "import subprocess, sys; print(subprocess.run(['python3', '-c', 'import asyncssh']).returncode, sys.prefix)"
    )
    ran = machine.run(["/usr/bin/python3", "-c", script])
    assert ran.stdout.split() == ["1", "/.petbase/base"] or ran.stdout.split() == ["1", "/usr"]
