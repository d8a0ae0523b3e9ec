"""Edits of the stack file that are refused in the preview, because the old value has data behind it (refusals.py).

A `before_update` hook sees the old and the new inputs, in a preview too. A replacement calls no hook; it is refused by
`protect`. Each lifts with `protect: false` on the section that it guards.
"""

import pulumi

from components.edits import refusals


class RefusedError(Exception):
    """The edit would lose or strand data; the message says which and the way out."""


def hook(name: str) -> pulumi.ResourceHook:
    """The hook that refuses an edit as refusals.py says under this name."""

    def refuse(args: pulumi.ResourceHookArgs) -> None:
        problem = refusals.refusal(name, args.old_inputs or {}, args.new_inputs or {})
        if problem:
            raise RefusedError(problem)

    return pulumi.ResourceHook(name, refuse, opts=pulumi.ResourceHookOptions(on_dry_run=True))


def binding(*names: str) -> pulumi.ResourceHookBinding:
    """The hooks of these names, before an update, as a resource option."""
    return pulumi.ResourceHookBinding(before_update=[hook(name) for name in names])
