"""What the stand-in reads of a Dockerfile: what to start, with which variables, on which port. RUN is not run."""

import json
import re
import shlex
from dataclasses import dataclass, field

DEFAULT_PORT = 5000


@dataclass
class Image:
    """The result of a "build"."""

    base: str = ""
    command: list[str] = field(default_factory=list)
    entrypoint: list[str] = field(default_factory=list)
    env: dict[str, str] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    port: int = DEFAULT_PORT
    steps: list[str] = field(default_factory=list)

    @property
    def words(self) -> list[str]:
        """What a container of it runs."""
        return self.entrypoint + self.command


def parse(content: str) -> Image:
    """Read the instructions that count; the others are kept as steps only."""
    image = Image()
    joined = re.sub(r"\\\n", " ", "\n".join(row for row in content.splitlines() if not row.lstrip().startswith("#")))
    for row in filter(None, map(str.strip, joined.splitlines())):
        word, _, rest = row.partition(" ")
        image.steps.append(row)
        _apply(image, word.upper(), rest.strip())
    return image


def _apply(image: Image, word: str, rest: str) -> None:
    if word == "FROM":
        image.base = rest.split(maxsplit=1)[0]
    elif word == "CMD":
        image.command = _command(rest)
    elif word == "ENTRYPOINT":
        image.entrypoint = _command(rest)
    elif word == "ENV":
        image.env |= _assignments(rest)
    elif word == "LABEL":
        image.labels |= _assignments(rest)
    elif word == "EXPOSE":
        image.port = int(rest.split(maxsplit=1)[0].split("/", maxsplit=1)[0])


def _command(text: str) -> list[str]:
    if text.startswith("["):
        return [str(word) for word in json.loads(text)]
    return ["sh", "-c", text]


def _assignments(text: str) -> dict[str, str]:
    """`A=1 B="two words"`, or the old `A some text`."""
    words = shlex.split(text)
    if words and "=" not in words[0]:
        name, _, value = text.partition(" ")
        return {name: value.strip()}
    return dict(word.split("=", 1) for word in words if "=" in word)
