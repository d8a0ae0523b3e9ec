"""All providers of one engine: `python -m sandbox.providers ROOT ENGINE PID`, started by launch.py."""

import sys
from pathlib import Path

from .serve import main

if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
