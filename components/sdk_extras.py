"""Registers resources without what the Python SDK (3.272) does besides, and has no switch for.

Stack traces: some twenty frames with each resource, 2 KB of paths of this machine in the state, two thirds of it for a
small stack, and most of the CPU that a resource costs in a preview. Nothing reads them but an editor of Pulumi's own.
Lines of its debug log: six for each resource, each a call of the engine that the program waits for, though only
`--debug` shows them. A URN of seven outputs for each resource, which only a run without an engine looks at: one here.
Each setting of the run, read twice whenever it is asked for. What a later SDK does not have is passed over.
"""

from typing import Any

import pulumi
from pulumi import _utils, log
from pulumi.runtime import resource
from pulumi.runtime.proto import source_pb2

_urn_of_outputs: Any = getattr(resource, "create_urn", None)


def leave_out() -> None:
    """Do so from here on."""
    log.debug = _nothing
    for owner, name, ours in (
        (resource, "_get_stack_trace", source_pb2.StackTrace),
        (resource, "create_urn", _urn),
        (getattr(_utils, "ContextProperty", None), "__get__", _setting),
    ):
        if hasattr(owner, name):
            setattr(owner, name, ours)


def _nothing(*_: Any, **__: Any) -> None:
    """In place of a line of the debug log."""


def _urn(name: Any, type_: Any, parent: Any = None, *more: Any, **named: Any) -> Any:
    """The same URN; of three texts, one output in place of seven."""
    if isinstance(name, str) and isinstance(type_, str) and isinstance(parent, str):
        return pulumi.Output.from_input(f"{parent[: parent.rfind('::')]}${type_}::{name}")
    return _urn_of_outputs(name, type_, parent, *more, **named)


def _setting(setting: Any, owner: Any, _: Any = None) -> Any:
    """The value of a setting, read once; the setting itself where it is a dictionary."""
    value = setting.fget()
    return setting if owner is None or isinstance(value, dict) else value
