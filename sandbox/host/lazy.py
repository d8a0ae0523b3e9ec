"""Modules that are loaded when they are first used: a stand-in starts for every call, and uses few of those it imports.

`python -m sandbox.host.lazy MODULE WORDS…` runs a module so. Else imports are two thirds of a stand-in's CPU time, and
stand-ins are most of what the tests wait for. `importlib.util.LazyLoader` is no help: a second import loads the module.
"""

import gc
import runpy
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import CodeType, ModuleType
from typing import Any

# Heavy, and often imported for a branch that is not taken; `dataclasses` asks `inspect` only for a missing docstring.
_STANDARD = {"hashlib", "inspect", "json", "secrets", "shutil", "signal", "socket", "subprocess", "tempfile"}


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

    def get_code(self, name: str) -> CodeType | None:
        """For `python -m`, which runs a module's code without importing it."""
        return self._loader.get_code(name)


class _Finder:
    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None = None, target: ModuleType | None = None) -> ModuleSpec | None:
        if name not in _STANDARD and not name.startswith("sandbox."):
            return None
        spec = PathFinder.find_spec(name, path, target)
        # A package is searched for its modules as soon as one of them is imported.
        if spec is not None and isinstance(spec.loader, SourceFileLoader) and spec.submodule_search_locations is None:
            spec.loader = _Later(spec.loader)  # type: ignore[assignment]
        return spec


def main() -> None:
    """Run the module that the first word names, as `python -m` does."""
    # A stand-in ends before it could have any use of the collector.
    gc.disable()
    sys.meta_path.insert(0, _Finder)
    del sys.argv[0]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
