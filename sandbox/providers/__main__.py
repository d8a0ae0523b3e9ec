"""All providers of one engine: `python -m sandbox.providers ROOT ENGINE PID`, started by launch.py."""

import gc
import sys
from pathlib import Path

gc.set_threshold(100_000)  # before the SDKs are imported, which is most of what this process does

from .serve import main  # noqa: E402

if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
