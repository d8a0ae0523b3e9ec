"""A clone that is cut off, which is how the program begins a rename: the old app's data is never lost."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sandbox.host.dokku.pushing import DOCKERFILE, get, push
from tests.support.hosts.sandbox_host import SandboxHost

pytestmark = pytest.mark.soak


@pytest.fixture
def before(dokku: SandboxHost, tmp_path: Path) -> Iterator[str]:
    (tmp_path / "Dockerfile").write_text(DOCKERFILE)
    pushed = push(dokku, "before", tmp_path)
    assert pushed.returncode == 0, pushed.stderr
    made = dokku.ssh(
        "set -e; dokku postgres:create kept; dokku postgres:link kept before --no-restart; "
        "dokku resource:limit --memory 64 before"
    )
    assert made.returncode == 0, made.stderr
    yield "before"
    dokku.ssh("for app in before after; do dokku apps:destroy $app --force; done; dokku postgres:destroy kept --force")


def test_a_clone_that_is_cut_off_leaves_the_old_app_whole(dokku: SandboxHost, before: str) -> None:
    stop = dokku.machine.root / "run/petbase/stop"
    stop.write_text(json.dumps({"at": "apps:clone made"}))
    assert dokku.ssh(f"dokku apps:clone --skip-deploy {before} after").returncode != 0
    assert not stop.exists()
    limit = dokku.ssh(f"dokku resource:report {before} --resource-_default_.limit.memory").stdout.strip()
    assert (get(dokku, before), limit) == ("first", "64")
    assert dokku.ssh("dokku postgres:links kept").stdout == f"{before}\n"
