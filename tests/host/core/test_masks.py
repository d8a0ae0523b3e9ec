"""Whatever secret the program reads or makes, nothing that it prints from then on shows it, nor a line of it."""

import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from host.backup.watch import EnsureWatch
from host.certificate.shown import shown_key
from host.copy.settings import read_key
from host.core.command import Command
from host.core.errors import HostError
from host.core.host import Host
from host.dokku.services import superuser_url
from host.dumps import credentials
from host.imports.client import Client
from host.link.variables import current_url, new_password
from host.settings.ensure import EnsureSettings
from host.watch.alarm import read_url
from host.watch.channels.channel import read_channels
from tests.host.recorder import Recorder

PASSWORD = "correct-horse"
LINES = "correct horse\nbattery staple"
SENT = "open sesame"
URL = f"postgres://fruits:{PASSWORD}@dokku-postgres-db:5432/db"


def _tried(host: Host, command: Command) -> str:
    """What the server answers is nothing that the command knows; by then it has read what was sent."""
    with suppress(HostError):
        command.run(host)
    return SENT


def _current_password(host: Host) -> str:
    url = current_url(host, "fruits")
    assert url
    return url.password


VARIABLE = EnsureSettings("fruits", secret_env=("KEY",))
CHANNEL = EnsureWatch("db", bucket="b", endpoint="e", schedule="0 3 * * *", max_age=1, channel={"ops": "ntfy"})
LEARNED: dict[str, Callable[[Host], str]] = {
    "what came on standard input": lambda host: host.secrets["key"],
    "a certificate's key": lambda host: shown_key(host, "fruits"),
    "the superuser's URL": lambda host: superuser_url(host, "db"),
    "the superuser's password": lambda host: superuser_url(host, "db") and PASSWORD,
    "an app's password": _current_password,
    "an app's new password": new_password,
    "the bucket's key": lambda host: credentials.stored(host, "db").secret_access_key,
    "the passphrase of dumps": lambda host: credentials.stored_passphrase(host, "db"),
    "the second store's key": lambda host: read_key(host, "db", "auto").secret_access_key,
    "the source of an import": lambda host: Client.of(host, "db", URL, "", 18).settings["password"],
    "the dead man's switch": lambda host: read_url(host, "db"),
    "a variable that is sent": lambda host: _tried(host, VARIABLE),
    "a channel that is sent": lambda host: _tried(host, CHANNEL),
    "a channel": lambda host: read_channels(host, "db")[0].url,
}


@pytest.fixture
def server(tmp_path: Path) -> Recorder:
    server = Recorder(tmp_path)
    server.answers |= {
        "certs:show fruits key": LINES,
        "postgres:info db --dsn": URL,
        "config:get fruits DATABASE_URL": URL,
        "config:export --format json fruits": "{}",
    }
    plugin, state = "/var/lib/dokku/services/postgres/db", "/var/lib/petbase/services/db"
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION"):
        server.put(f"{plugin}/backup/{name}", PASSWORD)
    server.put(f"{plugin}/backup-encryption/ENCRYPTION_KEY", LINES)
    server.put(f"{state}/watch/alert.json", f'{{"url": "{PASSWORD}"}}')
    server.put(f"{state}/copy/key.json", f'{{"access_key_id": "A", "secret_access_key": "{PASSWORD}"}}')
    server.put(f"{state}/watch/channels/ops/address.json", f'{{"kind": "ntfy", "url": "{PASSWORD}"}}')
    return server


@pytest.mark.parametrize("what", LEARNED)
def test_a_secret_that_is_known_is_printed_no_more(server: Recorder, what: str) -> None:
    said: list[str] = []
    sent = {"key": "sent by\nPulumi", "alert_url": ""}
    sent |= {"variables": json.dumps({"KEY": SENT}), "channels": json.dumps({"ops": SENT})}

    def part(host: Host) -> None:
        said.append(LEARNED[what](host))
        host.step(f"with {said[0]}")
        host.out.error(HostError(f"{said[0]} was refused", said[0]))

    server.part(part, secrets=sent)
    assert len(said[0]) > 3
    assert [line for line in said[0].splitlines() if line in server.printed] == []
    assert "with ***\n" in server.printed


def test_a_secret_that_is_a_part_of_another_leaves_nothing_of_that(server: Recorder) -> None:
    def part(host: Host) -> None:
        host.out.hide("correct", "correct-horse")
        host.step("correct-horse, correct, corr")

    server.part(part)
    assert server.printed == "***, ***, corr\n"
