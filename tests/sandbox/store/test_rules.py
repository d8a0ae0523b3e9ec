"""Lock and lifecycle rules; all ages in seconds."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from sandbox.store import account, objects
from sandbox.store.rules import locked_by
from tests.sandbox.store.conftest import BUCKET
from tests.sandbox.store.test_objects import put, refusal

LOCKED = ("ObjectLockedByBucketPolicy", 403)
WEEK = 7 * 86400


def lock(condition: dict[str, Any], prefix: str = "", enabled: bool = True) -> dict[str, Any]:
    return {"id": "young", "enabled": enabled, "prefix": prefix, "condition": condition}


def age_lock(prefix: str = "") -> dict[str, Any]:
    return lock({"type": "Age", "maxAgeSeconds": WEEK}, prefix)


def keep(seconds: int, prefix: str = "", enabled: bool = True) -> dict[str, Any]:
    condition = {"type": "Age", "maxAge": seconds}
    transition = {"condition": condition}
    return {"id": "keep", "enabled": enabled, "conditions": {"prefix": prefix}, "deleteObjectsTransition": transition}


def test_a_locked_object_is_neither_overwritten_nor_deleted(s3: Any, root: Path) -> None:
    put(s3, "one", b"dump")
    account.put_lock(root, BUCKET, [age_lock()])  # it covers what is there already
    assert refusal(put, s3=s3, key="one", body=b"other") == LOCKED
    assert refusal(s3.delete_object, Bucket=BUCKET, Key="one") == LOCKED
    source = {"Bucket": BUCKET, "Key": "one"}
    assert refusal(s3.copy_object, Bucket=BUCKET, Key="one", CopySource=source) == LOCKED
    assert s3.get_object(Bucket=BUCKET, Key="one")["Body"].read() == b"dump"


def test_a_lock_lets_new_objects_in(s3: Any, root: Path) -> None:
    account.put_lock(root, BUCKET, [age_lock()])
    put(s3, "new", b"dump")
    assert s3.get_object(Bucket=BUCKET, Key="new")["Body"].read() == b"dump"


def test_a_lock_holds_where_its_prefix_says(s3: Any, root: Path) -> None:
    account.put_lock(root, BUCKET, [age_lock("db/")])
    put(s3, "db/one")
    put(s3, "else/one")
    assert refusal(s3.delete_object, Bucket=BUCKET, Key="db/one") == LOCKED
    s3.delete_object(Bucket=BUCKET, Key="else/one")
    assert [one["Key"] for one in s3.list_objects_v2(Bucket=BUCKET)["Contents"]] == ["db/one"]


def test_a_lock_that_was_taken_away_holds_nothing(s3: Any, root: Path) -> None:
    account.put_lock(root, BUCKET, [age_lock()])
    put(s3, "one")
    account.put_lock(root, BUCKET, [])
    s3.delete_object(Bucket=BUCKET, Key="one")
    assert s3.list_objects_v2(Bucket=BUCKET)["KeyCount"] == 0


@pytest.mark.parametrize(
    ("rule", "held"),
    [
        (lock({"type": "Age", "maxAgeSeconds": 101}), True),
        (lock({"type": "Age", "maxAgeSeconds": 100}), False),
        (lock({"type": "Indefinite"}), True),
        (lock({"type": "Date", "date": "1970-01-01T00:18:21Z"}), True),
        (lock({"type": "Date", "date": "1970-01-01T00:18:20Z"}), False),
        (lock({"type": "Indefinite"}, enabled=False), False),
        (lock({"type": "Indefinite"}, prefix="other/"), False),
    ],
)
def test_each_kind_of_lock_ends_when_it_says(rule: dict[str, Any], held: bool) -> None:
    assert locked_by([rule], "db/one", modified=1000.0, now=1100.0) == ("young" if held else None)


def test_an_object_goes_when_its_age_is_reached_and_not_before(s3: Any, root: Path) -> None:
    put(s3, "one")
    written = objects.describe(root, BUCKET, "one").modified
    account.put_lifecycle(root, BUCKET, [keep(86400)])
    assert objects.expire(root, written + 86399) == []
    assert objects.expire(root, written + 86400) == [f"{BUCKET}/one"]
    assert refusal(s3.head_object, Bucket=BUCKET, Key="one") == ("404", 404)


def test_a_lifecycle_rule_spares_other_prefixes_and_rests_when_disabled(s3: Any, root: Path) -> None:
    put(s3, "keep/one")
    account.put_lifecycle(root, BUCKET, [keep(1, "db/"), keep(1, enabled=False)])
    assert objects.expire(root, datetime.now(UTC).timestamp() + WEEK) == []


def test_a_lock_wins_over_a_lifecycle(s3: Any, root: Path) -> None:
    put(s3, "one")
    written = objects.describe(root, BUCKET, "one").modified
    account.put_lifecycle(root, BUCKET, [keep(60)])
    account.put_lock(root, BUCKET, [age_lock()])
    assert objects.expire(root, written + WEEK - 1) == []
    assert objects.expire(root, written + WEEK) == [f"{BUCKET}/one"]


def test_a_new_bucket_gives_up_uploads_after_a_week_until_the_rules_are_replaced(s3: Any, root: Path) -> None:
    upload = s3.create_multipart_upload(Bucket=BUCKET, Key="big")["UploadId"]
    later = datetime.now(UTC).timestamp() + WEEK + 60
    account.put_lifecycle(root, BUCKET, [keep(WEEK * 9)])
    assert objects.expire(root, later) == []  # a PUT replaces R2's own rule too
    account.put_lifecycle(root, BUCKET, account.DEFAULT_LIFECYCLE)
    assert objects.expire(root, later) == [f"{BUCKET}/big?uploadId={upload}"]
    assert refusal(s3.list_parts, Bucket=BUCKET, Key="big", UploadId=upload) == ("NoSuchUpload", 404)


def test_deleting_many_names_the_locked_ones(s3: Any, root: Path) -> None:
    account.put_lock(root, BUCKET, [age_lock("db/")])
    for key in ("db/one", "two"):
        put(s3, key)
    _send_md5(s3)
    wanted = {"Objects": [{"Key": "db/one"}, {"Key": "two"}, {"Key": "absent"}]}
    done = s3.delete_objects(Bucket=BUCKET, Delete=wanted)
    assert [one["Key"] for one in done["Deleted"]] == ["two", "absent"]
    assert [(one["Key"], one["Code"]) for one in done["Errors"]] == [("db/one", LOCKED[0])]


def _send_md5(s3: Any) -> None:
    """DeleteObjects with Content-MD5 in place of the checksum that boto3 insists on, which R2 is not known to take."""

    def swap(request: Any, **_: Any) -> None:
        import base64
        import hashlib

        for name in [name for name in request.headers if name.lower().startswith("x-amz-") and "checksum" in name]:
            del request.headers[name]
        request.headers["Content-MD5"] = base64.b64encode(hashlib.md5(request.body).digest()).decode()

    s3.meta.events.register("before-sign.s3.DeleteObjects", swap)
