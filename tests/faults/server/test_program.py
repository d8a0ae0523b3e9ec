"""The program on the server: installed whole or not at all, kept as it is, and told apart from another release."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from components.dokku import install, program
from host.app.ensure import EnsureApp
from host.core import stdin
from tests.faults.support.bench import NAME, Bench
from tests.support.hosts.sandbox_host import start_host

INSTALLED = f"/usr/local/lib/petbase/{NAME}/petbase-host"


@pytest.fixture(scope="module")
def server(sandbox_root: Path, sandbox_key: Path) -> Iterator[Bench]:
    """A host with Dokku and nothing else."""
    bench = Bench(start_host(sandbox_root, "program", sandbox_key))
    yield bench
    bench.host.machine.destroy()


@pytest.fixture
def bare_host(server: Bench) -> Bench:
    """The same with the program, installed by nothing before it."""
    server.root("rm -rf /usr/local/lib/petbase")
    server.install()
    return server


def sent(bench: Bench) -> Path:
    """Where SFTP puts the file, on this machine's disk."""
    return bench.disk / install.remote_path(NAME, "4711", 1).lstrip("/")


def installed(bench: Bench) -> bytes:
    """The program as the host has it."""
    return bytes.fromhex(
        bench.root(f"od --address-radix=n --format=x1 --output-duplicates {INSTALLED}").replace("\n", "")
    )


def run_install(bench: Bench) -> "subprocess.CompletedProcess[str]":
    return bench.host.ssh(install.install(NAME, "root"), stdin=install.script(NAME, "4711", 1))


def test_the_installed_program_is_the_checkouts(bare_host: Bench) -> None:
    assert installed(bare_host) == program.archive()
    assert not sent(bare_host).exists()


def test_installing_again_changes_nothing(bare_host: Bench) -> None:
    before = bare_host.root(f"stat --format '%i %Y' {INSTALLED}")
    assert run_install(bare_host).returncode == 0
    assert installed(bare_host) == program.archive()
    assert bare_host.root(f"stat --format %Y {INSTALLED}").strip() == before.split()[1]


@pytest.mark.parametrize("damage", ["truncated", "changed"])
def test_a_file_that_came_damaged_is_not_installed(bare_host: Bench, damage: str) -> None:
    whole, before = program.archive(), bare_host.root(f"ls -R {Path(INSTALLED).parent}")
    sent(bare_host).write_bytes(
        whole[:1000] if damage == "truncated" else whole.replace(b"import sys", b"import os ", 1)
    )
    done = run_install(bare_host)
    assert (done.returncode, done.stdout) == (
        1,
        "the program came damaged; nothing was changed. Raise generation in the stack file and run pulumi up\n",
    )
    assert installed(bare_host) == whole
    assert bare_host.root(f"ls -R {Path(INSTALLED).parent}") == before


def test_a_script_that_came_cut_off_runs_nothing(bare_host: Bench) -> None:
    sent(bare_host).write_bytes(program.archive())
    for lines in range(1, len(script := install.script(NAME, "4711", 1).splitlines())):
        done = bare_host.host.ssh(install.install(NAME, "root"), stdin="\n".join(script[:lines]))
        assert "petbase-host" not in done.stdout
    assert sent(bare_host).exists()
    assert run_install(bare_host).stdout == "petbase-host is installed\n"


def test_an_installed_program_that_was_changed_by_hand_is_replaced_by_the_next_file(bare_host: Bench) -> None:
    bare_host.root(f"echo '# mine' >>{INSTALLED}")
    sent(bare_host).write_bytes(program.archive())
    assert run_install(bare_host).returncode == 0
    assert installed(bare_host) == program.archive()


def test_a_missing_program_is_said_to_be_missing(bare_host: Bench) -> None:
    bare_host.root(f"rm {INSTALLED}")
    done = bare_host.send(EnsureApp("fruits"))
    assert done.returncode == 127
    assert f"{INSTALLED}: No such file or directory" in done.stderr
    assert bare_host.root("dokku --quiet apps:list") == ""


def test_a_copy_beside_of_an_earlier_verb_goes_with_the_next_release(bare_host: Bench) -> None:
    installed = bare_host.root(f"ls {Path(INSTALLED).parent}")
    bare_host.root(f"cp {INSTALLED} {INSTALLED}-0123456789abcdef")
    sent(bare_host).write_bytes(program.archive())
    assert run_install(bare_host).returncode == 0
    assert bare_host.root(f"ls {Path(INSTALLED).parent}") == installed


def test_two_stacks_have_two_programs(bare_host: Bench) -> None:
    other = bare_host.disk / install.remote_path("staging", "4711", 1).lstrip("/")
    other.write_bytes(program.archive())
    bare_host.root(install.install("staging", "root"), install.script("staging", "4711", 1))
    assert bare_host.root("ls /usr/local/lib/petbase").split() == [NAME, "staging"]
    bare_host.root(install.remove("staging", "root"))
    assert bare_host.root("ls /usr/local/lib/petbase").split() == [NAME]


def test_another_release_than_expected_does_nothing_and_exits_with_3(bare_host: Bench) -> None:
    done = bare_host.host.ssh(f"{INSTALLED} --expect {'0' * 64} app ensure fruits", stdin=stdin.text("1", 1))
    assert (done.returncode, done.stdout) == (3, "")
    assert bare_host.host.ssh(f"{INSTALLED} --expect {program.digest()}").returncode == 0


def test_an_input_that_was_cut_off_does_nothing(bare_host: Bench) -> None:
    done = bare_host.host.ssh(f"{INSTALLED} app ensure fruits", stdin="4711 1\n")
    assert (done.returncode, done.stdout) == (2, "the standard input came cut off; nothing was done\n")


def test_words_that_are_no_command_do_nothing(bare_host: Bench) -> None:
    done = bare_host.host.ssh(f"{INSTALLED} app ensure", stdin=stdin.text("1", 1))
    assert (done.returncode, done.stdout) == (
        2,
        "petbase-host app ensure: the following arguments are required: APP. See: petbase-host app ensure --help\n",
    )


def test_with_json_every_line_is_an_object(bare_host: Bench) -> None:
    done = bare_host.host.ssh(f"{INSTALLED} --json app ensure fruits", stdin=stdin.text("1", 1))
    first, *rest = map(json.loads, done.stdout.splitlines())
    assert first == {"step": "fruits: creating"}
    assert all(isinstance(line, dict) for line in rest)
