"""`./petbase import --files s3://…`: files of another store, interrupted, repeated, changed meanwhile, refused."""

import json
import sys
from pathlib import Path

import pytest

from operate.imports.files import items
from sandbox.store import account, faults
from tests.operate.imports.files.conftest import OWN, OWN_KEY, SHOP, SHOP_KEY, Agreeing, Buckets
from tests.support.operate import Petbase

PART = 5 << 20
BIG = bytes(range(256)) * (2 * PART // 256) + b"the end"
"""Two parts and a bit, by the smallest part that a store takes."""


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts as small as a store takes them, or the test would move a hundred megabytes."""
    monkeypatch.setattr(items, "_PART", PART)


def parts_sent(buckets: Buckets) -> list[int]:
    """The parts of uploads that were not finished."""
    folder = account.bucket_dir(buckets.store.root, OWN) / "uploads"
    return sorted(int(part.name) for part in folder.glob("*/[0-9]*") if not part.suffix)


def test_files_come_with_what_their_store_says_of_them(petbase: Petbase, buckets: Buckets, shop: list[str]) -> None:
    buckets.put(
        SHOP, "a b/ä+?.txt", b"text", ContentType="text/plain", CacheControl="max-age=60", Metadata={"by": "me"}
    )
    ran = petbase("import", "fruits", *shop, "--yes")
    title = f"s3://{SHOP} at {buckets.store.endpoint}"
    assert (ran.code, ran.out) == (0, f"{OWN} holds {title}: 1 file, 4 bytes copied.\n"), ran.err
    assert buckets.held() == {"a b/ä+?.txt": b"text"}
    assert buckets.headers("a b/ä+?.txt") == {
        "content-type": "text/plain",
        "cache-control": "max-age=60",
        "x-amz-meta-by": "me",
    }
    assert petbase("import", "fruits", *shop).out == f"{OWN} holds all of {title} already.\n"
    assert len(buckets.held(SHOP)) == 1


def test_a_folder_of_a_bucket_comes_without_its_name(petbase: Petbase, buckets: Buckets) -> None:
    for key in ("up/", "up/1.jpg", "upper/2.jpg"):
        buckets.put(SHOP, key, key.encode())
    words = ["--files", f"s3://{SHOP}/up", "--files-endpoint", buckets.store.endpoint, "--files-to", "photos"]
    ran = petbase("import", "fruits", *words, "--yes")
    assert (ran.code, "left out   up/: is the folder itself" in ran.err) == (0, True)
    assert buckets.held() == {"photos/1.jpg": b"up/1.jpg"}


@pytest.mark.usefixtures("small_parts")
@pytest.mark.parametrize("kind", [pytest.param("folder", marks=pytest.mark.soak), "bucket"])
def test_a_large_file_that_lacked_its_end_alone_is_whole_without_another_part(
    petbase: Petbase, buckets: Buckets, shop: list[str], tmp_path: Path, kind: str
) -> None:
    (tmp_path / "videos").mkdir()
    (tmp_path / "videos/a.mp4").write_bytes(BIG)
    buckets.put(SHOP, "a.mp4", BIG)
    words = shop if kind == "bucket" else ["--files", str(tmp_path / "videos")]
    faults.order(buckets.store.root, times=1, slow=0, method="POST", key="a.mp4")  # the beginning
    faults.add(buckets.store.root, times=0, status=403, method="POST", key="a.mp4")
    assert petbase("import", "fruits", *words, "--yes").code == 1
    assert (parts_sent(buckets), buckets.held()) == ([1, 2, 3], {})
    faults.order(buckets.store.root, times=0, status=403, method="PUT", key="a.mp4")
    ran = petbase("import", "fruits", *words, "--yes")
    faults.clear(buckets.store.root)
    assert ran.code == 0, ran.err
    assert buckets.held()["a.mp4"] == BIG
    assert parts_sent(buckets) == []
    assert petbase("import", "fruits", *words).out.endswith(" already.\n")


@pytest.mark.usefixtures("small_parts")
def test_parts_that_came_are_not_sent_again(petbase: Petbase, buckets: Buckets, tmp_path: Path) -> None:
    (tmp_path / "videos").mkdir()
    (tmp_path / "videos/a.mp4").write_bytes(BIG)
    words = ["import", "fruits", "--files", str(tmp_path / "videos"), "--yes"]
    faults.order(buckets.store.root, times=2, slow=0, method="PUT", key="a.mp4")  # two parts
    faults.add(buckets.store.root, times=0, status=403, method="PUT", key="a.mp4")
    ran = petbase(*words)
    assert ran.code == 1
    assert ran.err.endswith("Copied: 0 of 1 file. To go on, run the same command again.\n")
    assert parts_sent(buckets) == [1, 2]
    faults.order(buckets.store.root, times=1, slow=0, method="PUT", key="a.mp4")  # the third one
    faults.add(buckets.store.root, times=0, status=403, method="PUT", key="a.mp4")
    assert petbase(*words).code == 0
    assert buckets.held() == {"a.mp4": BIG}


def test_an_object_that_changes_or_goes_meanwhile_is_named(
    petbase: Petbase, buckets: Buckets, shop: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for key in ("changes", "goes", "stays"):
        buckets.put(SHOP, key, b"old")

    def meanwhile() -> None:
        buckets.put(SHOP, "changes", b"new")
        buckets.client(SHOP).delete_object(Bucket=SHOP, Key="goes")

    monkeypatch.setattr(sys, "stdin", Agreeing(meanwhile))
    ran = petbase("import", "fruits", *shop, "--json")
    assert ran.code == 1
    why = "changed or removed in the source while it was copied"
    failed = json.loads(ran.out)["files"]["failed"]
    assert sorted((one["name"], one["why"]) for one in failed) == [("changes", why), ("goes", why)]
    assert buckets.held() == {"stays": b"old"}
    assert petbase("import", "fruits", *shop, "--yes").code == 0
    assert buckets.held() == {"stays": b"old", "changes": b"new"}


def test_a_key_of_the_source_that_is_revoked_meanwhile_ends_it(
    petbase: Petbase, buckets: Buckets, shop: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    buckets.put(SHOP, "a", b"a")
    monkeypatch.setattr(sys, "stdin", Agreeing(lambda: account.delete_token(buckets.store.root, SHOP_KEY[0])))
    ran = petbase("import", "fruits", *shop)
    assert (ran.code, ran.err.splitlines()[-1]) == (
        1,
        f"Type fruits to copy 1 file into its bucket: petbase: s3://{SHOP} at {buckets.store.endpoint} refuses the key "
        "(403 InvalidAccessKeyId). It needs the rights to list the bucket and to read its files. Copied: 0 of 1 file. "
        "To go on, run the same command again.",
    )
    again = petbase("import", "fruits", *shop)
    assert (again.code, again.err.splitlines()[-1]) == (
        2,
        f"petbase: s3://{SHOP} at {buckets.store.endpoint} refuses the key (403 InvalidAccessKeyId). It needs the "
        "rights to list the bucket and to read its files.",
    )


@pytest.mark.soak
def test_a_key_of_the_app_that_is_revoked_meanwhile_ends_it(
    petbase: Petbase, buckets: Buckets, shop: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    buckets.put(SHOP, "a", b"a")
    monkeypatch.setattr(sys, "stdin", Agreeing(lambda: account.delete_token(buckets.store.root, OWN_KEY[0])))
    ran = petbase("import", "fruits", *shop)
    assert ran.code == 1
    assert (
        f"petbase: The bucket {OWN} at {buckets.store.endpoint} refuses the stack's credentials (403 "
        "InvalidAccessKeyId). Run: pulumi refresh, pulumi up. Copied: 0 of 1 file. To go on, run the same command "
        "again.\n"
    ) in ran.err


def test_a_file_that_the_bucket_refuses_stops_no_other(petbase: Petbase, buckets: Buckets, shop: list[str]) -> None:
    for key in ("a", "bad", "c"):
        buckets.put(SHOP, key, b"x")
    faults.order(buckets.store.root, times=0, status=400, code="InvalidArgument", method="PUT", key="bad")
    ran = petbase("import", "fruits", *shop, "--yes")
    assert ran.code == 1
    assert ran.err.endswith("  bad: the bucket refuses it (400 InvalidArgument)\n")
    assert sorted(buckets.held()) == ["a", "c"]
