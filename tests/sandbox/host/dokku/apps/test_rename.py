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


def _exists(dokku: SandboxHost, app: str) -> bool:
    return dokku.ssh(f"dokku apps:exists {app}").returncode == 0


def _limit(dokku: SandboxHost, app: str) -> str:
    return dokku.ssh(f"dokku resource:report {app} --resource-_default_.limit.memory").stdout.strip()


@pytest.mark.parametrize(("place", "limit"), [("apps:rename made", "64"), ("apps:rename moved", "")])
def test_cut_before_the_old_app_goes_both_are_there_and_the_name_is_taken(
    dokku: SandboxHost, before: str, place: str, limit: str
) -> None:
    _cut(dokku, place)
    assert (_exists(dokku, before), _exists(dokku, "after")) == (True, True)
    assert (get(dokku, before), _limit(dokku, before)) == ("first", limit)
    again = dokku.ssh("dokku apps:rename before after")
    assert (again.returncode, again.stderr) == (1, " !     Name is already taken\n")


@pytest.mark.soak
def test_cut_while_the_old_app_goes_it_exists_without_its_variables(dokku: SandboxHost, before: str) -> None:
    _cut(dokku, "apps:destroy emptied")
    assert (_exists(dokku, before), _exists(dokku, "after")) == (True, True)
    assert dokku.ssh("dokku config:get before A").returncode == 1
    assert dokku.ssh("dokku config:get after A").stdout == "1\n"
    assert dokku.ssh("dokku postgres:links kept").stdout == "after\n"


@pytest.mark.soak
def test_cut_before_the_build_only_the_new_app_is_there_and_a_rebuild_starts_it(
    dokku: SandboxHost, before: str
) -> None:
    _cut(dokku, "apps:rename destroyed")
    assert (_exists(dokku, before), _exists(dokku, "after")) == (False, True)
    assert get(dokku, "after") == "502"
    restart = dokku.ssh("dokku ps:restart after")
    assert (restart.returncode, restart.stderr) == (1, " !     App image (dokku/after:latest) not found\n")
    assert dokku.ssh("dokku ps:rebuild after").returncode == 0
    assert get(dokku, "after") == "first"
    assert dokku.ssh("dokku --quiet storage:list after").stdout == "/var/lib/dokku/data/storage/files:/f\n"
    assert dokku.ssh("dokku checks:report after --checks-wait-to-retire").stdout == "\n"


@pytest.mark.soak
def test_a_clone_that_is_cut_off_leaves_the_old_app_whole(dokku: SandboxHost, before: str) -> None:
    _cut(dokku, "apps:clone made", "apps:clone --skip-deploy before after")
    assert (get(dokku, before), _limit(dokku, before)) == ("first", "64")
    assert dokku.ssh("dokku postgres:links kept").stdout == "before\n"


def test_a_push_to_a_renamed_app_deploys_it(dokku: SandboxHost, before: str, tmp_path: Path) -> None:
    assert dokku.ssh("dokku apps:rename --skip-deploy before after").returncode == 0
    (tmp_path / before / "Dockerfile").write_text(DOCKERFILE.replace("first", "second"))
    pushed = push(dokku, "after", tmp_path / before)
    assert pushed.returncode == 0, pushed.stderr
    assert get(dokku, "after") == "second"
    assert dokku.ssh("dokku git:report after --git-deploy-branch").stdout == "main\n"
