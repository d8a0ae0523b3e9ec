"""A restore of files that cannot be: refused before the server is called, each with its sentence."""

import pytest

from tests.support.operate import Petbase, Pulumi, outputs

OTHER = "is for dumps, and files are in none; leave it out. For an earlier time: --at TIME"
NONE = (
    "No files of fruits are backed up. Write backup: true beside its storage in the stack file, and run pulumi up "
    "--stack test."
)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--files"], "--files brings back the files of one app; say which: --app APP"),
        (["--files", "--app", "fruits", "--key", "x.tgz"], f"--key {OTHER}"),
        (["--files", "--app", "fruits", "--file", "x.tgz"], f"--file {OTHER}"),
        (["--files", "--app", "fruits", "--was", "pears"], f"--was {OTHER}"),
        (["--files", "--app", "fruits", "--into", "look"], f"--into {OTHER}"),
        (["--files", "--app", "fruits", "--kept", "x"], f"--kept {OTHER}"),
        (["--files", "--app", "fruits", "--all"], f"--all {OTHER}"),
        (["--files", "--app", "pears"], 'The stack test has no app "pears"; it has: fruits.'),
        (["--files", "--app", "fruits"], NONE),
    ],
)
def test_options_that_make_no_sense_for_files(petbase: Petbase, pulumi: Pulumi, words: list[str], says: str) -> None:
    assert pulumi
    ran = petbase("restore", *words)
    assert (ran.code, ran.out, ran.err) == (2, "", f"petbase: {says}\n")


@pytest.mark.parametrize("verb", ["backup", "drill"])
def test_a_stack_that_backs_up_no_files_says_so(petbase: Petbase, pulumi: Pulumi, verb: str) -> None:
    assert pulumi
    ran = petbase(verb, "--files")
    assert ran.code == 2
    assert ran.err.startswith("petbase: The stack test backs up no files. Write backup: true beside an app's storage")


def test_from_the_second_store_needs_one(petbase: Petbase, pulumi: Pulumi) -> None:
    told = outputs()
    told["apps"]["fruits"] = {**told["apps"]["fruits"], "files": ["/srv/x"]}
    pulumi.stack("test", told)
    ran = petbase("restore", "--app", "fruits", "--files", "--from", "copy", "--yes")
    assert ran.code == 2
    assert "The stack test has no second store. Set backups.copy in the stack file" in ran.err
