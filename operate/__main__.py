"""`python -m operate`: runs one verb, and turns every failure into one paragraph and an exit code."""

import os
import sys
from collections.abc import Sequence

import typer

from operate.cli import build
from operate.core.errors import PetbaseError, masked
from operate.core.terminal import note

INTERRUPTED = 130
"""As shells say it of a program that Ctrl-C has ended."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb; its exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if words[:1] == ["help"]:
        words = [*words[1:], "--help"]
    try:
        code = _run(words)
    except Exception as problem:
        if os.environ.get("PETBASE_DEBUG"):
            raise
        return _failed(problem)
    if code == INTERRUPTED:
        note("petbase: interrupted")
    return code


def _run(words: list[str]) -> int:
    try:
        ended = build()(words, prog_name="petbase", standalone_mode=False)
    except SystemExit as stopped:
        ended = stopped.code
    return ended if isinstance(ended, int) else int(bool(ended))


def _failed(problem: Exception) -> int:
    """One paragraph on stderr, never a traceback; the exit code."""
    match problem:
        case PetbaseError():
            note(f"petbase: {problem}")
            return problem.code
        case typer.TyperException():
            return _invalid_usage(problem)
        case typer.Abort():
            note("petbase: Cancelled.")
        case BrokenPipeError():
            # Who reads the output has closed it, as `| head` does; the interpreter would complain at its end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        case _ if _is_of_the_stack_file(problem):
            note(f"petbase: {problem}")
        case _:
            kind = type(problem).__name__
            note(f"petbase: unexpected error: {kind}: {masked(str(problem))}")
            note("This is a bug; please report it. PETBASE_DEBUG=1 ./petbase … shows where it is.")
    return 1


def _is_of_the_stack_file(problem: Exception) -> bool:
    """Whether the stack file cannot be used, which its own sentence says."""
    from components.config.parsing.yaml_file import YamlError
    from components.config.stack_file import StackFileError

    return isinstance(problem, StackFileError | YamlError)


def _invalid_usage(problem: typer.TyperException) -> int:
    """The parser's sentence and the usage; for no words at all, the whole help."""
    context = getattr(problem, "ctx", None)
    said = problem.format_message().strip().replace("Value error, ", "")  # pydantic's
    if context is None:
        note(f"petbase: {said}")
    elif said.startswith("Usage:"):
        note(said)
    else:
        help_of = f"./{context.command_path} --help"
        note(f"petbase: {said}\n{context.get_usage()}\nHelp: {help_of}")
    return problem.exit_code


if __name__ == "__main__":
    sys.exit(main())
