"""Apps whose files are backed up: what a stack file may say of it, and the exact sentence for what it may not."""

from typing import Any

import pytest

from components.config.rules import files_rules
from components.config.spec import Estate
from tests.components.config.judged import problems
from tests.components.estates import estate


def said(storage: list[str], **change: Any) -> list[str]:
    return problems(estate(apps={"shop": {"storage": storage, "backup": True, **change}}))


@pytest.mark.parametrize(
    "storage",
    [["uploads:/app/uploads"], ["/srv/shop:/data"], ["/var/lib/dokku/data/storage/shop:/data"], ["/mnt/disk/a:/a"]],
)
def test_folders_that_an_app_writes_to_are_well(storage: list[str]) -> None:
    assert said(storage) == []


def test_folders_of_the_system_may_be_mounted_read_only_or_not_backed_up() -> None:
    assert said(["uploads:/app/uploads", "/etc/ssl:/certs:ro"]) == []
    assert said(["/etc/ssl:/certs"], backup=False) == []


def test_backups_that_were_found_are_left_alone() -> None:
    change = {"found": True, "bucket-exists": True}
    found = problems(estate(apps={"shop": {"storage": ["uploads:/u"], "backup": True}}, backups=change))
    assert "apps.shop.backup: backups.found leaves the server's backups as they are; remove one of the two" in found


def test_only_what_an_app_writes_to_is_backed_up() -> None:
    spec = Estate.model_validate(
        estate(
            apps={
                "shop": {"storage": ["uploads:/u", "/srv/x:/x", "/srv/y:/y:ro"], "backup": True},
                "plain": {"storage": ["other:/o"]},
            }
        )
    )
    assert files_rules.folders(spec) == {"shop": ("/var/lib/dokku/data/storage/uploads", "/srv/x")}
