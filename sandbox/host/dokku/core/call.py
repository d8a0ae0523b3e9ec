"""One call of a verb, and how its words are taken apart."""

from dataclasses import dataclass

from sandbox.host.dokku.core.say import RefusedError


@dataclass(frozen=True)
class Call:
    """A verb, the words after it, the `--flags` before it, and who calls (`root`, or `dokku` when it came over SSH)."""

    verb: str
    words: tuple[str, ...] = ()
    flags: frozenset[str] = frozenset()
    user: str = "root"

    def has(self, *names: str) -> bool:
        """Whether one of these flags is given anywhere: Dokku takes them before the verb too."""
        return any(name in self.flags or name in self.words for name in names)

    def rest(self, *flags: str) -> list[str]:
        """The words that are none of `flags`."""
        return [word for word in self.words if word not in flags]

    def options(self, **names: tuple[str, ...]) -> tuple[list[str], dict[str, str]]:
        """The plain words, and the value behind each option: `options(alias=("--alias", "-a"))`."""
        by_flag = {flag: name for name, flags in names.items() for flag in flags}
        plain: list[str] = []
        found: dict[str, str] = {}
        words = iter(self.words)
        for word in words:
            flag, equals, value = word.partition("=")
            if flag in by_flag and word.startswith("-"):
                found[by_flag[flag]] = value if equals else next(words, "")
            elif not word.startswith("--"):
                plain.append(word)
        return plain, found


def app_named(words: list[str] | tuple[str, ...]) -> str:
    """The first word, which must be there."""
    if not words or not words[0]:
        raise RefusedError("Please specify an app to run the command on")
    return words[0]
