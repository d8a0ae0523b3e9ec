"""A whole sandbox whose estate is protected, as people's own are: the real program, engine, host and store."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sandbox import workspace
from tests.support.pulumi.own_sandbox import STACK_FILE, own_sandbox


@contextmanager
def protected_sandbox(database: str = "") -> Iterator[Path]:
    """The sandbox's folder, after its first `up`; `database` is that section of its stack file."""
    with own_sandbox() as (root, checkout):
        file = checkout / STACK_FILE
        text = file.read_text()
        assert "protect: false" in text
        if database:
            text = text.replace("    backups:\n", f"    database: {database}\n    backups:\n", 1)
        file.write_text(text.replace("protect: false", "protect: true"))
        workspace.prepare(root, lambda _: None).up(preview_first=False)
        yield root
