"""Edits of the backups, one at a time and two at once: what loses something is refused, whatever comes with it."""

from typing import Any

import pytest

from operate.core.errors import PetbaseError
from operate.plan.resource import Plan
from operate.summary import summary
from tests.components.estates import ACCOUNT, KEY, estate
from tests.docs.edits import edited
from tests.operate.summary.plans import plan_of

pytestmark = pytest.mark.usefixtures("checkout")

_SECRETS = ("backupPassphrase", "copyAccessKeyId", "copySecretAccessKey", "s3AccessKeyId", "s3SecretAccessKey")
_S3 = {"store": "s3", "endpoint": "https://s3.example.com", "account-id": None}
_COPY = {"endpoint": "https://s3.example.org", "bucket": "copies"}
_FILES = {"fruits": {"storage": ["uploads:/up"], "backup": True}}
_SERVER = {"host": "203.0.113.10", "host-key": KEY}
_R2 = edited(
    estate(server=_SERVER, apps=_FILES, edge={"dns": "none"}, database={"restore-from": "latest"}),
    {"backups": {"encrypt": True, "copy": _COPY, "path": "prod", "drill": "daily"}},
)
BASES = {"r2": _R2, "s3": edited(_R2, {"backups": _S3})}
PLAIN: dict[str, Any] = {
    "paused": {"backups": {"paused": True}},
    "another schedule": {"backups": {"schedule": "0 4 * * *"}},
    "another path": {"backups": {"path": "other"}},
    "the default path": {"backups": {"path": None}},
    "kept longer": {"backups": {"keep-days": 40}},
    "copied no more": {"backups": {"copy": None}},
    "copied elsewhere": {"backups": {"copy": {**_COPY, "bucket": "others"}}},
    "copies kept shorter": {"backups": {"copy": {**_COPY, "keep-days": 30}}},
    "no files any more": {"apps": {"fruits": {"backup": None}}},
    "restored no more": {"database": {"restore-from": None}},
    "restored from the copy": {"database": {"restore-store": "copy"}},
    "raised generation": {"generation": 2},
}
"""Nothing that is there goes by it."""
LOSSES: dict[str, Any] = {
    "kept shorter": {"backups": {"keep-days": 10}},
    "in the clear": {"backups": {"encrypt": None}},
    "another bucket": {"backups": {"bucket": "others"}},
    "another service": {"database": {"service": "petdb"}},
    "dumps of others": {
        "backups": {"found": True, "copy": None, "drill": None},
        "database": {"restore-from": None},
        "apps": {"fruits": {"backup": None}},
    },
    "an app gone": {"apps": {"fruits": None}},
    "another store": {},
}
_STORES = {"r2": {"backups": _S3}, "s3": {"backups": {"store": None, "endpoint": None, "account-id": ACCOUNT}}}


def plan(held: dict[str, Any]) -> Plan:
    return plan_of(held, *_needed(held))


def _needed(held: dict[str, Any]) -> list[str]:
    spec, files = held["backups"], any(app.get("backup") for app in held["apps"].values())
    wanted = {"backup": spec.get("encrypt") or files, "copy": spec.get("copy"), "s3": spec.get("store") == "s3"}
    return [name for name in _SECRETS if any(name.startswith(start) for start, found in wanted.items() if found)]


def is_refused(base: str, *names: str) -> bool:
    after = BASES[base]
    for name in names:
        after = edited(after, _STORES[base] if name == "another store" else {**PLAIN, **LOSSES}[name])
    return bool(summary.summarize(plan(BASES[base]).resources, plan(after), "Heading").refused)


def is_refused_beside(base: str, loss: str, other: str) -> bool:
    try:
        return is_refused(base, loss, other)
    except PetbaseError:
        return True  # two keys that do not go together: nothing is touched


@pytest.mark.parametrize("base", BASES)
@pytest.mark.parametrize("name", [*PLAIN, *LOSSES])
def test_what_loses_something_is_refused(base: str, name: str) -> None:
    assert is_refused(base, name) == (name in LOSSES)


@pytest.mark.soak
@pytest.mark.parametrize("base", BASES)
@pytest.mark.parametrize("loss", LOSSES)
def test_no_other_edit_beside_it_hides_a_loss(base: str, loss: str) -> None:
    # The last has no rule left: what is there expires by the number that the server has.
    without = {("kept shorter", "kept longer"), ("kept shorter", "no files any more")}
    beside = [name for name in PLAIN if (loss, name) not in without]
    assert [name for name in beside if not is_refused_beside(base, loss, name)] == []
