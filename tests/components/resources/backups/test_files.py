"""Files of apps under mocks: one command, its passphrase on stdin alone; nothing without `backup: true`."""

import json

import pytest

from operate.stack.parse_outputs import parse
from tests.components.estates import estate
from tests.support.pulumi import program
from tests.support.pulumi.program import Plan

APPS = {"shop": {"storage": ["uploads:/u", "/srv/x:/x"], "backup": True}, "plain": {"storage": ["other:/o"]}}
PASSPHRASE = "c0rrect-h0rse"
PROGRAM = "/usr/local/lib/petbase/prod/petbase-host"


@pytest.fixture(scope="module")
def plan() -> Plan:
    return program.run(estate(apps=APPS), secrets={"backupPassphrase": PASSPHRASE})


def test_the_command_names_the_folders_and_no_secret(plan: Plan) -> None:
    made = plan.one("Command", "db-files")
    line, _, revision = made.inputs["create"].partition(" --revision ")
    endpoint = plan.details["backups"]["endpoint"]
    assert line == (
        f"{PROGRAM} files ensure db --folder shop=/var/lib/dokku/data/storage/uploads --folder shop=/srv/x "
        f"--bucket db-backups --endpoint {endpoint} --schedule '0 3 * * *' --keep-days 35"
    )
    assert len(revision) == 8
    assert made.inputs["delete"] == f"{PROGRAM} files remove db"
    assert made.inputs["stdin"] == f'{plan.details["server"]["id"]} 1\n"{PASSPHRASE}"\nend\n'
    assert "stdin" in made.secret
    after = {urn.rpartition("::")[2] for urn in made.request.dependencies}
    assert {"db-backup", "shop-settings"} <= after


def test_the_dumps_stay_unencrypted_unless_encrypt_is_set(plan: Plan) -> None:
    backup = plan.one("Command", "db-backup")
    assert "--encrypt" not in backup.inputs["create"]
    assert PASSPHRASE not in backup.inputs["stdin"]


def test_no_secret_of_it_stands_outside_of_stdin(plan: Plan) -> None:
    for made in plan.resources:
        shown = json.dumps({name: value for name, value in made.inputs.items() if name not in made.secret})
        assert PASSPHRASE not in shown, made.name


def test_operate_reads_the_folders_from_the_outputs(plan: Plan) -> None:
    stack = parse("prod", {**plan.details, "backups": {"path": None, "copy": None, **plan.details["backups"]}})
    assert stack.apps["shop"].files == ("/var/lib/dokku/data/storage/uploads", "/srv/x")
    assert stack.backs_up_files


def test_without_it_nothing_is_made_and_nothing_is_told() -> None:
    plain = program.run(estate(apps={"plain": APPS["plain"]}))
    assert not [made.name for made in plain.resources if "files" in made.name.lower() or "files" in made.type.lower()]
    assert "files" not in plain.details["apps"]["plain"]


def test_without_a_passphrase_it_says_what_to_set() -> None:
    with pytest.raises(Exception, match=r"petbase:backupPassphrase: missing, since apps\.shop\.backup is true"):
        program.run(estate(apps=APPS))
