"""A plugin's process: has its provider served by the one process for all of this engine, prints the port, and waits.

Run by plugin.py's launcher, by its path and without pathlib and what `socket` imports, so that it starts in some 10 ms.
What a provider imports takes 0.2 s of CPU: once for an engine's run, and not once for each of four.
"""

import fcntl
import os
import sys
import time
from _socket import AF_UNIX, socket

_WATCH_SECONDS = 0.5
_START_SECONDS = 60.0


def address(engine: str) -> str:
    """Where the providers of an engine are asked for: an abstract socket, which no file is left of."""
    return f"\0petbase-sandbox-providers-{engine}"


def main(root: str, name: str, engine: str) -> None:
    """Serve until the engine (our parent) is gone, or ends this process."""
    parent = os.getppid()
    with open(f"{root}/providers.lock", "w") as lock:  # noqa: PTH123
        fcntl.flock(lock, fcntl.LOCK_EX)
        connection = _connected(engine) or _started(root, engine, parent)
    connection.sendall(f"{name}\n".encode())
    port = connection.recv(16).decode()
    if not port:
        sys.exit(f"the sandbox's providers ended; see {_log(root)}")
    sys.stdout.write(port)
    sys.stdout.flush()
    while os.getppid() == parent:
        time.sleep(_WATCH_SECONDS)


def _connected(engine: str) -> socket | None:
    connection = socket(AF_UNIX)
    try:
        connection.connect(address(engine))
    except ConnectionRefusedError:
        connection.close()
        return None
    return connection


def _started(root: str, engine: str, parent: int) -> socket:
    """Not on this process's own output: the engine reads that to its end."""
    opened = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    files = [
        (os.POSIX_SPAWN_OPEN, 0, "/dev/null", os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0),
        (os.POSIX_SPAWN_OPEN, 2, _log(root), opened, 0o600),
    ]
    words = [sys.executable, "-m", "sandbox.providers", root, engine, str(parent)]
    started = os.posix_spawn(words[0], words, os.environ, file_actions=files, setsid=True)
    deadline = time.monotonic() + _START_SECONDS
    while not (connection := _connected(engine)):
        ended, _ = os.waitpid(started, os.WNOHANG)
        if ended or time.monotonic() > deadline:
            with open(_log(root)) as log:  # noqa: PTH123
                sys.exit(f"the sandbox's providers did not start: {log.read().strip()}")
        time.sleep(0.01)
    return connection


def _log(root: str) -> str:
    return f"{root}/providers.log"


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3])
