"""How programs are run: what they read, what they print, and what they leave behind."""

import time

from host.programs.runner import Answer
from host.programs.system_runner import SystemRunner

RUNNER = SystemRunner()


def test_both_streams_and_the_exit_code_come_back() -> None:
    assert RUNNER.run(["sh", "-c", "cat; echo wrong >&2; exit 3"], stdin="Grün\n") == Answer(3, "Grün\n", "wrong\n")


def test_a_program_that_is_missing_is_127() -> None:
    assert RUNNER.run(["no-such-program"]) == Answer(127, "", "no-such-program: not found\n")
    assert (RUNNER.has("no-such-program"), RUNNER.has("sh")) == (False, True)


def test_a_program_that_does_not_answer_is_killed_by_one_without_patience() -> None:
    before = time.monotonic()
    answer = SystemRunner(0.2).run(["sleep", "30"])
    assert answer == Answer(124, "", "sleep did not answer within 0 seconds\n")
    assert time.monotonic() - before < 10


def test_a_child_in_the_background_is_not_waited_for() -> None:
    before = time.monotonic()
    assert RUNNER.run(["sh", "-c", "sleep 4 & echo done"]) == Answer(0, "done\n")
    assert time.monotonic() - before < 3


def test_a_program_beside_may_print_more_errors_than_a_pipe_holds() -> None:
    process = RUNNER.start(["sh", "-c", "head --bytes 300000 /dev/zero >&2; echo done"])
    assert process.read_line() == "done"
    answer = process.finish()
    assert (answer.code, answer.stdout, len(answer.stderr)) == (0, "", 300_000)
    process.kill()


def test_output_that_is_too_much_to_keep_is_taken_as_it_comes() -> None:
    taken: list[bytes] = []
    words = ("sh", "-c", "cat; echo no >&2; exit 3")
    answer = SystemRunner().read(words, lambda file: taken.append(file.read()), stdin="é\n" * 100_000)
    assert b"".join(taken) == "é\n".encode() * 100_000
    assert answer == Answer(3, "", "no\n")
