"""Process 1 of a sandbox host: reaps what others leave behind, restarts nothing, ends the host when its daemons end.

When process 1 exits, the kernel kills everything else in the namespace, so a stopped host leaves nothing running.
"""

from __future__ import annotations

import os
import signal
import sys


def main() -> None:
    """Fork the daemons, then wait for ever, passing SIGTERM on to them."""
    # umask and a terminal-less session as init has them; the caller's are no business of the host.
    os.umask(0o022)
    os.chdir("/")
    daemons = os.fork()
    if daemons == 0:
        from sandbox.host import boot

        sys.exit(boot.main())
    signal.signal(signal.SIGTERM, lambda *_: os.kill(daemons, signal.SIGTERM))
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
    while True:
        pid, status = os.wait()
        if pid == daemons:
            sys.exit(os.waitstatus_to_exitcode(status) and 1)


if __name__ == "__main__":
    main()
