"""Registers resources without what the Python SDK (3.272) sends besides, and has no switch for.

Stack traces: some twenty frames with each resource, 2 KB of paths of this machine in the state, two thirds of it for a
small stack, and most of the CPU that a resource costs in a preview. Nothing reads them but an editor of Pulumi's own.
Lines of its debug log: six for each resource, each a call of the engine that the program waits for, though only
`--debug` shows them. Where a later SDK has no such function, nothing is changed.
"""

from typing import Any

from pulumi import log
from pulumi.runtime import resource
from pulumi.runtime.proto import source_pb2

_STACK_TRACE = "_get_stack_trace"


def leave_out() -> None:
    """Do so from here on."""
    if hasattr(resource, _STACK_TRACE):
        setattr(resource, _STACK_TRACE, source_pb2.StackTrace)
    log.debug = _nothing


def _nothing(*_: Any, **__: Any) -> None:
    """In place of a line of the debug log."""
