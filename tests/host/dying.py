"""A machine that loses its power at any call."""

from collections.abc import Callable, Mapping, Sequence
from typing import BinaryIO

from host.programs.runner import Answer, Process, Stage
from tests.host.container import ContainerRunner

NEVER = 1 << 30


class Cut(BaseException):
    """The power is gone."""


class Dying(ContainerRunner):
    """From its n-th call on there is no machine any more, for what tidies up neither."""

    calls, dies_at = 0, NEVER

    def _call(self) -> None:
        self.calls += 1
        if self.calls >= self.dies_at:
            raise Cut

    def run(self, words: Sequence[str], *, stdin: str = "", env: Mapping[str, str] | None = None) -> Answer:
        self._call()
        return super().run(words, stdin=stdin, env=env)

    def pipe(self, stages: Sequence[Stage], *, stdin: int | None = None) -> list[Answer]:
        self._call()
        return super().pipe(stages, stdin=stdin)

    def start(self, words: Sequence[str], *, env: Mapping[str, str] | None = None) -> Process:
        self._call()
        return super().start(words, env=env)

    def read(self, words: Sequence[str], take: Callable[[BinaryIO], None], *, stdin: str = "") -> Answer:
        self._call()
        return super().read(words, take, stdin=stdin)
