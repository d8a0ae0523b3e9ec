"""A whole sandbox whose estate is protected, as people's own are: the real program, engine, host and store."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from operate.stack import pulumi_cli
from sandbox import run, workspace

REAL = Path(__file__).resolve().parents[3]


@contextmanager
def protected_sandbox(database: str = "") -> Iterator[Path]:
    """The sandbox's folder, after its first `up`; `database` is that section of its stack file."""
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory(prefix="pb-") as folder:
        made, checkout = Path(folder) / "s", Path(folder) / "checkout"
        checkout.mkdir()
        for name in ("Pulumi.yaml", "__main__.py"):
            shutil.copy(REAL / name, checkout / name)
        text = (REAL / "Pulumi.sandbox.yaml").read_text()
        assert "protect: false" in text
        if database:
            text = text.replace("    backups:\n", f"    database: {database}\n    backups:\n", 1)
        (checkout / "Pulumi.sandbox.yaml").write_text(text.replace("protect: false", "protect: true"))
        patch.setenv("PETBASE_SANDBOX", str(made))
        patch.setenv("PETBASE_STACK", "sandbox")
        patch.setattr(workspace, "CHECKOUT", checkout)
        patch.setattr(pulumi_cli, "CHECKOUT", checkout)
        workspace.prepare(made, lambda _: None).up(preview_first=False)
        yield made
        run.down()
