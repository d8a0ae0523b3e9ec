"""How ./petbase behaves before any verb does its work."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer.main

from operate.cli import EXIT_CODES, GROUPS, build, verbs
from operate.stack.stack_files import CHECKOUT
from tests.support.operate import Petbase

ALIASES = {
    "alerts": "alert", "check": "doctor", "database-url": "url", "destroy": "teardown", "dump": "backup",
    "dumps": "backups", "leftovers": "kept", "restore-test": "drill",
}  # fmt: skip
VERBS = [name.replace("_", "-") for name in verbs()]
SANDBOX = ["up", "status", "preview", "destroy", "down", "logs", "shell", "env"]


def test_the_verbs_are_the_files_of_their_folder() -> None:
    app = build()
    commands = [command.name for command in app.registered_commands if not command.hidden]
    names = commands + [group.name for group in app.registered_groups]
    assert sorted(name for name in names if name) == VERBS
    assert {"backup", "download", "init", "psql", "restore", "sandbox", "ssh", "url"} <= set(VERBS)


@pytest.mark.parametrize("words", [[verb] for verb in VERBS] + [["sandbox", verb] for verb in SANDBOX])
def test_every_help_has_an_example(petbase: Petbase, words: list[str]) -> None:
    ran = petbase(*words, "--help")
    assert ran.code == 0
    assert f"./petbase {' '.join(words)}" in ran.out
    assert "Example" in ran.out


OWN_EXIT_CODES = {
    "status": "0 healthy, 1 something could not be checked (?), 2 problems found (✗), refused or invalid usage.",
    "doctor": "0 healthy, 1 something could not be checked (?), 2 problems found (✗), refused or invalid usage.",
    "import": "0 imported, 1 failure: the database is unchanged, and files that came stay, 2 refused before",
    "restore": "0 restored, 1 failure: the live data is unchanged unless the error says otherwise, 2 refused before",
}


@pytest.mark.parametrize("verb", [verb for verb in VERBS if verb != "sandbox"])
def test_every_verb_says_its_exit_codes(petbase: Petbase, verb: str) -> None:
    said = " ".join(petbase(verb, "--help").out.split())
    _, codes = said.split("Exit codes: ")
    assert codes.startswith(OWN_EXIT_CODES.get(verb, EXIT_CODES.removeprefix("Exit codes: ")))


def test_a_verb_whose_name_cannot_be_guessed_has_the_usual_one_too(petbase: Petbase) -> None:
    """The other name is not listed, and the verb's own help tells it."""
    for other, verb in ALIASES.items():
        said = petbase(other, "--help").out
        assert said == petbase(verb, "--help").out.replace(f"petbase {verb} [", f"petbase {other} [")
        assert f"Other name: {other}\n" in said
        assert f"  {other} " not in petbase("--help").out


def test_no_two_verbs_have_one_name() -> None:
    names = [command.name for command in build().registered_commands]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("words", [["nope"], ["url"], ["url", "--nope", "x"], ["init", "x", "--ssh-port", "0"]])
def test_a_wrong_call_is_2(petbase: Petbase, words: list[str]) -> None:
    ran = petbase(*words)
    assert (ran.code, ran.out) == (2, "")
    assert "\nUsage: petbase" in ran.err


def test_a_wrong_call_is_a_sentence_the_usage_and_where_the_help_is(petbase: Petbase) -> None:
    assert petbase("url", "--stak", "x").err == (
        "petbase: No such option: --stak (Possible options: --stack)\n"
        "Usage: petbase url [OPTIONS] {APP}\n"
        "Help: ./petbase url --help\n"
    )
    assert petbase("urll").err.startswith("petbase: No such command 'urll'. Did you mean 'url'")


def test_no_words_show_the_whole_help_and_are_2(petbase: Petbase) -> None:
    ran = petbase()
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.rstrip("\n") == petbase("--help").out.rstrip("\n")


def test_the_help_has_every_verb_under_its_heading_whole_in_80_columns(petbase: Petbase) -> None:
    text = petbase("--help").out
    headings = re.findall(r"^(\S.*):$", text, re.MULTILINE)
    assert headings == ["Options", *GROUPS]
    listed = re.findall(r"^  ([a-z][a-z-]+) {2,}(\S.*)$", text, re.MULTILINE)
    assert sorted(name for name, _ in listed) == VERBS
    assert [line for _, line in listed if line.endswith("...")] == []
    assert max(map(len, text.splitlines())) <= 80


@pytest.mark.parametrize("words", [["-h"], ["help"], ["url", "-h"], ["help", "url"], ["help", "sandbox", "up"]])
def test_help_is_found_by_each_of_its_names(petbase: Petbase, words: list[str]) -> None:
    long = [*(word for word in words if word not in ("-h", "help")), "--help"]
    assert petbase(*words) == petbase(*long)


def test_the_version_is_the_project_s_with_the_commit(petbase: Petbase) -> None:
    ran = petbase("--version")
    assert ran.code == 0
    assert re.fullmatch(r"petbase \d+\.\d+\.\d+( \([\w.-]+\))?\n", ran.out)


def test_every_verb_of_a_stack_takes_stack_and_identity(petbase: Petbase) -> None:
    app: Any = typer.main.get_command(build())
    options = {name: {word for option in verb.params for word in option.opts} for name, verb in app.commands.items()}
    without = {name for name, words in options.items() if not {"--stack", "-s", "--identity", "-i"} <= words}
    assert without == {"adopt", "completion", "init", "sandbox", "secrets"}
    assert petbase("secrets", "list", "--identity", "key", "--stack", "nope").code == 2
    assert petbase("plan", "--identity", "key", "--stack", "nope").err.startswith("petbase: There is no stack file")


@pytest.mark.parametrize(("shell", "word"), [("bash", "complete "), ("zsh", "compdef "), ("fish", "complete ")])
def test_a_shell_gets_its_script(petbase: Petbase, shell: str, word: str) -> None:
    ran = petbase("completion", shell)
    assert (ran.code, ran.err) == (0, "")
    assert f"\n{word}" in ran.out
    assert petbase("completion", "tcsh").code == 2


def test_bash_completes_verbs_and_options() -> None:
    lines = (
        "source <(./petbase completion bash)",
        "COMP_WORDS=(./petbase res) COMP_CWORD=1; _petbase ./petbase; echo ${COMPREPLY[@]}",
        "COMP_WORDS=(./petbase restore --k) COMP_CWORD=2; _petbase ./petbase; echo ${COMPREPLY[@]}",
    )
    done = subprocess.run(["bash", "-c", "\n".join(lines)], cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("resize restore\n--key --kept\n", "")


def test_bash_completes_stacks_and_the_apps_of_a_stack() -> None:
    lines = (
        "source <(./petbase completion bash)",
        "COMP_WORDS=(./petbase logs --stack sandb) COMP_CWORD=3; _petbase ./petbase; echo ${COMPREPLY[@]}",
        "COMP_WORDS=(./petbase logs --stack sandbox n) COMP_CWORD=4; _petbase ./petbase; echo ${COMPREPLY[@]}",
        "COMP_WORDS=(./petbase url f) COMP_CWORD=2; _petbase ./petbase; echo ${COMPREPLY[@]}",
    )
    done = subprocess.run(["bash", "-c", "\n".join(lines)], cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("sandbox\nnotes\nfruits\n", "")


def test_ctrl_c_and_a_closed_pipe_end_without_a_traceback(petbase: Petbase, monkeypatch: pytest.MonkeyPatch) -> None:
    for problem, code, said in ((KeyboardInterrupt, 130, "petbase: interrupted\n"), (BrokenPipeError, 1, "")):

        def ended(_: object, problem: type[BaseException] = problem) -> None:
            raise problem

        monkeypatch.setattr("operate.stack.pulumi_cli.read", ended)
        monkeypatch.setattr("os.dup2", lambda *_: None)
        ran = petbase("url", "fruits")
        assert (ran.code, ran.out, ran.err) == (code, "", said)


def test_an_unexpected_error_is_a_sentence(petbase: Petbase, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: object) -> None:
        raise ZeroDivisionError("at postgres://postgres:hidden@host/db")

    monkeypatch.setattr("operate.stack.pulumi_cli.read", broken)
    monkeypatch.delenv("PETBASE_DEBUG", raising=False)
    ran = petbase("url", "fruits")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == (
        "petbase: unexpected error: ZeroDivisionError: at postgres://***@host/db\n"
        "This is a bug; please report it. PETBASE_DEBUG=1 ./petbase … shows where it is.\n"
    )


def test_help_imports_neither_pulumi_nor_boto3() -> None:
    code = (
        "import sys; from operate.__main__ import main; main(['--help']); "
        "print([n for n in ('pulumi', 'boto3', 'pydantic') if n in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert done.stderr == "[]\n"


def test_a_verb_reads_the_state_without_pulumis_sdk(tmp_path: Path) -> None:
    """Its import alone takes as long as the engine's answer."""
    code = (
        "import sys; from operate.stack import pulumi_cli\n"
        "try: pulumi_cli.pulumi('sandbox', 'stack', 'output')\n"
        "except pulumi_cli.PetbaseError as problem: print(problem, 'pulumi' in sys.modules)"
    )
    (tmp_path / "project").mkdir()
    (tmp_path / "pulumi").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "pulumi").chmod(0o755)
    environment = {**os.environ, "PETBASE_SANDBOX": str(tmp_path), "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    words = [sys.executable, "-c", code]
    done = subprocess.run(words, cwd=CHECKOUT, env=environment, capture_output=True, text=True, check=False)
    assert (done.stdout.split()[-1:], done.stderr) == (["False"], "")


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


def test_a_stack_file_that_cannot_be_read_is_no_bug_of_petbase_s(petbase: Petbase, checkout: Path) -> None:
    (checkout / "Pulumi.test.yaml").write_bytes(b"config:\n  a: \xe9\n")
    ran = petbase("secrets", "list", "--stack", "test")
    said = "petbase: Pulumi.test.yaml: is not UTF-8 text; save it as UTF-8 in your editor\n"
    assert (ran.code, ran.err) == (1, said)
