"""What is gone from the bucket before its time, or was replaced there, by a look a day."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from host.core.host import Host
from host.drill.inventory import changes
from host.dumps.bucket import Bucket
from host.dumps.dump import Dump
from tests.host.recorder import Recorder, aws

NOTE = "/var/lib/petbase/services/db/watch/inventory.json"
DAY = timedelta(days=1)
GONE, CHANGED = "dumps gone", "dumps changed"


class Place:
    """A bucket of dumps, by how many days ago each was made; `copies` are in verified/."""

    def __init__(self, root: Path, *days: float) -> None:
        self.server = Recorder(root)
        self.dumps, self.copies = dict.fromkeys(days, "e7a9"), dict[float, str]()
        self.start = datetime.fromtimestamp(self.server.now, UTC)

    def name(self, days: float) -> str:
        return f"postgres-db-{self.start - days * DAY:%Y-%m-%d-%H-%M-%S}.tgz"

    def after(self, days: float, keep_days: int = 35) -> dict[str, str]:
        """What is told then."""
        self.server.now = (self.start + days * DAY).timestamp()
        listed = [[self.name(ago), 5, etag, f"{self.start:%FT%TZ}"] for ago, etag in self.copies.items()]
        copies = [[f"verified/{key}", *row] for key, *row in listed]
        found: list[dict[str, str]] = []

        def look(host: Host) -> None:
            bucket = Bucket(host, "db", "b", "", "https://store")
            own = [Dump(self.name(ago), 5, etag, self.start - ago * DAY) for ago, etag in self.dumps.items()]
            found.append(dict(changes(bucket, sorted(own, key=lambda one: one.at), keep_days)))

        self.server.part(look, {"docker run": "null", f"{LISTS}verified/": json.dumps(copies)})
        return found[0]


LISTS = f"{aws()} s3api list-objects-v2 --bucket b --prefix "


def test_a_dump_that_is_deleted_before_its_time_is_told_for_a_day(tmp_path: Path) -> None:
    place = Place(tmp_path, 40, 3, 2, 1)
    assert place.after(0) == {}
    for days in (40, 2):
        del place.dumps[days]
    assert place.after(0.9) == {}
    text = f"{place.name(2)}: gone from the bucket before their time, by hand or by a rule that is not Petbase's. "
    assert place.after(1)[GONE].startswith(text)
    assert place.after(1.9).keys() == {GONE}
    assert place.after(2) == {}


def test_a_dump_as_old_as_keep_days_may_go(tmp_path: Path) -> None:
    place = Place(tmp_path, 35, 1)
    place.after(0)
    del place.dumps[35]
    assert place.after(1) == {}


def test_where_other_rules_delete_dumps_an_older_one_that_is_left_tells(tmp_path: Path) -> None:
    """Another store's, whose ages are not known here."""
    place = Place(tmp_path, 30, 20, 10, 1)
    place.copies = {150: "e7a9"}
    place.after(0, keep_days=0)
    del place.dumps[30]
    assert place.after(1, keep_days=0) == {}
    del place.dumps[10]
    assert place.after(2, keep_days=0).keys() == {GONE}


def test_another_object_in_the_place_of_one_is_told(tmp_path: Path) -> None:
    place = Place(tmp_path, 2, 1)
    place.copies = {2: "e7a9"}
    place.after(0)
    place.copies = {2: "0ther"}
    assert place.after(1) == {
        CHANGED: f"verified/{place.name(2)}: no longer the object that was stored under this name. Look at: ./petbase "
        "backups, and at the bucket's rules and tokens (docs/disaster.md)"
    }


@pytest.mark.parametrize(("newer", "told"), [((), {GONE}), ((1.9,), set[str]())], ids=["needed", "superfluous"])
def test_a_copy_may_go_when_a_newer_one_counts_for_its_day(
    tmp_path: Path, newer: tuple[float, ...], told: set[str]
) -> None:
    place = Place(tmp_path, 2, 1)
    place.copies = dict.fromkeys((2.0, *newer), "e7a9")
    place.after(0)
    del place.copies[2.0]
    assert place.after(1).keys() == told


def test_another_place_begins_anew_and_so_does_a_damaged_note(tmp_path: Path) -> None:
    place = Place(tmp_path, 2, 1)
    place.after(0)
    place.server.put(NOTE, place.server.file(NOTE).read_text().replace("s3://b/", "s3://other/"))
    place.dumps.clear()
    assert place.after(1) == {}
    place.server.put(NOTE, "{")
    assert place.after(2) == {}


def test_it_remembers_a_thousand_names(tmp_path: Path) -> None:
    place = Place(tmp_path, *(hours / 24 for hours in range(1100)))
    place.after(0, keep_days=3650)
    assert len(json.loads(place.server.file(NOTE).read_text())["etags"]) == 1000
