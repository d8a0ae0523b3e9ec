"""What a deploy does to the numbers of processes: types of the Procfile, formation in app.json, an app without web."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sandbox.host.dokku.pushing import DOCKERFILE, get, push
from tests.support.hosts.sandbox_host import SandboxHost

_PROCFILE = "web: python3 server.py\nworker: sleep 1000\n"


@pytest.fixture
def app(dokku: SandboxHost) -> Iterator[str]:
    """An app that is there and was never deployed."""
    dokku.ssh("dokku apps:create many")
    yield "many"
    dokku.ssh("dokku apps:destroy many --force")


def _deployed(dokku: SandboxHost, app: str, where: Path, **files: str) -> None:
    where.mkdir(exist_ok=True)
    for name, content in files.items():
        (where / name.replace("_", ".")).write_text(content)
    pushed = push(dokku, app, where)
    assert pushed.returncode == 0, pushed.stderr


def _numbers(dokku: SandboxHost, app: str) -> str:
    return dokku.ssh(f"dokku --quiet ps:scale {app}").stdout


def _status(dokku: SandboxHost, app: str) -> str:
    return dokku.ssh(f"dokku ps:report {app} --status-web.1").stdout


def test_a_deploy_brings_the_procfiles_types_and_forgets_the_unknown_ones_of_zero(
    dokku: SandboxHost, app: str, tmp_path: Path
) -> None:
    dokku.ssh(f"dokku ps:scale {app} web=1 old=0")
    _deployed(dokku, app, tmp_path / app, Procfile=_PROCFILE)
    assert _numbers(dokku, app) == "web:  1\nworker: 0\n"
    refused = dokku.ssh(f"dokku ps:scale {app} clock=1")
    assert (refused.returncode, refused.stderr) == (1, " !     clock is not a valid process name to scale up\n")
    assert dokku.ssh(f"dokku ps:scale {app} clock=0 worker=2").returncode == 0


def test_numbers_in_app_json_count_and_forbid_others(dokku: SandboxHost, app: str, tmp_path: Path) -> None:
    formation = json.dumps({"formation": {"web": {"quantity": 1}, "worker": {"quantity": 4}}})
    _deployed(dokku, app, tmp_path / app, Procfile=_PROCFILE, app_json=formation)
    assert _numbers(dokku, app) == "web:  1\nworker: 4\n"
    assert dokku.ssh(f"dokku ps:report {app} --ps-can-scale").stdout == "false\n"
    refused = dokku.ssh(f"dokku ps:scale {app} worker=1")
    text = f" !     App {app} contains an app.json file with a formations key and cannot be manually scaled\n"
    assert (refused.returncode, refused.stderr) == (1, text)


def test_a_changed_number_restarts_and_the_same_one_does_not(dokku: SandboxHost, app: str, tmp_path: Path) -> None:
    _deployed(dokku, app, tmp_path / app, Dockerfile=DOCKERFILE)
    before = _status(dokku, app)
    assert dokku.ssh(f"dokku ps:scale {app} web=1").returncode == 0
    assert dokku.ssh(f"dokku ps:scale --skip-deploy {app} web=2").returncode == 0
    assert _status(dokku, app) == before
    answer = dokku.ssh(f"dokku ps:scale {app} web=3")
    assert "-----> Deploying web (count=3)\n" in answer.stdout
    assert _status(dokku, app) != before


def test_an_app_without_a_web_process_answers_502_until_it_has_one(
    dokku: SandboxHost, app: str, tmp_path: Path
) -> None:
    _deployed(dokku, app, tmp_path / app, Dockerfile=DOCKERFILE)
    assert get(dokku, app) == "first"
    assert dokku.ssh(f"dokku ps:scale {app} web=0").returncode == 0
    assert get(dokku, app) == "502"
    assert dokku.ssh(f"dokku ps:scale {app} web=1").returncode == 0
    assert get(dokku, app) == "first"
