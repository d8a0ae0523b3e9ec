"""The names of the stopped services that upgrades leave: SERVICE-before-MAJOR."""

import re

from host.values.versions import major

_NAME = re.compile(r"(.+)-before-([0-9]+)")


def old_service(service: str, version: str) -> str:
    """The service beside an upgrade to `version`: new at first, then the one with the old data."""
    return f"{service}-before-{major(version)}"


def parts(name: str) -> tuple[str, int] | None:
    """The service, and the major that it was upgraded to; None for another kind of name."""
    found = _NAME.fullmatch(name)
    return (found[1], int(found[2])) if found else None
