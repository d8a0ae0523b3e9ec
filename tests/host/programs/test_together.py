"""Questions side by side: in order, all of them, and never more programs at once than are allowed."""

import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from host.core.host import Host
from host.programs.runner import Answer
from host.programs.together import together
from tests.host.recorder import RecordedRunner


class CountingRunner(RecordedRunner):
    """Knows how many programs ran at once."""

    lock = threading.Lock()
    now = most = 0

    def run(self, words: Sequence[str], *, stdin: str = "", env: Mapping[str, str] | None = None) -> Answer:
        with self.lock:
            self.now += 1
            self.most = max(self.most, self.now)
        time.sleep(0.01)
        with self.lock:
            self.now -= 1
        return super().run(words, stdin=stdin, env=env)


def _late(value: int) -> int:
    time.sleep(0.02)
    return value


def test_results_come_in_the_order_of_the_questions() -> None:
    assert together() == []
    assert together(lambda: _late(1), lambda: 2) == [1, 2]


def test_a_failure_is_raised_when_all_have_ended() -> None:
    ended: list[int] = []

    def work() -> int:
        ended.append(_late(1))
        return 1

    with pytest.raises(ZeroDivisionError):
        together(lambda: 1 // 0, work)
    assert ended == [1]


def test_a_limited_host_runs_no_more_programs_at_once(tmp_path: Path) -> None:
    runner = CountingRunner()
    host = Host("prod", runner, root=tmp_path).limited(3)
    together(*(lambda: host.run("true") for _ in range(12)))
    assert (len(runner.lines), runner.most) == (12, 3)
