"""How long a load may take: what an app wrote runs in it, and PostgreSQL's own limits are that code's to change."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def limited(seconds: float, end: Callable[[], None]) -> Iterator[list[str]]:
    """Call `end` when the time is over; the list then says so."""
    late: list[str] = []

    def stop() -> None:
        late.append(f"The dump was not loaded within {seconds / 60:.0f} minutes, so something in it may never end")
        end()

    timer = threading.Timer(seconds, stop)
    timer.daemon = True
    timer.start()
    try:
        yield late
    finally:
        timer.cancel()
        timer.join()
