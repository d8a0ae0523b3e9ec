"""The second store of the dumps: what a stack file may say of it, and the exact sentence for what it may not."""

from typing import Any

import pytest

from tests.components.config.judged import problems
from tests.components.estates import ACCOUNT, estate

COPY = {"endpoint": "https://s3.eu-central-003.backblazeb2.com", "bucket": "petdb-copies", "region": "eu-central-003"}
R2 = f"https://{ACCOUNT}.r2.cloudflarestorage.com"


def said(change: dict[str, Any], **backups: Any) -> list[str]:
    return problems(estate(backups={"copy": {**COPY, **change}, **backups}))


def test_a_store_at_another_provider_or_in_another_account_is_well() -> None:
    assert said({}) == []
    assert said({"endpoint": "https://nbg1.your-objectstorage.com", "region": "nbg1"}) == []
    assert said({"endpoint": f"https://{'f' * 32}.r2.cloudflarestorage.com", "region": "auto"}) == []


@pytest.mark.parametrize(
    ("change", "backups", "problem"),
    [
        (
            {"endpoint": R2},
            {},
            f'backups.copy.endpoint: "{R2}" is the Cloudflare account of backups.account-id, and would be lost with '
            "it; choose another account or provider",
        ),
        (
            {"endpoint": "s3.example.com"},
            {},
            'backups.copy.endpoint: "s3.example.com" is not an address; write one like "https://s3.example.com"',
        ),
        (
            {"bucket": "Copies"},
            {},
            'backups.copy.bucket: "Copies" is not a bucket name; use 3 to 63 lowercase letters, digits and "-", with '
            "a letter or digit at both ends",
        ),
        (
            {"region": "EU Central"},
            {},
            'backups.copy.region: "EU Central" is not a region; use lowercase letters, digits and "-"',
        ),
        ({"keepdays": 3}, {}, "backups.copy.keepdays: unknown key; did you mean keep-days?"),
        (
            {"keep-days": 31},
            {"drill": "monthly"},
            "backups.copy.keep-days: 31 ends before the next drill (monthly) copies a dump; write at least 62",
        ),
        (
            {},
            {"drill": "never"},
            "backups.copy: only dumps that a drill has verified are copied, and drill is never; write drill: weekly",
        ),
    ],
)
def test_what_would_be_no_second_home_is_refused(change: dict[str, Any], backups: dict[str, Any], problem: str) -> None:
    assert said(change, **backups) == [problem]


def test_the_bucket_of_the_dumps_themselves_is_refused() -> None:
    own = {"store": "s3", "endpoint": COPY["endpoint"], "bucket": COPY["bucket"]}
    assert problems({**estate(), "backups": {**own, "copy": COPY}}) == [
        'backups.copy.bucket: "petdb-copies" at https://s3.eu-central-003.backblazeb2.com is the bucket of the dumps '
        "themselves; choose one at another provider"
    ]


def test_dumps_that_were_found_are_not_copied() -> None:
    there = {"host": "203.0.113.10", "host-key": estate()["server"]["authorized-keys"][0]}
    assert problems(estate(server=there, backups={"found": True, "copy": COPY})) == [
        "backups.copy: backups.found leaves the server's dumps as they are; remove one of the two"
    ]


def test_what_is_missing_is_named() -> None:
    assert problems(estate(backups={"copy": {}})) == [
        "backups.copy.endpoint: missing; it is required",
        "backups.copy.bucket: missing; it is required",
    ]
