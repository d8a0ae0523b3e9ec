"""The checkout's program, run in this process, and how it ends when the engine ends first, as it does on a failure.

The SDK's inline server then stops the program's event loop half way and fails in its own clean-up, since that tells
the engine, too. What it leaves, the garbage collector would complain of, at any later moment, in the user's terminal.
"""

import asyncio
import runpy
import sys
import time
from pathlib import Path
from typing import Any

import grpc  # type: ignore[import-untyped]
from pulumi.runtime._grpc_settings import _GRPC_CHANNEL_OPTIONS

# A channel goes on calling the port of its engine that has ended, until the collector finds it, and gRPC lends what it
# knows of an address to every channel of the process. Without this, a later run whose engine gets that port is refused
# by this memory alone: "Failed to connect to remote host: Connection refused" (github.com/grpc/grpc/issues/21240).
_GRPC_CHANNEL_OPTIONS.append(("grpc.use_local_subchannel_pool", 1))

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
        self._task: asyncio.Task[Any] | None = None

    def __call__(self) -> None:
        """Run it. Its own folder comes first in sys.path, for its imports."""
        self.raised, self._loop, self._task = None, asyncio.get_running_loop(), asyncio.current_task()
        self._loop.set_exception_handler(self._engine_is_gone)
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
        self._loop = self._task = None

    def _engine_is_gone(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """For `loop.set_exception_handler`: the program asks an engine that has ended. Cancel it instead of stopping.

        Once, and the program's task alone: its clean-up still has to stop the server of its hooks, in the same loop.
        """
        if not isinstance(context.get("exception"), grpc.RpcError):
            loop.default_exception_handler(context)
        elif self._task and not self._task.cancelling():
            self._task.cancel()


def end_loop(loop: asyncio.AbstractEventLoop) -> None:
    """Wait for the program's loop, end it where it waits for nothing, and close it where the SDK did not."""
    _wait_quiet(loop, _PATIENCE_SECONDS)
    if loop.is_running():
        loop.call_soon_threadsafe(_cancel_all, loop)
        _wait_quiet(loop, _DEADLINE_SECONDS)
    if not loop.is_running() and not loop.is_closed():
        loop.run_until_complete(_settled(_cancel_all(loop)))
        loop.close()


def _wait_quiet(loop: asyncio.AbstractEventLoop, seconds: float) -> None:
    """Until the loop is closed, or did not run for a while: the SDK runs it again for each task that it cancels."""
    quiet_since = time.monotonic()
    deadline = quiet_since + seconds
    while not loop.is_closed() and time.monotonic() < min(deadline, quiet_since + _QUIET_SECONDS):
        if loop.is_running():
            quiet_since = time.monotonic()
        time.sleep(0.005)


def _cancel_all(loop: asyncio.AbstractEventLoop) -> set[asyncio.Task[object]]:
    left = asyncio.all_tasks(loop)
    for task in left:
        task.cancel()
    return left


async def _settled(tasks: set[asyncio.Task[object]]) -> None:
    await asyncio.gather(*tasks, return_exceptions=True)
