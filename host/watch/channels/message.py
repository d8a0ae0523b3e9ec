"""What a channel is told: the problems that are new and those that ended, as lines that a person reads."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

_MORE = "\n… ./petbase alert shows the rest"


@dataclass(frozen=True)
class Message:
    """`new` and `ended` are problems, text by key; `at` is in seconds of the epoch. `note` is told if there are
    neither.
    """

    stack: str
    service: str
    at: int
    new: Mapping[str, str] = field(default_factory=dict)
    ended: Mapping[str, str] = field(default_factory=dict)
    note: str = ""

    @property
    def title(self) -> str:
        """One line."""
        new = f"{len(self.new)} new problem{'s' * (len(self.new) != 1)}" if self.new else ""
        ended = f"{len(self.ended)} ended" if self.ended else ""
        return f"Petbase {self.stack}: {', '.join(filter(None, (new, ended))) or self.note}"

    @property
    def text(self) -> str:
        """A line for each problem."""
        new = [f"NEW {self.service}: {text}" for text in self.new.values()]
        ended = [f"ENDED {self.service}: {text}" for text in self.ended.values()]
        return "\n".join([*new, *ended]) or f"{self.service}: {self.note}"

    @property
    def whole(self) -> str:
        """Title and text, for services without titles."""
        return f"{self.title}\n{self.text}"


def fitted(text: str, limit: int, size: Callable[[str], int] = len) -> str:
    """The text, cut where a service would refuse it; `size` is how that service counts."""
    if size(text) <= limit:
        return text
    kept = text[: limit - len(_MORE)]
    while size(kept) + size(_MORE) > limit:
        kept = kept[:-1]
    return kept + _MORE


def utf_16(text: str) -> int:
    """How Telegram and Discord count: an emoji is two."""
    return len(text.encode("utf-16-le")) // 2


def utf_8(text: str) -> int:
    """Bytes, as ntfy counts."""
    return len(text.encode())
