"""Ends the program quietly where the engine interrupts it, as it does when the removal of a resource fails.

The SDK (3.272) waits for the engine then, and Python would print the stack of that waiting, thirty lines, before the
engine's own error.
"""

import signal
import threading


def end_quietly() -> None:
    """Do so from here on. In a thread Python allows no such thing, and nothing is changed."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, signal.SIG_DFL)
