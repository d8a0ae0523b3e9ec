"""The second store of the dumps: what a stack file may say of it, and the exact sentence for what it may not."""

from typing import Any

import pytest

from components.config import stack_file
from components.config.rules import copy_rules
from tests.components.config.judged import problems
from tests.components.estates import ACCOUNT, estate

COPY = {"endpoint": "https://s3.eu-central-003.backblazeb2.com", "bucket": "petdb-copies", "region": "eu-central-003"}
R2, OTHER = f"https://{ACCOUNT}.r2.cloudflarestorage.com", "f" * 32
SAME = [
    f"{COPY['endpoint']}:443",
    COPY["endpoint"].replace("https", "http"),
    COPY["endpoint"].replace("backblaze", "BackBlaze"),
]


def said(change: dict[str, Any], **backups: Any) -> list[str]:
    return problems(estate(backups={"copy": {**COPY, **change}, **backups}))


def test_a_store_at_another_provider_or_in_another_account_is_well() -> None:
    assert said({}) == []
    assert said({"endpoint": "https://nbg1.your-objectstorage.com", "region": "nbg1"}) == []
    assert said({"endpoint": f"https://{'f' * 32}.r2.cloudflarestorage.com", "region": "auto"}) == []


def test_dumps_that_were_found_are_not_copied() -> None:
    there = {"host": "203.0.113.10", "host-key": estate()["server"]["authorized-keys"][0]}
    assert problems(estate(server=there, backups={"found": True, "copy": COPY})) == [
        "backups.copy: backups.found leaves the server's dumps as they are; remove one of the two"
    ]


@pytest.mark.parametrize("endpoint", SAME)
def test_the_bucket_of_the_dumps_themselves_is_refused_however_it_is_written(endpoint: str) -> None:
    own = {"store": "s3", "endpoint": COPY["endpoint"], "bucket": COPY["bucket"]}
    assert problems({**estate(), "backups": {**own, "copy": {**COPY, "endpoint": endpoint}}}) == [
        f'backups.copy.bucket: "petdb-copies" at {endpoint} is the bucket of the dumps themselves; choose one at '
        "another provider"
    ]


def test_a_store_at_the_provider_of_the_first_is_warned_of() -> None:
    def warned(first: str, second: str) -> list[str]:
        own = {"store": "s3", "endpoint": f"https://{first}", "bucket": "dumps"}
        held = stack_file.parse({**estate(), "backups": {**own, "copy": {**COPY, "endpoint": f"https://{second}"}}})
        return [*copy_rules.warnings(held.backups)]

    assert warned("fsn1.your-objectstorage.com", "nbg1.your-objectstorage.com") == [
        "backups.copy.endpoint: nbg1.your-objectstorage.com is at the provider of backups.endpoint "
        "(your-objectstorage.com). If both buckets belong to one account, they are lost with it; choose another "
        "provider or account"
    ]
    assert warned("fsn1.your-objectstorage.com", "s3.eu-central-003.backblazeb2.com") == []
    assert warned("203.0.113.10", "198.51.113.10") == []
    assert len(warned("203.0.113.10", "203.0.113.10")) == 1


def test_a_copy_that_is_kept_for_less_time_is_warned_of() -> None:
    held = stack_file.parse(estate(backups={"copy": {**COPY, "keep-days": 30}}))
    assert [*copy_rules.warnings(held.backups)] == [
        "backups.copy.keep-days: 30 is less than backups.keep-days, 35: the oldest dumps have no copy"
    ]
    assert [*copy_rules.warnings(stack_file.parse(estate(backups={"copy": COPY})).backups)] == []


def test_an_account_in_capital_letters_is_the_same() -> None:
    (problem,) = said({"endpoint": R2.replace(ACCOUNT, ACCOUNT.upper())})
    assert "is the Cloudflare account of backups.account-id, and would be lost with it" in problem


@pytest.mark.parametrize(
    ("endpoint", "bucket"),
    [
        (COPY["endpoint"], {"store": "s3", "endpoint": COPY["endpoint"]}),
        (f"https://{OTHER}.r2.cloudflarestorage.com", {"account-id": OTHER}),
    ],
)
def test_an_app_never_has_the_bucket_of_the_copies(endpoint: str, bucket: dict[str, Any]) -> None:
    apps = {"fruits": {"bucket": {**bucket, "name": COPY["bucket"]}}}
    assert problems(estate(backups={"copy": {**COPY, "endpoint": endpoint}}, apps=apps)) == [
        'apps.fruits.bucket.name: "petdb-copies" is already the bucket of the second store; write another name'
    ]


def test_an_app_never_has_the_bucket_of_the_dumps_by_its_own_keys() -> None:
    bucket = {"store": "s3", "endpoint": R2, "name": "db-backups"}
    assert problems(estate(apps={"fruits": {"bucket": bucket}})) == [
        'apps.fruits.bucket.name: "db-backups" is already the bucket of the dumps; write another name'
    ]


def test_two_apps_never_have_one_bucket_however_its_store_is_written() -> None:
    mine = {"store": "s3", "endpoint": R2.upper().replace("HTTPS", "https"), "name": "photos"}
    apps = {"fruits": {"bucket": {"name": "photos"}}, "notes": {"bucket": mine}}
    assert problems(estate(apps=apps)) == [
        'apps.notes.bucket.name: "photos" is already the bucket of the app fruits; write another name'
    ]
