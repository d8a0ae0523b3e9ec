"""The bucket from the user's machine, against the sandbox's S3 store."""

import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from host.dumps.claim import Claim, to_text
from operate.backups import inventory
from operate.core.errors import RefusedError
from operate.dumps.objects import Dump
from operate.dumps.s3 import StoreError
from operate.dumps.source import newest
from operate.dumps.store import Store
from operate.stack.parse_outputs import parse
from operate.whole import empty_bucket
from sandbox.store import Store as Running
from sandbox.store import account, faults, tamper
from tests.support.hosts.estate import BUCKET, KEY, SECRET
from tests.support.operate import outputs

OLD, NEW = "postgres-db-2026-11-20-03-00-01.tgz", "postgres-db-2026-11-22-03-00-01.tgz.gpg"


def _open(running: Running, **backups: Any) -> Store:
    return Store(parse("test", outputs(backups={"endpoint": running.endpoint, **backups})))


def _put(opened: Store, *keys: str, body: bytes = b"dump") -> None:
    for key in keys:
        opened._client.put_object(Bucket=BUCKET, Key=key, Body=body)


def test_dumps_come_newest_first_by_the_date_in_their_name(store: Running) -> None:
    with _open(store) as opened:
        _put(opened, NEW, OLD)
        assert [dump.key for dump in opened.dumps()] == [NEW, OLD]
        assert opened.find(None).key == NEW


def test_a_dump_of_a_clock_that_ran_ahead_is_not_newer_than_what_came_after_it(store: Running) -> None:
    ahead = "postgres-db-2099-01-01-03-00-01.tgz"
    with _open(store) as opened:
        _put(opened, ahead, OLD)
        tamper.age(store.root, BUCKET, 30 * 86400, ahead)
        assert [dump.key for dump in opened.dumps()] == [OLD, ahead]
        assert opened.find(None).key == OLD
        assert inventory.shelf(opened).dumps[0].name == OLD


def test_a_dump_of_before_a_restore_is_taken_only_where_it_is_named(store: Running) -> None:
    """It is of the data that the restore was for; as the newest it would bring the accident back."""
    safety = "safety/postgres-db-2026-11-25-03-00-01.tgz"
    with _open(store) as opened:
        _put(opened, safety)
        with pytest.raises(StoreError, match=rf"yet; {safety} was made before a restore, or by another stack"):
            opened.find(None)
        _put(opened, OLD)
        assert [(dump.key, dump.counts) for dump in opened.dumps()] == [(safety, False), (OLD, True)]
        assert opened.find(None).key == OLD
        assert newest(opened, datetime(2027, 1, 1, tzinfo=UTC)).key == OLD
        assert opened.find(safety).key == opened.find(safety.partition("/")[2]).key == safety
        shelf = inventory.shelf(opened)
        assert [(one.name, one.safety) for one in shelf.dumps] == [(safety.partition("/")[2], True), (OLD, False)]
        assert shelf.newest
        assert shelf.newest.name == OLD


def test_another_stacks_dump_is_taken_only_where_it_is_named(store: Running) -> None:
    moments = {stack: datetime(2026, 11, day, tzinfo=UTC) for stack, day in (("test", 19), ("other", 21))}
    claims = tuple(Claim(stack, "db", str(int(at.timestamp()) << 32)) for stack, at in moments.items())
    with _open(store) as opened:
        _put(opened, OLD, NEW)
        _put(opened, "claims/db.json", body=to_text(claims).encode())
        assert [(dump.key, dump.counts) for dump in opened.dumps()] == [(NEW, False), (OLD, True)]
        assert opened.find(None).key == OLD


def test_other_objects_are_no_dumps_of_this_service(store: Running) -> None:
    with _open(store) as opened:
        _put(opened, OLD, "postgres-db-staging-2026-11-23-03-00-01.tgz", "postgres-db-2026-13-99-03-00-01.tgz")
        _put(opened, "postgres-db-2026-11-24.tgz", f"prod/{NEW}", "notes.txt")
        assert [dump.key for dump in opened.dumps()] == [OLD]


def test_a_path_has_its_own_dumps(store: Running) -> None:
    with _open(store, path="prod") as opened:
        _put(opened, OLD, f"prod/{NEW}")
        assert [dump.key for dump in opened.dumps()] == [f"prod/{NEW}"]
        assert opened.find(NEW).key == f"prod/{NEW}"


def test_a_dump_of_which_only_the_verified_copy_is_left_is_found(store: Running) -> None:
    """As after more days of failures than keep-days: restore, pull and download took the bucket for empty."""
    with _open(store, path="prod") as opened:
        _put(opened, f"prod/verified/{OLD}", "prod/verified/postgres-db-staging-2026-11-23-03-00-01.tgz")
        assert opened.find(None).key == f"prod/verified/{OLD}"
        _put(opened, f"prod/verified/{NEW}", f"prod/{NEW}")
        assert [dump.key for dump in opened.dumps()] == [f"prod/{NEW}", f"prod/verified/{OLD}"]
        assert opened.find(OLD).key == f"prod/verified/{OLD}"


@pytest.mark.parametrize("folder", ["", "verified/"])
def test_the_dumps_of_a_service_whose_name_begins_alike_are_not_to_be_removed(store: Running, folder: str) -> None:
    other = f"{folder}postgres-db-staging-2026-11-23-03-00-01.tgz"
    with _open(store) as opened:
        _put(opened, OLD, f"verified/{OLD}", f"evidence/db/{OLD}.json", "petbase-db.txt", "postgres-db-teardown.txt")
        empty_bucket.require_own(opened, opened.objects())
        _put(opened, other)
        with pytest.raises(RefusedError) as problem:
            empty_bucket.require_own(opened, opened.objects())
    assert str(problem.value) == (
        f"The bucket db-backups holds what is not of this stack: {other}. It would go with the bucket, so nothing was "
        "touched. Take it out, or: --keep-dumps"
    )


def test_an_empty_bucket_says_how_to_make_a_dump(store: Running) -> None:
    with _open(store) as opened, pytest.raises(StoreError) as problem:
        opened.find(None)
    assert str(problem.value) == "No dump of db in db-backups yet. Make one: ./petbase backup"


def test_more_than_one_page_is_listed(store: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    with _open(store) as opened:
        _put(opened, *[f"postgres-db-2026-11-{day:02}-03-00-01.tgz" for day in range(1, 8)])
        paged = opened._client.get_paginator
        monkeypatch.setattr(opened._client, "get_paginator", lambda name: _Pages(paged(name)))
        assert len(opened.dumps()) == 7


class _Pages:
    """A stand-in for a big bucket: three keys a page."""

    def __init__(self, real: Any) -> None:
        self._real = real

    def paginate(self, **words: Any) -> Any:
        return self._real.paginate(PaginationConfig={"PageSize": 3}, **words)


def test_what_arrives_otherwise_than_listed_is_damaged(store: Running) -> None:
    with _open(store) as opened:
        _put(opened, OLD, body=b"dump")
        real = opened.find(OLD)
        for wrong in (Dump(OLD, 5, real.made, real.etag), Dump(OLD, 4, real.made, "0" * 32)):
            with pytest.raises(StoreError, match=rf"^{OLD} arrived damaged: 4 of {wrong.size} bytes, or other ones\."):
                opened.fetch(wrong, io.BytesIO())


def _problem(opened: Store, key: str | None = None) -> str:
    with opened, pytest.raises(StoreError) as problem:
        opened.find(key)
    assert SECRET not in str(problem.value)
    return str(problem.value)


def test_refused_credentials_are_a_sentence(store: Running) -> None:
    expected = f"The bucket db-backups at {store.endpoint} refuses the stack's credentials (403 SignatureDoesNotMatch)."
    assert _problem(_open(store, secretAccessKey="c" * 64)) == f"{expected} Run: pulumi refresh, pulumi up"


def test_a_bucket_that_went_is_a_sentence(store: Running) -> None:
    account.put_token(store.root, "d" * 32, SECRET, "gone-bucket", write=True)
    found = _problem(_open(store, bucket="gone-bucket", accessKeyId="d" * 32))
    expected = f"There is no bucket gone-bucket at {store.endpoint} (404). "
    again = "If it was removed by hand, this makes an empty one: pulumi refresh, pulumi up"
    assert found == expected + again
    own = _open(store, bucket="gone-bucket", accessKeyId="d" * 32, store="s3")
    assert _problem(own) == f"{expected}Look at its name in the stack file"


def test_the_key_of_a_store_of_the_users_own_is_a_secret_of_the_stack(store: Running) -> None:
    wrong = {"secretAccessKey": "c" * 64, "store": "s3"}
    refused = f"The bucket db-backups at {store.endpoint} refuses its key (403 SignatureDoesNotMatch). Run: "
    assert _problem(_open(store, **wrong)) == (
        f"{refused}./petbase secrets set s3AccessKeyId and ./petbase secrets set s3SecretAccessKey, then pulumi up"
    )
    stack = parse("test", outputs(backups={"endpoint": store.endpoint, "copy": wrong}))
    assert _problem(Store(stack.at_copy())) == (
        f"{refused}./petbase secrets set copyAccessKeyId and ./petbase secrets set copySecretAccessKey, then pulumi up"
    )


def test_a_clock_that_is_off_is_not_taken_for_a_wrong_key(store: Running) -> None:
    faults.order(store.root, status=403, code="RequestTimeTooSkewed")
    assert _problem(_open(store)) == (
        f"The clocks of this machine and of db-backups at {store.endpoint} differ too much (403 RequestTimeTooSkewed). "
        "Set this machine's clock"
    )


def test_an_unknown_key_is_a_sentence(store: Running) -> None:
    expected = (
        f"There is no object nope in db-backups at {store.endpoint} (404). Without --key the newest dump is taken."
    )
    assert _problem(_open(store), "nope") == expected


def test_a_store_that_is_not_there_is_a_sentence(store: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    found = _problem(Store(parse("test", outputs(backups={"accessKeyId": KEY}))))
    assert store.is_running()
    expected = (
        "The bucket db-backups at http://127.0.0.1:9 was not reached (EndpointConnectionError); is this machine online?"
    )
    assert found == expected


def test_nothing_of_the_users_own_aws_counts(store: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "config").write_text("[default]\nrequest_checksum_calculation = when_supported\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_REQUEST_CHECKSUM_CALCULATION", "when_supported")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "another")
    with _open(store) as opened:
        _put(opened, OLD)  # the store refuses checksum headers with 501, as R2 does
        assert opened.find(None).size == 4
