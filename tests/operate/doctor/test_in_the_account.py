"""Buckets that were made public by hand, and rules that delete dumps or lock them no more, by Cloudflare's API."""

from collections.abc import Iterator
from typing import Any

import pytest

from operate.doctor import in_the_account
from operate.stack.outputs import Stack
from tests.operate.doctor.faults import stack
from tests.support.operate import outputs
from tests.support.servers.accounts import ACCOUNT, CLOUDFLARE, Accounts, serving

_DAY = 86_400
BUCKET = f"/accounts/{ACCOUNT}/r2/buckets/db-backups"
KEYS = ("postgres-db-", "safety/postgres-db-", "verified/postgres-db-")
ABORT = {"id": "abort", "enabled": True, "conditions": {"prefix": ""}, "abortMultipartUploadsTransition": {}}


@pytest.fixture
def accounts(monkeypatch: pytest.MonkeyPatch) -> Iterator[Accounts]:
    """An account whose bucket is as `pulumi up` makes it."""
    with serving() as found:
        monkeypatch.setattr(in_the_account, "API", found.url)
        monkeypatch.setenv("CLOUDFLARE_API_TOKEN", CLOUDFLARE)
        opened(found)
        ruled(found)
        yield found


def opened(accounts: Accounts, managed: bool = False, *custom: str, bucket: str = BUCKET) -> None:
    domains = [{"domain": name, "enabled": True} for name in custom]
    accounts.says(f"{bucket}/domains/managed", 200, {"result": {"enabled": managed, "domain": "pub-1.r2.dev"}})
    accounts.says(f"{bucket}/domains/custom", 200, {"result": {"domains": domains}})


def expires(prefix: str, days: int, **more: Any) -> dict[str, Any]:
    transition = {"condition": {"type": "Age", "maxAge": days * _DAY}}
    return {"id": "x", "enabled": True, "conditions": {"prefix": prefix}, "deleteObjectsTransition": transition, **more}


def locks(prefix: str, days: int = 7) -> dict[str, Any]:
    return {"enabled": True, "prefix": prefix, "condition": {"type": "Age", "maxAgeSeconds": days * _DAY}}


def ruled(accounts: Accounts, *more: dict[str, Any], locked: tuple[str, ...] = KEYS) -> None:
    deleting = [ABORT, *(expires(key, 35) for key in KEYS[:2]), *more]
    accounts.says(f"{BUCKET}/lifecycle", 200, {"result": {"rules": deleting}})
    accounts.says(f"{BUCKET}/lock", 200, {"result": {"rules": [locks(key) for key in locked]}})


def at_r2(**apps: Any) -> Stack:
    endpoint = f"https://{ACCOUNT}.eu.r2.cloudflarestorage.com"
    return stack(backups={**outputs()["backups"], "endpoint": endpoint}, **apps)


def said() -> list[str]:
    return [f"{one.level} {one.about}: {one.says}" for one in in_the_account.findings(at_r2())]


@pytest.mark.usefixtures("accounts")
def test_a_bucket_as_declared_is_not_spoken_of() -> None:
    assert said() == []


def test_a_bucket_that_was_made_public_is_told(accounts: Accounts) -> None:
    opened(accounts, True, "dumps.example.com")
    assert said() == ["bad bucket db-backups: anyone can read it, at pub-1.r2.dev and dumps.example.com"]


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        (expires("", 3), "its rule x deletes copies in verified/, which no rule may"),
        (expires("verified/", 900), "its rule x deletes copies in verified/, which no rule may"),
        (expires("postgres-db-2026", 3), "its rule x deletes dumps after 3 days; keep-days is 35"),
        (expires("safety/", 3), "its rule x deletes dumps after 3 days; keep-days is 35"),
        (expires("postgres-db-staging-", 3), None),
        (expires("postgres-", 3, enabled=False), None),
        (expires("files/", 3), None),
    ],
)
def test_a_rule_that_deletes_dumps_too_early_is_told_whatever_its_name(
    accounts: Accounts, rule: dict[str, Any], says: str | None
) -> None:
    ruled(accounts, rule)
    assert said() == ([f"bad bucket db-backups: {says}"] if says else [])


def test_a_lock_that_was_taken_off_is_told(accounts: Accounts) -> None:
    ruled(accounts, locked=KEYS[1:])
    assert said() == ["bad bucket db-backups: no rule locks postgres-db-* for 7 days, which lock-days says"]


def test_a_token_that_may_not_ask_is_a_hint(accounts: Accounts) -> None:
    accounts.says(f"{BUCKET}/domains/managed", 403, {"errors": [{"code": 10000}]})
    assert said() == ["hint bucket db-backups: Cloudflare's API does not tell who reads it and what rules it has (403)"]


@pytest.mark.parametrize("token", ["", "short"])
def test_without_a_token_nothing_is_asked(accounts: Accounts, token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLOUDFLARE_API_TOKEN", token)
    opened(accounts, True)
    assert (said(), accounts.tokens) == ([], [])


def test_an_apps_bucket_may_have_its_own_public_name_alone(accounts: Accounts) -> None:
    key = {"key": f"{ACCOUNT}/photos/default", "name": "photos", "public": "photos.example.com"}
    key |= {"endpoint": "https://x", "region": "auto", "accessKeyId": "a", "secretAccessKey": "b"}
    app = {**outputs()["apps"]["fruits"], "bucket": key}
    photos = f"/accounts/{ACCOUNT}/r2/buckets/photos"
    opened(accounts, False, "photos.example.com", bucket=photos)
    assert in_the_account.findings(at_r2(apps={"fruits": app})) == []
    opened(accounts, False, "photos.example.com", "other.example.com", bucket=photos)
    (found,) = in_the_account.findings(at_r2(apps={"fruits": app}))
    assert (found.about, found.says) == ("bucket photos", "anyone can read it, at other.example.com")
