"""What a stack has beside its estate, secrets first: what is missing, unused, refused without being shown."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pulumi
import pytest
from pulumi.runtime import set_all_config

from components.config import stack_file
from components.config.stack_file import StackFileError
from tests.components.estates import estate


@pytest.fixture(autouse=True)
def runtime() -> Iterator[asyncio.AbstractEventLoop]:
    """No configuration but the test's own, and an event loop, which Outputs want."""
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    yield loop
    asyncio.set_event_loop(None)
    loop.close()
    set_all_config({})


def loaded(data: Any, **config: str) -> list[str]:
    set_all_config({"petbase:estate": json.dumps(data), **{f"petbase:{key}": text for key, text in config.items()}})
    with pytest.raises(StackFileError) as caught:
        stack_file.load()
    return caught.value.problems


def test_a_typo_at_the_top_of_the_file_is_an_error() -> None:
    assert loaded(estate(), backupPasphrase="x") == [
        "petbase:backupPasphrase: unknown key; did you mean petbase:backupPassphrase?"
    ]


def test_problems_of_the_top_and_of_the_estate_come_together() -> None:
    assert len(loaded(estate(domain="X"), backupPasphrase="x")) == 2


def test_a_missing_secret_says_the_command_that_sets_it() -> None:
    assert loaded(estate(backups={"encrypt": True})) == [
        "petbase:backupPassphrase: missing, since backups.encrypt is true; "
        "set it: ./petbase secrets set backupPassphrase --stack stack"
    ]


def test_a_secret_with_a_line_break_is_refused_and_not_shown() -> None:
    found = loaded(estate(backups={"encrypt": True}), backupPassphrase="s3cr3t\nline")
    assert found == ["petbase:backupPassphrase: contains a line break; set it again without one"]


def test_a_secret_that_the_plugin_would_break_is_refused_and_not_shown() -> None:
    found = loaded(estate(backups={"encrypt": True}), backupPassphrase="open s3cr3t")
    assert found == [
        "petbase:backupPassphrase: contains a space or a non-ASCII character, which dokku-postgres breaks; set another"
    ]


@pytest.mark.parametrize(
    "url", ["hc-ping.com/s3cr3t", 'https://hc-ping.com/s3cr3t"', "https://hc-ping.com/s3cr3t x", "s3cr3t"]
)
def test_an_alarms_address_that_curl_would_not_take_is_refused_without_being_shown(url: str) -> None:
    found = loaded(estate(), alertUrl=url)
    assert found == ["petbase:alertUrl: is not an address; set one like https://hc-ping.com/UUID"]


def test_a_good_stack_file_loads_with_its_secrets(runtime: asyncio.AbstractEventLoop) -> None:
    set_all_config(
        {"petbase:estate": json.dumps(estate(backups={"encrypt": True})), "petbase:backupPassphrase": "s3cr3t"},
        ["petbase:backupPassphrase"],
    )
    made, secrets = stack_file.load()
    assert made.backups.encrypt
    assert isinstance(secrets.backup_passphrase, pulumi.Output)
    assert runtime.run_until_complete(secrets.backup_passphrase.future()) == "s3cr3t"
    assert runtime.run_until_complete(secrets.backup_passphrase.is_secret())
    assert "s3cr3t" not in repr(secrets)


def test_an_apps_secret_without_a_value_says_the_command() -> None:
    assert loaded(estate(apps={"fruits": {"secrets": ["API_KEY"]}})) == [
        "petbase:fruits.API_KEY: missing, since apps.fruits.secrets names it; "
        "set it: ./petbase secrets set fruits.API_KEY --stack stack"
    ]


def test_a_secret_that_nothing_uses_any_more_is_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    warned: list[str] = []
    monkeypatch.setattr(pulumi.log, "warn", warned.append)
    set_all_config({"petbase:estate": json.dumps(estate(apps={"fruits": {}})), "petbase:fruits.API_KEY": "x"})
    stack_file.load()
    assert warned == [
        "petbase:fruits.API_KEY: nothing uses this secret; name it in apps.fruits.secrets: [API_KEY], or remove it: "
        "./petbase secrets remove fruits.API_KEY --stack stack"
    ]


def test_a_renamed_app_takes_its_secrets_along(
    runtime: asyncio.AbstractEventLoop, monkeypatch: pytest.MonkeyPatch
) -> None:
    warned: list[str] = []
    monkeypatch.setattr(pulumi.log, "warn", warned.append)
    apps = {"pears": {"was": "fruits", "secrets": ["A", "B"]}}
    values = {"petbase:fruits.A": "old", "petbase:fruits.B": "old", "petbase:pears.B": "new"}
    set_all_config({"petbase:estate": json.dumps(estate(apps=apps)), **values}, list(values))
    _, secrets = stack_file.load()
    read = {name: runtime.run_until_complete(value.future()) for name, value in secrets.apps["pears"].items()}
    assert (read, warned) == ({"A": "old", "B": "new"}, [])


def test_an_apps_secret_holds_any_text_but_what_nothing_can_store_and_is_not_shown() -> None:
    apps = {"fruits": {"secrets": ["KEY", "PIN"]}}
    assert loaded(estate(apps=apps), **{"fruits.KEY": "\ns3cr3t\\", "fruits.PIN": "x"}) == [
        "petbase:fruits.KEY: its value ends in \\ and contains a line break, which Dokku and Docker cannot store; add "
        "a space or a line break at its end"
    ]


def test_an_apps_secret_may_be_a_key_of_many_lines(runtime: asyncio.AbstractEventLoop) -> None:
    key = "-----BEGIN PRIVATE KEY-----\nMIGT\n-----END PRIVATE KEY-----\n"
    whole = json.dumps(estate(apps={"fruits": {"secrets": ["KEY"]}}))
    set_all_config({"petbase:estate": whole, "petbase:fruits.KEY": key}, ["petbase:fruits.KEY"])
    _, secrets = stack_file.load()
    assert runtime.run_until_complete(secrets.apps["fruits"]["KEY"].future()) == key
