"""The stand-in's small parts, without a host."""

import importlib
from pathlib import Path

import pytest

from sandbox.host.dokku import table
from sandbox.host.dokku.apps import dockerfile
from sandbox.host.dokku.config import env_file
from sandbox.host.dokku.core import fault, say, words
from sandbox.host.dokku.core.call import Call
from sandbox.host.dokku.docker import variables
from sandbox.host.dokku.postgres.server import binaries


@pytest.mark.parametrize("verb", table.VERBS)
def test_every_verb_has_its_function(verb: str) -> None:
    module, _, name = table.VERBS[verb].partition(":")
    assert callable(getattr(importlib.import_module(f"sandbox.host.dokku.{module}"), name))


@pytest.mark.parametrize(
    "value",
    [
        "",
        "1",
        "-3",
        "two words",
        "quo'te\"d $HOME `x`!",
        "a\nb\r\n",
        "back\\slash",
        "é✓",
        " ",
        "0.5",
        "\\$A \\n ${B}$(c)",
    ],
)
def test_a_value_comes_back_from_the_file_as_it_was(value: str) -> None:
    assert env_file.parse(env_file.dump({"A": value, "B": "x"})) == {"A": value, "B": "x"}


@pytest.mark.parametrize(("value", "found"), [("007", "7"), ("+1", "1"), ("-0", "0"), ('a"', "a\\")])
def test_what_godotenv_changes_is_changed_here(value: str, found: str) -> None:
    assert env_file.parse(env_file.dump({"A": value, "B": "x"})) == {"A": found, "B": "x"}


def test_a_value_that_ends_in_a_backslash_breaks_the_file() -> None:
    with pytest.raises(say.RefusedError, match=r'^unexpected character "\\"" in variable name near'):
        env_file.parse(env_file.dump({"A": "a\\", "B": "x"}))


def test_a_file_that_people_write_is_read_as_godotenv_reads_it() -> None:
    text = "# no\nexport A=1 # one\nB: 'x $A' \n\nC=\"$A\\tb\"\nD=${A}0"
    assert env_file.parse(text) == {"A": "1", "B": "x $A", "C": "1tb", "D": "10"}


def test_numbers_stand_bare_and_text_in_quotes() -> None:
    assert env_file.dump({"NO_VHOST": "1", "A": "a$b"}) == 'A="a\\$b"\nNO_VHOST=1\n'


def test_a_file_for_docker_is_taken_as_it_is_but_for_a_pair_of_quotes(tmp_path: Path) -> None:
    file = tmp_path / "env"
    file.write_bytes(
        b'PIN=007\n\n # PIN=1\n  PATHS=C:\\new\\\nSAID=$HOME says "hi"\nBOTH=\'"a"\'\nCR=a\rb=c\nNAME\nEMPTY=\n'
    )
    assert variables.of_file(str(file)) == {
        "PIN": "007",
        "PATHS": "C:\\new\\",
        "SAID": '$HOME says "hi"',
        "BOTH": '"a"',
        "CR": "a\rb=c",
        "EMPTY": "",
    }


def test_docker_names_a_file_that_is_not_there() -> None:
    with pytest.raises(say.RefusedError, match=r"^docker: open /no/file: no such file or directory$"):
        variables.of_file("/no/file")


def test_a_dockerfile_gives_command_variables_labels_and_port() -> None:
    image = dockerfile.parse(
        'FROM oven/bun:1\n# no\nENV A=1 \\\n  B="two words"\nENV OLD some text\nEXPOSE 80/tcp\nCMD ["bun", "app.ts"]\n'
        'LABEL petbase.twin="twin.py"\n'
    )
    assert (image.base, image.words, image.port) == ("oven/bun:1", ["bun", "app.ts"], 80)
    assert image.env == {"A": "1", "B": "two words", "OLD": "some text"}
    assert image.labels == {"petbase.twin": "twin.py"}


def test_a_command_without_brackets_is_a_shell_line() -> None:
    assert dockerfile.parse("CMD echo hi").words == ["sh", "-c", "echo hi"]


def test_words_from_ssh_are_split_by_xargs() -> None:
    assert words.from_ssh("config:set app 'A=two words' B=\"x\" -n ''") == [
        "config:set",
        "app",
        "A=two words",
        "B=x",
        "",
    ]


def test_options_take_their_value_from_the_next_word_or_after_an_equals_sign() -> None:
    call = Call("v", ("db", "--alias", "A", "--querystring=q=1", "--no-restart"))
    assert call.options(alias=("--alias",), querystring=("--querystring",)) == (
        ["db"],
        {"alias": "A", "querystring": "q=1"},
    )


def test_secrets_are_masked_behind_flags_too() -> None:
    assert fault.masked(["--quiet", "postgres:backup-auth", "db", "k", "s"]) == [
        "--quiet",
        "postgres:backup-auth",
        "db",
        "***",
        "***",
    ]


@pytest.mark.parametrize(
    ("version", "major"), [("18.4", 18), ("18.6", 18), ("16.2", 16), ("17.9", None), ("99.9", None)]
)
def test_a_major_version_that_is_not_there_is_none(version: str, major: int | None) -> None:
    assert binaries.major(version) == major
