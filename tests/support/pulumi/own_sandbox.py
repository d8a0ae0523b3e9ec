"""A sandbox that a file of tests makes for itself, with a stack file to edit: real program, engine, host."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from operate.stack import stack_files
from sandbox import run, workspace

REAL = Path(__file__).resolve().parents[3]
STACK_FILE = "Pulumi.sandbox.yaml"


@contextmanager
def own_sandbox() -> Iterator[tuple[Path, Path]]:
    """The folder of a sandbox that was not brought up yet, and the checkout that it is made of; ended at the end."""
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory(prefix="pb-") as folder:
        root, checkout = Path(folder) / "s", Path(folder) / "checkout"
        checkout.mkdir()
        for name in ("Pulumi.yaml", STACK_FILE, "__main__.py"):
            shutil.copy(REAL / name, checkout / name)
        patch.setenv("PETBASE_SANDBOX", str(root))
        patch.setenv("PETBASE_STACK", "sandbox")
        patch.setattr(workspace, "CHECKOUT", checkout)
        patch.setattr(stack_files, "CHECKOUT", checkout)
        try:
            yield root, checkout
        finally:
            run.down()
