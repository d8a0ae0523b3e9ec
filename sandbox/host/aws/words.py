"""The words of a command: options of aws itself, which may stand anywhere, and the rest."""

from collections.abc import Iterable
from dataclasses import dataclass, field

_VALUES = {"--endpoint-url", "--region", "--output", "--query", "--cli-read-timeout", "--cli-connect-timeout"}
_VALUES |= {"--color", "--max-items", "--page-size", "--starting-token", "--ca-bundle"}
_SWITCHES = {"--no-cli-pager", "--no-paginate", "--no-verify-ssl", "--debug"}


class UsageError(Exception):
    """Words that aws does not understand; 252."""


@dataclass
class Words:
    """One command: service and operation, aws's own options by name, and what the operation gets."""

    plain: list[str] = field(default_factory=list)
    own: dict[str, str] = field(default_factory=dict)
    options: dict[str, str] = field(default_factory=dict)

    def take(self, words: list[str], options: Iterable[str], switches: Iterable[str]) -> None:
        """Sort `words` by what the operation knows. UsageError for an option that it does not."""
        values, alone = {*_VALUES, *options}, {*_SWITCHES, *switches}
        rest = list(words)
        while rest:
            word = rest.pop(0)
            name, equals, value = word.partition("=")
            if word == "-" or not word.startswith("--"):
                self.plain.append(word)
            elif name in alone:
                self._keep(name, "true")
            elif name not in values:
                raise UsageError(f"Unknown options: {word}")
            elif not equals and not rest:
                raise UsageError(f"argument {name}: expected one argument")
            else:
                self._keep(name, value if equals else rest.pop(0))

    def _keep(self, name: str, value: str) -> None:
        (self.own if name in _VALUES | _SWITCHES else self.options)[name.removeprefix("--")] = value


def command(words: list[str]) -> tuple[str, str]:
    """Service and operation: the first two words that belong to no option of aws itself."""
    found: list[str] = []
    rest = iter(words)
    for word in rest:
        if word in _VALUES:
            next(rest, "")
        elif not word.startswith("--"):
            found.append(word)
        if len(found) == 2:
            break
    service, operation = [*found, "", ""][:2]
    return service, operation
