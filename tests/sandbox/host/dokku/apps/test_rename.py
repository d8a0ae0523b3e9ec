"""A rename cut off between its steps: what stands then, and what repairs it. The old app's data is never lost."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sandbox.host.dokku.pushing import DOCKERFILE, get, push
from tests.support.hosts.sandbox_host import SandboxHost


@pytest.fixture
def before(dokku: SandboxHost, tmp_path: Path) -> Iterator[str]:
    (tmp_path / "before").mkdir()
    (tmp_path / "before" / "Dockerfile").write_text(DOCKERFILE)
    pushed = push(dokku, "before", tmp_path / "before")
    assert pushed.returncode == 0, pushed.stderr
    made = dokku.ssh(
        "set -e; dokku postgres:create kept; dokku postgres:link kept before --no-restart; "
        "dokku config:set --no-restart before A=1; dokku resource:limit --memory 64 before; "
        "dokku storage:create files; dokku storage:mount before files --container-dir /f; "
        "dokku checks:set before wait-to-retire 5"
    )
    assert made.returncode == 0, made.stderr
    yield "before"
    dokku.ssh("for app in before after; do dokku apps:destroy $app --force; done; dokku postgres:destroy kept --force")
    dokku.ssh("dokku storage:destroy files --force; rmdir /var/lib/dokku/data/storage/files")


def _cut(dokku: SandboxHost, place: str, verb: str = "apps:rename before after") -> None:
    (dokku.machine.root / "run/petbase/stop").write_text(json.dumps({"at": place}))
    assert dokku.ssh(f"dokku {verb}").returncode != 0
    assert not (dokku.machine.root / "run/petbase/stop").exists()


def _limit(dokku: SandboxHost, app: str) -> str:
    return dokku.ssh(f"dokku resource:report {app} --resource-_default_.limit.memory").stdout.strip()


@pytest.mark.soak
def test_a_clone_that_is_cut_off_leaves_the_old_app_whole(dokku: SandboxHost, before: str) -> None:
    _cut(dokku, "apps:clone made", "apps:clone --skip-deploy before after")
    assert (get(dokku, before), _limit(dokku, before)) == ("first", "64")
    assert dokku.ssh("dokku postgres:links kept").stdout == "before\n"
