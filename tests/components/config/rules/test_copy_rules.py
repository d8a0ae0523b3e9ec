"""The second store of the dumps: what a stack file may say of it, and the exact sentence for what it may not."""

from typing import Any

from tests.components.config.judged import problems
from tests.components.estates import estate

COPY = {"endpoint": "https://s3.eu-central-003.backblazeb2.com", "bucket": "petdb-copies", "region": "eu-central-003"}


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
