"""Bad input: every problem at once, each with its path, its value and the way out, and nothing touched."""

import json
from typing import Any

import pytest

from components.config import stack_file
from components.config.stack_file import StackFileError
from tests.components.config.judged import problems
from tests.components.estates import KEY, estate

_COPY = {"copy": {"endpoint": "https://s3.example.com", "bucket": "copies"}}


@pytest.mark.parametrize(
    "sections",
    [
        {},
        *({"backups": {"schedule": each}} for each in ("0 3 * * *", "*/15 * * * *", "30 4 * * 1-5", "0 0 1 1 *")),
        *({"backups": {"schedule": each}} for each in ("@daily", " 0  3 * * * ")),
        *({"apps": {name: {"domains": ["a.example.com"]}}} for name in ("9", "1ok", "with.dot", "a-b", "x" * 63)),
        {"apps": {"postgres": {"access": "superuser"}}},
        {"apps": {"shop": {}, "web": {"schema": "shop"}}},
        {"backups": {"drill": "weekly"}},
        {"backups": _COPY, "database": {"restore-from": "latest", "restore-store": "copy"}},
        {"database": {"restore-from": "latest", "restore-store": "bucket"}},
        {"database": {"restore-from": "postgres-db-2026-11-22-03-00-01.tgz"}},
        {"database": {"restore-from": "prod/verified/postgres-db-2026-11-22-03-00-01.tgz.gpg"}},
    ],
    ids=json.dumps,
)
def test_what_looks_odd_and_is_fine(sections: dict[str, Any]) -> None:
    assert problems(estate(**sections)) == []


def test_every_problem_is_said_at_once() -> None:
    bad = estate(domain="Example.com", backups={"schedule": "daily", "account-id": "12"}, apps={"Bad": {}})
    assert problems(bad) == [
        'domain: "Example.com" is not a domain name; write it in lowercase: example.com',
        'backups.account-id: "12" is not an account id; copy the 32 hex digits from the address of your '
        "Cloudflare dashboard",
        'backups.schedule: "daily" is not a cron expression; write "@daily"',
        'apps.Bad: "Bad" is not an app name; write bad',
    ]


def test_the_message_counts_the_problems_and_says_that_nothing_was_touched() -> None:
    with pytest.raises(StackFileError) as caught:
        stack_file.parse({})
    assert str(caught.value) == (
        "the stack file has 3 problems; nothing was changed:\n"
        "  domain: missing; it is required\n"
        "  server: missing; it is required\n"
        "  backups: missing; it is required"
    )


def test_no_estate_says_where_one_comes_from() -> None:
    assert problems(None) == ["petbase:estate: missing; ./petbase init writes it; docs/stack-file-example.md shows it"]


@pytest.mark.parametrize("cron", ["0 3 * *", "0 3 * * * *", "@Daily", ""])
def test_a_bad_schedule(cron: str) -> None:
    assert problems(estate(backups={"schedule": cron})) == [
        f'backups.schedule: "{cron}" is not a cron expression; write five fields, as in "0 3 * * *"'
    ]


@pytest.mark.parametrize("bucket", ["db", "-backups", "backups-", "x" * 64])
def test_a_bad_bucket_name(bucket: str) -> None:
    assert problems(estate(backups={"bucket": bucket})) == [
        f'backups.bucket: "{bucket}" is not a bucket name; use 3 to 63 lowercase letters, digits and "-", '
        f"with a letter or digit at both ends"
    ]


@pytest.mark.parametrize("app", ["-bad", "bad.", "bad/x", "x" * 64, "", "é"])
def test_a_bad_app_name(app: str) -> None:
    rule = 'use lowercase letters, digits, "-" and ".", with a letter or digit at both ends, at most 63 characters'
    assert problems(estate(apps={app: {"domains": ["a.example.com"]}})) == [
        f'apps.{app}: "{app}" is not an app name; {rule}'
    ]


@pytest.mark.parametrize("schema", ["public", "pg_catalog", "information_schema"])
def test_a_schema_that_belongs_to_postgresql(schema: str) -> None:
    assert problems(estate(apps={"fruits": {"schema": schema}})) == [
        f'apps.fruits.schema: "{schema}" belongs to PostgreSQL; choose another schema name'
    ]


@pytest.mark.parametrize("schema", ['a"b', "a'b", "x" * 64, "a\\b"])
def test_a_bad_schema_name(schema: str) -> None:
    assert problems(estate(apps={"fruits": {"schema": schema}})) == [
        f'apps.fruits.schema: "{schema}" is not a schema name; use lowercase letters, digits, "_", "-" and '
        f'".", at most 63 characters'
    ]


@pytest.mark.parametrize("key", ["ssh-ed25519", "ssh-ed25519 AAAA", KEY + "$(x)"])
def test_a_bad_key(key: str) -> None:
    assert problems({**estate(), "server": {"authorized-keys": [key]}}) == [
        f'server.authorized-keys.0: "{key[:40]}" is not a public SSH key; paste the line of ~/.ssh/id_ed25519.pub'
    ]


_ENDING = "which Dokku and Docker cannot store; add a space or a line break at its end"


def test_a_variable_holds_any_text_but_what_nothing_can_store() -> None:
    fine = {
        "G": "007",
        "H": "+49",
        "I": 'say "hi"',
        "J": "C:\\",
        "A": "two words",
        "B": 'don\'t "quote" $HOME `x` #!',
        "C": "a\nb\n",
        "D": "",
        "E": "0.5",
        "F": "a\\b",
    }
    assert problems(estate(apps={"fruits": {"env": fine}})) == []
    odd = {"B": '"hi"', "C": "a\nC:\\", "D": "x" * 131_001, "1B": "x", "DATABASE_URL": "x"}
    assert problems(estate(apps={"fruits": {"env": odd}})) == [
        f'apps.fruits.env.B: ""hi"" ends in " and begins with it, {_ENDING}',
        f"apps.fruits.env.C: its value ends in \\ and contains a line break, {_ENDING}",
        "apps.fruits.env.D: its value is longer than 131000 bytes, which Linux does not take; keep it in a file, and "
        "mount its folder",
        'apps.fruits.env.1B: "1B" is not a variable name; use letters, digits and "_", and do not begin with a digit',
        'apps.fruits.env.DATABASE_URL: "DATABASE_URL" is set by Dokku or by Petbase; choose another name',
    ]


def test_plain_variables_together_fit_into_one_command() -> None:
    apps = {"fruits": {"env": {"A": "x" * 60_000, "B": "x" * 60_000}, "secrets": []}}
    assert problems(estate(apps=apps)) == [
        "apps.fruits.env: 120004 bytes in all, and the command that sets them may have 100000; put the long ones under "
        "secrets"
    ]
