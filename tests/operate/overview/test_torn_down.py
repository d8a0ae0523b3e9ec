"""After ./petbase teardown --keep-dumps there is no server: status and doctor say what is left, in one line."""

import json
import time

import pytest

from sandbox.store import Store, tamper
from tests.support.hosts.estate import BUCKET
from tests.support.operate import Petbase, Pulumi, Ran

_URN = "urn:pulumi:test::petbase::{}::one"
_BUCKET = _URN.format("petbase:bucket:Bucket$cloudflare:index/r2Bucket:R2Bucket")
_SERVER = _URN.format("petbase:server:Server$hcloud:index/server:Server")
_KEYS = {"postgres-db-2026-11-20-03-00-01.tgz", "postgres-db-2026-11-21-03-00-01.tgz"}
LEFT = "torn down; the bucket db-backups is left, with 2 dumps, the newest of 2026-11-21 03:00:01 UTC"
WAY_ON = (
    "./petbase download --stack test; to create the stack again with its data: database.restore-from: latest, pulumi "
    "up --stack test; to delete the dumps: ./petbase teardown --stack test --everything"
)


def torn_down(pulumi: Pulumi, *urns: str) -> None:
    """The state of the stack `test`, whose outputs are still as they were."""
    pulumi.stacks["test"]["state"] = {"resources": [{"urn": urn} for urn in urns]}
    pulumi.stack("other", {})


@pytest.mark.parametrize("verb", ["status", "doctor"])
def test_what_is_left_is_one_line_with_the_way_on(petbase: Petbase, pulumi: Pulumi, store: Store, verb: str) -> None:
    torn_down(pulumi, _BUCKET)
    for key in _KEYS:
        tamper.plant(store.root, BUCKET, key, b"a dump", time.time())
    ran = petbase(verb, "--json")
    found = json.loads(ran.out)["lines" if verb == "status" else "findings"]
    assert [(one["level"], one["about"], one["says"]) for one in found] == [("hint", "stack", LEFT)]
    assert ran.code == 0
    assert f"-> {WAY_ON}" in said(petbase(verb))


def test_a_single_dump_is_counted_as_one(petbase: Petbase, pulumi: Pulumi, store: Store) -> None:
    torn_down(pulumi, _BUCKET)
    tamper.plant(store.root, BUCKET, min(_KEYS), b"a dump", time.time())
    assert "is left, with 1 dump, the newest of 2026-11-20 03:00:01 UTC" in said(petbase("doctor"))


def test_an_empty_bucket_is_told_so(petbase: Petbase, pulumi: Pulumi, store: Store) -> None:
    torn_down(pulumi, _BUCKET)
    assert store.is_running()
    assert "the bucket db-backups is left, without a dump" in said(petbase("doctor"))


def test_a_bucket_that_does_not_open_is_not_taken_for_well(petbase: Petbase, pulumi: Pulumi) -> None:
    torn_down(pulumi, _BUCKET)
    ran = petbase("doctor")
    assert (ran.code, "torn down; its dumps in db-backups cannot be listed: " in said(ran)) == (1, True)


def test_a_server_that_is_away_is_not_taken_for_gone(petbase: Petbase, pulumi: Pulumi, store: Store) -> None:
    torn_down(pulumi, _BUCKET, _SERVER)
    assert store.is_running()
    ran = petbase("status")
    assert ran.code != 0
    assert "torn down" not in said(ran)
    assert "docs/disaster.md" in said(ran)


def said(ran: Ran) -> str:
    return " ".join((ran.out + ran.err).split())
