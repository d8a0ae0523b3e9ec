"""The engine's side of `was`: an app's resources keep their identity under a new name."""

import pulumi

from components.config.spec import Estate
from components.dokku.lifecycle import Moved


def with_old_name(estate: Estate, name: str, opts: pulumi.ResourceOptions | None) -> pulumi.ResourceOptions:
    """A component's own options, with its old name: else a renaming would delete one app and make another. The names
    of its children begin with its own, so the engine derives theirs.
    """
    was = estate.apps[name].was
    return pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(aliases=[pulumi.Alias(name=was)] if was else None))


def rename_source(estate: Estate, name: str) -> Moved | None:
    """What the app's script must know to take the old one over; None for an app that always had its name."""
    was = estate.apps[name].was
    return Moved(was, estate.database.service, estate.schema_of(name)) if was else None
