"""What `./petbase sandbox` says, and to whom."""

import os
import subprocess
import sys


def test_lines_that_are_no_longer_read_end_nothing() -> None:
    """As `| head` leaves it: the engine's own thread says them, and what waits for it would wait for good."""
    reading, writing = os.pipe()
    os.close(reading)
    program = "import sys; from sandbox import run; run._say('one'); run._say('two'); print('on', file=sys.stderr)"
    with os.fdopen(writing, "w") as gone:
        done = subprocess.run(
            [sys.executable, "-c", program], stdout=gone, stderr=subprocess.PIPE, text=True, check=False
        )
    assert (done.returncode, done.stderr) == (0, "on\n")
