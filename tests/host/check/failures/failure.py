"""A row of the table of failures, and when it is told."""

from collections.abc import Callable
from dataclasses import dataclass

from host.check.apps import running
from host.programs.runner import Answer
from host.watch.limits import CHECK_SECONDS
from tests.host.check.scene import Scene

_TIMER_SECONDS = 60
"""As exact as systemd's timers are (AccuracySec, systemd.timer(5))."""
ROUND = CHECK_SECONDS + _TIMER_SECONDS + running.DEPLOYING_SECONDS * 2
"""From the moment at which something can be seen until somebody is told, at most."""
DAY = 86_400
SAYS_NO = Answer(1, "", "no\n")


@dataclass(frozen=True)
class Failure:
    """`inject` breaks one thing of a server on which all is well, and `says` is a part of what is told then.

    `after`: seconds until it counts as wrong, `counts` that in words. `others`: how many problems follow from it.
    `deaf`: who cannot be told.
    """

    what: str
    says: str
    inject: Callable[[Scene], object]
    after: int = 0
    counts: str = "at once"
    others: int = 0
    deaf: str = ""

    @property
    def seconds(self) -> int:
        return self.after + ROUND


def answer(program: str, answer: str | Answer) -> Callable[[Scene], object]:
    return lambda scene: scene.answers.update({program: answer})
