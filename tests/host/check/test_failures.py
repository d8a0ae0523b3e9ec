"""Each failure of the table is told to the dead man's switch and to the channels, in time."""

import json
from pathlib import Path

import pytest

from host.watch.limits import CHECK_SECONDS
from sandbox.workspace import CHECKOUT
from tests.host.check.failures.elsewhere import GRACE_SECONDS
from tests.host.check.failures.failure import ROUND, Failure
from tests.host.check.failures.table import FAILURES
from tests.host.check.scene import PHONE, SWITCH, Scene

_MINUTE, _HOUR = 60, 3600


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    """A server on which all is well."""
    (tmp_path / "var/lib/dokku").mkdir(parents=True)
    return Scene(tmp_path)


def test_where_all_is_well_only_the_switch_is_told(scene: Scene) -> None:
    assert scene.check() == []
    assert [url for url, _ in scene.heard] == [f"{SWITCH}/start", SWITCH]


@pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: failure.what)
def test_a_failure_is_told(scene: Scene, failure: Failure) -> None:
    failure.inject(scene)
    problems = scene.check()
    assert [text for text in problems if failure.says in text], problems
    assert len(problems) == 1 + failure.others
    assert failure.deaf == "the switch" or failure.says in scene.told(f"{SWITCH}/fail")
    assert failure.deaf == "the channel" or f"NEW db: {problems[0]}" in scene.told(PHONE)


def test_a_second_store_and_files_that_were_taken_back_are_not_missed(scene: Scene) -> None:
    """A run that was cut off may leave what it knew of them, and Pulumi nothing that would remove it."""
    folder, store = (
        {"path": "/srv/photos", "apps": ["shop"]},
        {"bucket": "c", "prefix": "", "endpoint": "https://second"},
    )
    where = "/var/lib/petbase/services/db"
    scene.put(f"{where}/copy/settings.json", json.dumps({**store, "region": "auto", "keep_days": 90}))
    scene.put(f"{where}/copy/since.json", '{"at": 1}')
    scene.put(f"{where}/files/settings.json", json.dumps({**store, "keep_days": 35, "folders": [folder]}))
    assert scene.check() == []


def test_every_failure_is_told_within_26_hours_and_most_within_20_minutes() -> None:
    seconds = [failure.seconds for failure in FAILURES]
    assert max(seconds) <= 26 * _HOUR
    assert ROUND <= 20 * _MINUTE
    assert sum(each <= 20 * _MINUTE for each in seconds) > len(seconds) / 2


def test_a_server_that_is_off_is_missed_within_the_hour() -> None:
    """By a switch that is set as docs/backups.md says: it hears of each check, and nothing after the last one."""
    assert CHECK_SECONDS + GRACE_SECONDS <= _HOUR
    page = (CHECKOUT / "docs/backups.md").read_text()
    assert (
        f"period to {CHECK_SECONDS // _MINUTE} minutes and its grace time to {GRACE_SECONDS // _MINUTE} minutes" in page
    )
