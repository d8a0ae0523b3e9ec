"""What a kind of app setting must be able to do."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from host.core.host import Host

Words = tuple[str, ...]
"""What the stack file says of one kind, a word each: ("http:80:3000",), ("web=2", "worker=1")."""


@dataclass(frozen=True)
class Kind:
    """A kind of app setting.

    `apply(host, app, declared, gone)` gives the app what is declared and resets what is gone: the names of words that
    an earlier stack file had. It compares first, since a change of a deployed app means a restart, and calls
    `owe_restart` before a change that needs one. `present(host, app)` gives what the app has, as words. `exact`: what
    is present beyond the declared words is a difference too. `label` is what ./petbase doctor calls it.
    """

    label: str
    apply: Callable[[Host, str, Sequence[str], Collection[str]], None]
    present: Callable[[Host, str], Collection[str]]
    exact: bool = False


def name_of(word: str) -> str:
    """The name in a word: `web` in web=2, the whole word where it has no value."""
    return word.partition("=")[0]


def pairs(words: Sequence[str]) -> dict[str, str]:
    """NAME=VALUE words by name; "" for a word without a value."""
    return {name: value for name, _, value in (word.partition("=") for word in words)}
