from pathlib import Path

import pytest

from tests.host.recorder import Recorder


@pytest.fixture
def server(tmp_path: Path) -> Recorder:
    """A recorded server of the stack `prod`."""
    found = Recorder(tmp_path)
    # Commands ask how full its disk is.
    found.file("/var/lib/dokku").mkdir(parents=True)
    return found
