"""Words are quoted once, secrets come on stdin, and nothing runs on half an input."""

import subprocess

import pytest

from components.dokku import shell
from components.dokku.shell import Script, script

ODD = 'it\'s "a" $(touch /nowhere) `x` \\ * ~ é\ttab'


def run(made: Script, stdin: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(["bash", "-c", made.text], input=stdin, text=True, capture_output=True, check=False)


def shown(made: Script) -> Script:
    """The script without its files, printing what came through."""
    return Script(made.text + 'printf "%s|" "$value" "$@"\n', made.secrets)


def test_values_and_words_come_through_as_they_are() -> None:
    made = shown(script("a test", values={"value": ODD}, words=["two words", ODD, ""]))
    assert run(made, shell.stdin("1", 1)).stdout == f"{ODD}|two words|{ODD}||"


def test_secrets_come_line_by_line_and_keep_their_spaces() -> None:
    made = script("a test", values={}, secrets=["first", "second"])
    printing = Script(made.text + 'printf "%s|" "$first" "$second"\n')
    assert run(printing, shell.stdin("1", 1, ["  a b \\n ", ""])).stdout == "  a b \\n ||"


@pytest.mark.parametrize("cut", ["", "1 1\n", "1 1\ns3cr3t\n", "1 1\ns3cr3t\nen"])
def test_nothing_runs_on_an_input_that_was_cut_off(cut: str) -> None:
    made = script("a test", values={}, secrets=["first"])
    done = run(Script(made.text + "echo ran\n"), cut)
    assert (done.returncode, done.stdout) == (65, "the standard input came cut off; nothing was done\n")


def test_stdin_holds_machine_and_generation_the_secrets_and_an_end() -> None:
    assert shell.stdin("4711", 2, ["a", "b"]) == "4711 2\na\nb\nend\n"


@pytest.mark.parametrize("secret", ["two\nlines", "carriage\rreturn"])
def test_a_secret_with_a_line_break_would_shift_the_others(secret: str) -> None:
    with pytest.raises(ValueError, match=r"^a secret contains a line break; set it again without one$"):
        shell.stdin("1", 1, [secret])


def test_a_full_disk_is_said_before_anything_is_done() -> None:
    """Nothing could be written down further on, not even why it failed; `ulimit -f 0` refuses every byte likewise."""
    made = script("a test", "prelude", values={"resource": "test"})
    refused = Script(f"ulimit -f 0; trap '' XFSZ\n{made.text}echo ran\n")
    done = run(refused, shell.stdin("1", 1))
    assert done.returncode == 1
    assert done.stdout == "the disk of the server is full; nothing was done. Look at: df --human-readable\n"


@pytest.mark.parametrize("name", ["Upper", "1st", "a-b", "a b", ""])
def test_a_name_that_the_shell_would_not_take(name: str) -> None:
    with pytest.raises(ValueError, match="is no name for a shell variable"):
        script("a test", values={name: "x"})


def test_a_user_other_than_root_needs_sudo() -> None:
    assert shell.as_root("echo 'a'\n", "root") == "echo 'a'\n"
    assert shell.as_root("echo 'a'\n", "admin") == "sudo --non-interactive sh -c 'echo '\"'\"'a'\"'\"'\n'"


def test_a_text_tells_the_values_that_it_was_made_with() -> None:
    text = script("a test", values={"version": "18.4", "odd": ODD, "none": ""}).text
    assert shell.value_of(text, "version") == "18.4"
    assert shell.value_of(text, "odd") == ODD
    assert shell.value_of(text, "none") == ""
    assert shell.value_of(text, "other") is None


def test_comments_stay_out_of_what_is_sent() -> None:
    made = script("a test", "prelude", values={"resource": "x"})
    assert [line for line in made.text.splitlines()[1:] if line.lstrip().startswith("#")] == []
