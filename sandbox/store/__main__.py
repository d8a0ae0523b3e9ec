"""python -m sandbox.store ROOT PORT: bind the port, leave the server running as a separate process, and end.

Bound before the fork, so that a port that is taken is the launcher's exit code and not a line in a log.
"""

import os
import signal
import sys
import threading
from pathlib import Path

from sandbox.store import account
from sandbox.store.http.server import StoreServer


def main(root: Path, port: int) -> None:
    """Launch the server over `root`; store.json says where it is."""
    try:
        server = StoreServer(root, port)
    except OSError as error:
        sys.exit(str(error))
    if pid := os.fork():
        held = {"endpoint": f"http://127.0.0.1:{port}", "port": port, "pid": pid}
        account.write_json(root / "store.json", held)
        return
    _detach(root / "store.log")
    threading.Thread(target=server.expire_forever, daemon=True).start()
    server.serve_forever()


def _detach(log: Path) -> None:
    os.setsid()
    os.umask(0o077)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    null, out = os.open(os.devnull, os.O_RDONLY), os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for old, new in ((null, 0), (out, 1), (out, 2)):
        os.dup2(old, new)


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), int(sys.argv[2]))
