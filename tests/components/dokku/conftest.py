"""A pretend host for scripts."""

from pathlib import Path

import pytest

from tests.components.dokku.recorder import Recorder


@pytest.fixture
def host(tmp_path: Path) -> Recorder:
    """Answers like a Dokku with nothing on it."""
    return Recorder(tmp_path)
