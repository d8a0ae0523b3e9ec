"""The second store under mocks: one command, its keys on stdin alone, and the outputs that ./petbase reads."""

import json

import pytest

from operate.stack.outputs import Stack
from operate.stack.parse_outputs import parse
from tests.components.estates import estate
from tests.support.pulumi import program
from tests.support.pulumi.program import Plan

KEYS = {"copyAccessKeyId": "C0PYKEY", "copySecretAccessKey": "c0py-s3cr3t"}
COPY = {"endpoint": "https://s3.example.com", "bucket": "petdb-copies", "region": "eu-central-003"}
PROGRAM = "/usr/local/lib/petbase/prod/petbase-host"


@pytest.fixture(scope="module")
def plan() -> Plan:
    return program.run(estate(backups={"copy": COPY}), secrets=KEYS)


def _parsed(plan: Plan) -> Stack:
    """The mocks leave out what is None, which the engine keeps."""
    return parse("prod", {**plan.details, "backups": {"path": None, **plan.details["backups"]}})


def test_the_command_names_the_store_and_no_secret(plan: Plan) -> None:
    made = plan.one("Command", "db-copy")
    line, _, revision = made.inputs["create"].partition(" --revision ")
    assert line == (
        f"{PROGRAM} copy ensure db --bucket petdb-copies --endpoint https://s3.example.com --keep-days 90 "
        "--prefix prod/ --region eu-central-003"
    )
    assert len(revision) == 8
    assert made.inputs["delete"] == f"{PROGRAM} copy remove db"
    server = plan.details["server"]["id"]
    assert made.inputs["stdin"] == f'{server} 1\n"C0PYKEY"\n"c0py-s3cr3t"\nend\n'
    assert "stdin" in made.secret


def test_the_watch_copies_every_hour_and_does_not_wait_for_the_second_store(plan: Plan) -> None:
    watch = plan.one("Command", "db-watch")
    assert " --copies " in f"{watch.inputs['create']} "
    assert not [urn for urn in watch.request.dependencies if urn.endswith("::db-copy")]


def test_no_secret_of_it_stands_outside_of_stdin(plan: Plan) -> None:
    for made in plan.resources:
        shown = json.dumps({name: value for name, value in made.inputs.items() if name not in made.secret})
        assert not [value for value in KEYS.values() if value in shown], made.name


def test_operate_reads_the_second_store_from_the_outputs(plan: Plan) -> None:
    stack = _parsed(plan)
    copy = stack.at_copy().backups
    assert (copy.target, copy.endpoint, copy.keep_days) == ("petdb-copies/prod", "https://s3.example.com", 90)
    assert (copy.access_key_id, copy.secret_access_key) == tuple(KEYS.values())
    assert KEYS["copySecretAccessKey"] not in repr(stack)


def test_an_empty_database_gets_its_dump_from_there_without_the_bucket() -> None:
    """The bucket may be what was lost."""
    database = {"restore-from": "latest", "restore-store": "copy"}
    found = program.run(estate(backups={"copy": COPY}, database=database), secrets=KEYS)
    made = found.one("Command", "db-refill")
    line, _, _ = made.inputs["create"].partition(" --revision ")
    assert line == (
        f"{PROGRAM} database refill db --dump latest --bucket petdb-copies --prefix prod/ --endpoint "
        "https://s3.example.com --region eu-central-003"
    )
    server = found.details["server"]["id"]
    assert made.inputs["stdin"] == f'{server} 1\n"C0PYKEY"\n"c0py-s3cr3t"\n""\nend\n'
    assert "stdin" in made.secret
    assert not [urn for urn in made.request.dependencies if "R2Bucket" in urn]


def test_without_it_nothing_is_made() -> None:
    plain = program.run(estate())
    assert not [made.name for made in plain.of("Command") if made.name.endswith("-copy")]
    assert "--copies" not in plain.one("Command", "db-watch").inputs["create"]
    assert _parsed(plain).copy is None
