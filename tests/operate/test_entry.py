"""How ./petbase behaves before any verb does its work."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from operate.__main__ import build, verbs
from operate.stack.pulumi_cli import CHECKOUT
from tests.support.operate import Petbase

VERBS = [name.replace("_", "-") for name in verbs()]
SANDBOX = ["up", "status", "preview", "destroy", "down", "logs", "shell", "env"]


def test_the_verbs_are_the_files_of_their_folder() -> None:
    app = build()
    names = [command.name for command in app.registered_commands] + [group.name for group in app.registered_groups]
    assert sorted(name for name in names if name) == VERBS
    assert {"backup", "download", "init", "psql", "restore", "sandbox", "ssh", "url"} <= set(VERBS)


@pytest.mark.parametrize("words", [[verb] for verb in VERBS] + [["sandbox", verb] for verb in SANDBOX])
def test_every_help_has_an_example(petbase: Petbase, words: list[str]) -> None:
    ran = petbase(*words, "--help")
    assert ran.code == 0
    assert f"./petbase {' '.join(words)}" in ran.out
    assert "Example" in ran.out


OWN_EXIT_CODES = {
    "doctor": "0 well, 1 failed or could not look (?), 2 something is wrong (✗), refused or wrongly called.",
    "restore": "0 restored, 1 failed and the live data is as it was (or the error says otherwise), 2 refused before",
}


@pytest.mark.parametrize("verb", [verb for verb in VERBS if verb != "sandbox"])
def test_every_verb_says_its_exit_codes(petbase: Petbase, verb: str) -> None:
    said = " ".join(petbase(verb, "--help").out.split())
    _, codes = said.split("Exit codes: ")
    all_but_two = "0 well, 1 failed or could not look, 2 refused or wrongly called."
    assert codes.startswith(OWN_EXIT_CODES.get(verb, all_but_two))


@pytest.mark.parametrize("words", [["nope"], ["url"], ["url", "--nope", "x"], ["init", "x", "--ssh-port", "0"]])
def test_a_wrong_call_is_2(petbase: Petbase, words: list[str]) -> None:
    ran = petbase(*words)
    assert (ran.code, ran.out) == (2, "")
    assert "Usage: petbase" in ran.err


def test_what_nobody_foresaw_is_a_sentence(petbase: Petbase, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: object) -> None:
        raise ZeroDivisionError("at postgres://postgres:hidden@host/db")

    monkeypatch.setattr("operate.stack.pulumi_cli.read", broken)
    monkeypatch.delenv("PETBASE_DEBUG", raising=False)
    ran = petbase("url", "fruits")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == (
        "petbase: this should not happen: ZeroDivisionError: at postgres://***@host/db\n"
        "PETBASE_DEBUG=1 in front of the command shows where. Please report it.\n"
    )


def test_help_imports_neither_pulumi_nor_boto3() -> None:
    code = (
        "import sys; from operate.__main__ import main; main(['--help']); "
        "print([n for n in ('pulumi', 'boto3', 'pydantic') if n in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert done.stderr == "[]\n"


def test_the_command_works_from_any_folder_and_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "operate").mkdir()  # a folder of that name must not be taken for the program
    (tmp_path / "p").symlink_to(CHECKOUT / "petbase")
    done = subprocess.run(["./p", "--help"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "restore" in done.stdout


def test_a_checkout_without_its_python_says_make_setup(tmp_path: Path) -> None:
    shutil.copy(CHECKOUT / "petbase", tmp_path / "petbase")
    done = subprocess.run([tmp_path / "petbase"], capture_output=True, text=True, check=False, env=dict(os.environ))
    assert (done.returncode, done.stdout) == (2, "")
    expected = f"petbase: its Python is missing in {tmp_path}/.venv; run: make -C {tmp_path} setup\n"
    assert done.stderr == expected
