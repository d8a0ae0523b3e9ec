"""Something that looks again and again while a block goes on."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def beside(look: Callable[[], None], pause: float, first: float | None = None) -> Iterator[None]:
    """Call `look` every `pause` seconds for the length of a block, the first time after `first` where that is given.

    The last call has ended when the block ends.
    """
    ended = threading.Event()

    def look_on() -> None:
        wait = pause if first is None else first
        while not ended.wait(wait):
            wait = pause
            look()

    thread = threading.Thread(target=look_on, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
