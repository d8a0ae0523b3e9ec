"""Modules that are loaded when they are first used: a stand-in starts for every call, and uses few of those it imports.

boot/image.py has the words that run a module so. Else imports are two thirds of a stand-in's CPU time, and stand-ins
are most of what the tests wait for. `importlib.util.LazyLoader` is no help: a second import loads the module. Neither
`site` nor `runpy` is loaded, which cost a tenth of what is left.
"""

import gc
import importlib
import os
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import ModuleType
from typing import Any

# Heavy, and often imported for a branch that is not taken; `dataclasses` asks `inspect` only for a missing docstring,
# and `urllib.parse` asks `ipaddress` for a URL with brackets.
_STANDARD = {"asyncio", "copy", "hashlib", "inspect", "ipaddress", "json", "secrets", "shutil", "signal", "socket"}
_STANDARD |= {"subprocess", "tempfile"}


class _Unread(ModuleType):
    """A module whose file is read when somebody wants more of it than its spec."""

    def __getattribute__(self, name: str) -> Any:
        if name != "__spec__":
            _read(self)
        return ModuleType.__getattribute__(self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        _read(self)
        ModuleType.__setattr__(self, name, value)


def _read(module: ModuleType) -> None:
    loader = object.__getattribute__(module, "__dict__").pop("__unread__", None)
    if loader is not None:
        loader.exec_module(module)
        object.__setattr__(module, "__class__", ModuleType)


class _Later:
    def __init__(self, loader: SourceFileLoader) -> None:
        self._loader = loader

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        module.__dict__["__unread__"] = self._loader
        module.__class__ = _Unread


class _Finder:
    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None = None, target: ModuleType | None = None) -> ModuleSpec | None:
        if name not in _STANDARD and not name.startswith("sandbox."):
            return None
        spec = PathFinder.find_spec(name, path, target)
        # A package of the sandbox is searched for its modules as soon as one of them is imported.
        alone = spec is not None and (spec.submodule_search_locations is None or name in _STANDARD)
        if spec is not None and isinstance(spec.loader, SourceFileLoader) and alone:
            spec.loader = _Later(spec.loader)  # type: ignore[assignment]
        return spec


def main() -> None:
    """Run the module that the first word names, as `python -m` does."""
    # A stand-in ends before it could have any use of the collector.
    gc.disable()
    os.environ.pop("LD_LIBRARY_PATH", None)  # for this process only, as in namespace.py
    sys.meta_path.insert(0, _Finder)
    del sys.argv[0]
    spec = _spec(sys.argv[0])
    assert isinstance(spec.loader, SourceFileLoader)
    module = ModuleType("__main__")
    module.__dict__.update(__file__=spec.origin, __spec__=spec, __package__=spec.parent)
    sys.modules["__main__"] = module
    sys.argv[0] = spec.origin or ""
    code = spec.loader.get_code(spec.name)
    assert code is not None
    exec(code, module.__dict__)


def _spec(name: str) -> ModuleSpec:
    """Of the module, or of a package's `__main__`."""
    spec = PathFinder.find_spec(name, importlib.import_module(name.rpartition(".")[0]).__path__)
    assert spec is not None
    return spec if spec.submodule_search_locations is None else _spec(f"{name}.__main__")
