"""An interrupted program prints no stack of its own before the engine's error."""

import signal
import subprocess
import sys
import threading

from components import interrupts

WAITS = (
    "import signal; from components.interrupts import end_quietly; end_quietly(); signal.raise_signal(signal.SIGINT)"
)


def test_an_interrupted_program_prints_nothing() -> None:
    done = subprocess.run([sys.executable, "-c", WAITS], capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (-signal.SIGINT, b"", b"")


def test_a_program_in_a_thread_changes_nothing() -> None:
    before = signal.getsignal(signal.SIGINT)
    thread = threading.Thread(target=interrupts.end_quietly)
    thread.start()
    thread.join()
    assert signal.getsignal(signal.SIGINT) == before
