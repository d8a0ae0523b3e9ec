"""Apps that run and answer: what a rename, a removal and a failed restart mean for the people who use them."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from host.app.ensure import EnsureApp
from host.app.remove import RemoveApp
from host.settings.ensure import EnsureSettings
from tests.faults.support.bench import Bench
from tests.sandbox.host.dokku.pushing import DOCKERFILE, get, push

NOTHING = "{}"


def app(name: str, *domains: str, renamed_from: str = "") -> EnsureApp:
    return EnsureApp(
        name, domain=tuple(f"{one}.localhost" for one in domains), declared=True, renamed_from=renamed_from
    )


def deployed(bench: Bench, name: str, folder: Path, *domains: str) -> None:
    """An app that answers `first`."""
    bench.done(app(name, *domains))
    (folder / name).mkdir()
    (folder / name / "Dockerfile").write_text(DOCKERFILE)
    pushed = push(bench.host, name, folder / name)
    assert pushed.returncode == 0, pushed.stderr


@pytest.fixture
def apps(bench: Bench) -> Iterator[list[str]]:
    """Names of apps that go afterwards."""
    names: list[str] = []
    yield names
    for name in names:
        bench.done(RemoveApp(name))


def test_a_renamed_app_answers_by_the_domain_that_it_keeps(bench: Bench, apps: list[str], tmp_path: Path) -> None:
    """nginx knows the old app's domains until it is told otherwise, and of two with one domain takes the first."""
    apps += ["apples", "zucchini"]
    deployed(bench, "apples", tmp_path, "fruit")
    bench.done(app("zucchini", "fruit", renamed_from="apples"))
    assert get(bench.host, "fruit") == "first"
    bench.done(EnsureSettings("zucchini"), NOTHING)
    assert get(bench.host, "fruit") == "first"
    assert bench.root("dokku --quiet apps:list").split() == ["zucchini"]


def test_a_domain_of_an_app_that_is_removed_answers_for_the_app_that_took_it(
    bench: Bench, apps: list[str], tmp_path: Path
) -> None:
    apps += ["berries", "yams"]
    deployed(bench, "berries", tmp_path, "fruit")
    deployed(bench, "yams", tmp_path, "yams", "fruit")
    bench.done(EnsureSettings("yams", env={"WORD": "second"}), NOTHING)
    assert get(bench.host, "fruit") == "first"
    bench.done(RemoveApp("berries"))
    assert get(bench.host, "fruit") == "second"


def test_a_variable_that_keeps_the_app_from_starting_can_be_taken_back(
    bench: Bench, apps: list[str], tmp_path: Path
) -> None:
    apps += ["notes"]
    deployed(bench, "notes", tmp_path, "notes")
    failed = bench.send(EnsureSettings("notes", env={"WORD": "broken"}), NOTHING)
    assert failed.returncode == 1
    assert len(failed.stdout.splitlines()) <= 12, failed.stdout
    assert failed.stdout.endswith("dokku ps:restart notes failed with exit code 1\n")
    assert get(bench.host, "notes") == "first"
    assert bench.state("apps/notes/restart")
    bench.done(EnsureSettings("notes"), NOTHING)
    assert get(bench.host, "notes") == "first"
    assert "WORD" not in json.loads(bench.root("dokku config:export --format json notes"))
    assert not (bench.disk / "var/lib/petbase/apps/notes/restart.json").exists()
    assert not (bench.disk / "var/lib/petbase/apps/notes/settings").exists()
