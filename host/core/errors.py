"""Errors that a person can act on. The program prints their text; anything else is a bug and is reported as one."""


class HostError(Exception):
    """A failure with one sentence that says what is wrong and what to type.

    `tail` is the end of what a program printed before it failed. `cause` is a word for a
    caller that can do more than print the sentence. Exit code 1.
    """

    def __init__(self, message: str, tail: str = "", cause: str = "") -> None:
        super().__init__(message)
        self.tail = tail
        self.cause = cause


class ProgramError(HostError):
    """A program (dokku, docker, psql …) that exited with a code other than 0."""

    def __init__(self, message: str, tail: str, code: int) -> None:
        super().__init__(message, tail)
        self.code = code


class UsageError(HostError):
    """The words or the standard input of a command are wrong. Nothing was done. Exit code 2."""
