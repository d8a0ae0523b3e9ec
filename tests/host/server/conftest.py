import pytest

from host.server.keys import key_block
from tests.host.recorder import Recorder
from tests.host.server.material import KEY, READY, ROOT_KEYS


@pytest.fixture
def server(server: Recorder) -> Recorder:
    """As cloud-init leaves it, with Dokku installed: Petbase's own way in, and the block."""
    server.answers.update(READY)
    server.put(ROOT_KEYS, "ssh-ed25519 AAAAclient\n" + key_block("prod", [KEY]))
    server.file(ROOT_KEYS).chmod(0o600)
    return server
