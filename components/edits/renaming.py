"""The engine's side of `was`: an app's resources keep their identity under a new name."""

import pulumi

from components.config.spec import Estate


def with_old_name(estate: Estate, name: str, opts: pulumi.ResourceOptions | None) -> pulumi.ResourceOptions:
    """A component's own options, with its old name: else a rename would delete one app and make another. The names of
    its children begin with its own, so the engine derives theirs.
    """
    was = estate.apps[name].was
    return pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(aliases=[pulumi.Alias(name=was)] if was else None))
