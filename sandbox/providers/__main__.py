"""All providers of one engine: `python -m sandbox.providers ROOT ENGINE PID`, started by launch.py."""

import gc
import sys
from importlib.machinery import PathFinder
from importlib.util import module_from_spec
from pathlib import Path

gc.set_threshold(100_000)  # before the imports, which are most of what this process does

# Of Pulumi's SDK only the protocol is used: its packages are put in place here without what they import, which takes as
# much CPU as all of the rest. Where a later SDK has its protocol elsewhere, no stand-in starts.
_where = None
for _name in ("pulumi", "pulumi.runtime", "pulumi.runtime.proto"):
    _spec = PathFinder.find_spec(_name, _where)
    assert _spec
    sys.modules[_name] = module_from_spec(_spec)
    _where = _spec.submodule_search_locations

from .serve import main  # noqa: E402

if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
