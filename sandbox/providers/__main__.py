"""The entry of every plugin: `python -m sandbox.providers NAME ENGINE`, started by plugin.py's launcher."""

import os
import sys
from importlib import import_module
from pathlib import Path

from .serve import main

if __name__ == "__main__":
    name, engine = sys.argv[1], sys.argv[2]
    package = import_module(f"sandbox.providers.{name}")
    main(package.provider(Path(os.environ["PETBASE_SANDBOX"])), engine)
