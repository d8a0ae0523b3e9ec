"""Each file of the state, gone or damaged: the check names it, and nothing that it looked at goes silent."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.host.check.scene import PHONE, SWITCH, WATCH, Scene

STATE = "/var/lib/petbase"
SERVICE, FOLDER = "services/db", {"path": "/srv/photos", "apps": ["shop"]}
_STORE = {"bucket": "dumps", "prefix": "", "endpoint": "https://store"}


def declared(now: int) -> dict[str, dict[str, Any]]:
    """What must be there, as the stack file has apps, a second store, files, a switch and a channel."""
    second = {"bucket": "copies", "prefix": "prod/", "endpoint": "https://second", "region": "auto", "keep_days": 90}
    told = {**FOLDER, "since": now - 90_000, "at": now - 7200, "copied_at": now - 7200}
    link = {"access": "schema", "stack": "prod", "schema": "shop", "role": "shop"}
    return {
        "apps/fruits/owner": {"how": "made", "stack": "prod"},
        "apps/shop/owner": {"how": "made", "stack": "prod"},
        "apps/shop/links/db": link,
        f"{SERVICE}/owner": {"how": "made", "stack": "prod"},
        f"{SERVICE}/passphrase": {},
        f"{SERVICE}/copy/settings": second,
        f"{SERVICE}/copy/key": {"access_key_id": "AKIA", "secret_access_key": "s3cr3t"},
        f"{SERVICE}/files/settings": {**_STORE, "keep_days": 35, "folders": [FOLDER]},
        f"{SERVICE}/files/status": {"folders": [told], "expired_at": 0, "expiry_problem": ""},
        f"{SERVICE}/watch/since": {"at": now - 2_000_000},
        f"{SERVICE}/watch/settings": {},
        f"{SERVICE}/watch/alert": {},
        f"{SERVICE}/watch/channels/phone/address": {},
    }


def noted(now: int) -> dict[str, dict[str, Any]]:
    """What comes with time: without it nothing is wrong, and with something else in it all that it was about is."""
    return {
        "apps/shop/settings/ports": {"names": ["http:80:5000"]},
        "apps/shop/certificate": {"how": "made", "digest": "e7a9"},
        "buckets/shop-example-com": {"key": "0123/shop-example-com/default", "app": "shop", "stack": "prod"},
        f"{SERVICE}/copy/since": {"at": now - 90_000},
        f"{SERVICE}/copy/status": {"at": now - 600, "problem": "", "newest": "x.tgz", "copies": 1},
        f"{SERVICE}/copy/proof": {"deletes": False, "overwrites": False},
        f"{SERVICE}/copy/done/x.tgz": {"bytes": 5, "etag": "e", "sha256": "e7", "at": now},
        f"{SERVICE}/files/drilled": {"at": now - 600, "part": 1, "folders": [], "bytes": 5},
        f"{SERVICE}/watch/baseline": {"dump": "x.tgz", "bytes": 5_000_000, "rows": {"shop.baskets": 30}},
        f"{SERVICE}/watch/drilled": {"at": now - 600, "dump": "x.tgz"},
        f"{SERVICE}/watch/evidence/x.tgz": {"ok": True, "etag": "e", "bytes": 5},
        f"{SERVICE}/watch/restarts": {"counts": {"c1": 0, "c2": 0, "dokku.postgres.db": 0}, "looping": []},
    }


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    """A server on which all is well, with every file that there may be."""
    (tmp_path / "var/lib/dokku").mkdir(parents=True)
    scene = Scene(tmp_path)
    everything = replace(WATCH, copies=True, app_files=True)
    secrets = {"alert_url": SWITCH, "channels": json.dumps({"phone": PHONE})}
    scene.server.run(everything, scene.answers, secrets=secrets)
    for name, values in {**declared(scene.now), **noted(scene.now)}.items():
        if values:
            scene.put(f"{STATE}/{name}.json", json.dumps(values))
    scene.put("/var/lib/dokku/services/postgres/db/LINKS", "shop\nby-hand\n")
    return scene


DECLARED, NOTED = list(declared(0)), list(noted(0))
DAMAGES = {"empty": "", "cut off": '{"at": 17', "a list": "[]", "another object": '{"x": 1}', "nothing in it": "{}"}


def with_other_types(text: str) -> str:
    return json.dumps({key: [None] if not isinstance(value, list) else 7 for key, value in json.loads(text).items()})


def test_with_every_file_in_place_nothing_is_told(scene: Scene) -> None:
    assert scene.check() == []


@pytest.mark.parametrize("name", DECLARED)
def test_a_declared_file_that_is_gone_is_named(scene: Scene, name: str) -> None:
    scene.server.file(f"{STATE}/{name}.json").unlink()
    where, again = scene.server.file(STATE), "Raise generation in the stack file and run pulumi up"
    said = f"{where} lacks {name}.json. {again}"
    if name == f"{SERVICE}/watch/settings":
        said = f"{where}/{name}.json is gone or damaged, so no dump is checked. {again}"
    assert said in scene.check()


@pytest.mark.parametrize("name", NOTED)
def test_one_that_comes_with_time_may_be_gone(scene: Scene, name: str) -> None:
    scene.server.file(f"{STATE}/{name}.json").unlink()
    assert [problem for problem in scene.check() if " lacks " in problem or "cannot be read" in problem] == []


@pytest.mark.parametrize("damage", [*DAMAGES, "other types"])
@pytest.mark.parametrize("name", [*DECLARED, *NOTED])
def test_a_damaged_file_is_named_with_the_way_out(scene: Scene, name: str, damage: str) -> None:
    file = scene.server.file(f"{STATE}/{name}.json")
    file.write_text(DAMAGES[damage] if damage in DAMAGES else with_other_types(file.read_text()))
    told = [problem for problem in scene.check() if f"{name}.json" in problem]
    assert len(told) == 1, told
    assert told[0].endswith("Raise generation in the stack file and run pulumi up")


def test_files_of_an_earlier_release_lack_what_has_a_default_since(scene: Scene) -> None:
    old = {"access": "superuser", "stack": "prod"}
    scene.put(f"{STATE}/apps/shop/links/db.json", json.dumps(old))
    assert scene.check() == []
