import shutil
from pathlib import Path

import pytest

from operate.stack.stack_files import CHECKOUT
from tests.support.hosts.estate import Estate
from tests.support.operate import Pulumi


@pytest.fixture
def sandbox(estate: Estate, pulumi: Pulumi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The command itself, on a sandbox that is the estate."""
    estate.host.install("sandbox")
    root = tmp_path / "sandbox"
    (root / "project").mkdir(parents=True)
    shutil.copy(estate.host.key, root / "id_ed25519")
    pulumi.stack("sandbox", estate.outputs)
    monkeypatch.setenv("PETBASE_SANDBOX", str(root))
    monkeypatch.setenv("PETBASE_STACK", "sandbox")
    monkeypatch.delenv("PETBASE_IDENTITY")
    return str(CHECKOUT / "petbase")
