"""The checkout's program, run in this process, and how it ends when the engine ends first, as it does on a failure.

The SDK's inline server then stops the program's event loop half way and fails in its own clean-up, since that tells
the engine, too. What it leaves, the garbage collector would complain of, at any later moment, in the user's terminal.
"""

import asyncio
import runpy
import sys
import time
from pathlib import Path

_DEADLINE_SECONDS = 10.0
_PATIENCE_SECONDS = 1.0
_QUIET_SECONDS = 0.1


class Program:
    """A `__main__.py`, called by the Automation API as the stack's program, run as `pulumi up` runs it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.raised: BaseException | None = None
        """What the last run ended with, if it was an error."""
        self._loop: asyncio.AbstractEventLoop | None = None

    def __call__(self) -> None:
        """Run it. Its own folder comes first in sys.path, for its imports."""
        self.raised, self._loop = None, asyncio.get_running_loop()
        self._loop.set_exception_handler(engine_is_gone)
        folder = str(self.path.parent)
        sys.path.insert(0, folder)
        try:
            runpy.run_path(str(self.path), run_name="__main__")
        except BaseException as problem:
            self.raised = problem
            raise
        finally:
            sys.path.remove(folder)

    def wait(self) -> None:
        """Return when nothing of the last run is left; its thread ends a moment after the CLI."""
        if self._loop:
            end_loop(self._loop)
        self._loop = None


def engine_is_gone(loop: asyncio.AbstractEventLoop, _context: object) -> None:
    """For `loop.set_exception_handler`: the program still asks an engine that has ended. Cancel instead of stopping."""
    for task in asyncio.all_tasks(loop):
        task.cancel()


def end_loop(loop: asyncio.AbstractEventLoop) -> None:
    """Wait for the program's loop, end it where it waits for nobody, and close it where the SDK did not."""
    _wait_quiet(loop, _PATIENCE_SECONDS)
    if loop.is_running():
        loop.call_soon_threadsafe(engine_is_gone, loop, None)
        _wait_quiet(loop, _DEADLINE_SECONDS)
    if not loop.is_running() and not loop.is_closed():
        left = asyncio.all_tasks(loop)
        for task in left:
            task.cancel()
        loop.run_until_complete(_settled(left))
        loop.close()


def _wait_quiet(loop: asyncio.AbstractEventLoop, seconds: float) -> None:
    """Until the loop is closed, or did not run for a while: the SDK runs it again for each task that it cancels."""
    quiet_since = time.monotonic()
    deadline = quiet_since + seconds
    while not loop.is_closed() and time.monotonic() < min(deadline, quiet_since + _QUIET_SECONDS):
        if loop.is_running():
            quiet_since = time.monotonic()
        time.sleep(0.005)


async def _settled(tasks: set[asyncio.Task[object]]) -> None:
    await asyncio.gather(*tasks, return_exceptions=True)
