"""Registers resources without their stack traces.

The Python SDK (3.272) sends some twenty frames with each resource: 2 KB of paths of this machine in the state, two
thirds of it for a small stack, and most of the CPU that a resource costs in a preview. Nothing reads them but an editor
of Pulumi's own. The SDK has no switch for it; where a later one has no such function, nothing is changed.
"""

from pulumi.runtime import resource
from pulumi.runtime.proto import source_pb2

_FUNCTION = "_get_stack_trace"


def leave_out() -> None:
    """Do so from here on."""
    if hasattr(resource, _FUNCTION):
        setattr(resource, _FUNCTION, source_pb2.StackTrace)
