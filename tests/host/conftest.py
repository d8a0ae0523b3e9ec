from pathlib import Path

import pytest

from tests.host.recorder import Recorder


@pytest.fixture
def server(tmp_path: Path) -> Recorder:
    """A recorded server of the stack `prod`."""
    return Recorder(tmp_path)
