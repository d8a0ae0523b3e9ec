"""Process 1 of a sandbox host: reaps what others leave behind, restarts nothing, ends the host when its daemons end.

When process 1 exits, the kernel kills everything else in the namespace, so a stopped host leaves nothing running.
"""

import os
import signal
import sys

# Waited for and never handled: a handler's signal could come just before a blocking call and be noticed too late.
_AWAITED = {signal.SIGTERM, signal.SIGCHLD}


def main() -> None:
    """Fork the daemons, then wait for ever, passing SIGTERM on to them."""
    os.umask(0o022)
    os.chdir("/")
    daemons = os.fork()
    if daemons == 0:
        from sandbox.host.boot import boot

        sys.exit(boot.main())
    signal.pthread_sigmask(signal.SIG_BLOCK, _AWAITED)
    while (code := _reap(daemons)) is None:
        if signal.sigwait(_AWAITED) == signal.SIGTERM:
            os.kill(daemons, signal.SIGTERM)
    sys.exit(code)


def _reap(daemons: int) -> int | None:
    """Collect whatever has ended; the host's exit code when the daemons are among it."""
    code = None
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return code
        if pid == 0:
            return code
        if pid == daemons:
            code = 0 if status == 0 else 1


if __name__ == "__main__":
    main()
