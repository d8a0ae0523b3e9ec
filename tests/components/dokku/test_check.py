"""The check's words: what the store is asked, what the dead man's switch hears, and that no word holds a secret."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from components.config.spec import Backups
from components.dokku import watching
from components.dokku.shell import Script
from tests.components.dokku.recorder import Answer, Recorder

FOLDER = "/var/lib/petbase/watch/db"
ENDPOINT = "https://0123.r2.cloudflarestorage.com"
HELD = {"AWS_ACCESS_KEY_ID": "AKIA", "AWS_SECRET_ACCESS_KEY": "s3cr3t", "AWS_DEFAULT_REGION": "auto"}
AWS = (
    "docker run --rm --log-driver none --interactive --env AWS_ACCESS_KEY_ID --env AWS_SECRET_ACCESS_KEY "
    "--env AWS_DEFAULT_REGION "
    f"--entrypoint aws petbase/s3backup:0.18.0 --endpoint-url {ENDPOINT}"
)
LIST = (
    f"{AWS} s3api list-objects-v2 --bucket db-backups --prefix prod/postgres-db- "
    "--query Contents[].[Key,Size,ETag,LastModified] --output text"
)
URL = "https://hc-ping.com/0123"
CURL = (
    "curl --config - --silent --globoff --output /dev/null --write-out %{http_code} --max-time 30 --retry 3 "
    "--retry-delay 2"
)
HEARD: dict[str, Answer] = {"curl": (0, "200")}


def name(hours_ago: float, suffix: str = "tgz") -> str:
    moment = datetime.now(UTC) - timedelta(hours=hours_ago)
    return f"postgres-db-{moment:%Y-%m-%d-%H-%M-%S}.{suffix}"


def listed(*names: str) -> dict[str, Answer]:
    """The bucket's answer, as aws-cli prints it."""
    rows = [f'prod/{name}\t1234\t"e7a9"\t{datetime.now(UTC).isoformat()}' for name in names]
    return {LIST: (0, "\n".join(rows or ["None"]) + "\n")}


def check() -> Script:
    spec = Backups.model_validate({"account-id": "0" * 32, "path": "prod"})
    return Script(watching.check("db", spec, ENDPOINT))


def since(host: Recorder, hours_ago: float = 24 * 9) -> None:
    """Watched for so long, and the newest dump was read before."""
    moment = datetime.now(UTC) - timedelta(hours=hours_ago)
    host.file(f"{FOLDER}/since").write_text(f"{moment.timestamp():.0f}\n")
    host.file(f"{FOLDER}/drilled").write_text(f"{datetime.now(UTC).timestamp():.0f} some\n")


@pytest.fixture
def server(host: Recorder) -> Recorder:
    """A server whose backups are set up, watched for nine days."""
    folder = host.file("/var/lib/dokku/services/postgres/db/backup")
    folder.mkdir(parents=True)
    for file, value in HELD.items():
        (folder / file).write_text(f"{value}\n")
    host.file(FOLDER).mkdir(parents=True)
    host.file(f"{FOLDER}/alert-url").write_text(f"{URL}\n")
    since(host)
    return host


def seen(server: Recorder, dump: str) -> None:
    """This dump was read whole before."""
    server.file(f"{FOLDER}/read").write_text(f"{dump}\t1234\te7a9\t{dump[12:22]}T{dump[23:31].replace('-', ':')}Z\n")


def status(server: Recorder) -> dict[str, object]:
    found: dict[str, object] = json.loads(server.file(f"{FOLDER}/status.json").read_text())
    return found


def test_a_young_dump_that_was_read_before_is_only_listed(server: Recorder) -> None:
    young = name(2)
    seen(server, young)
    assert server.run(check(), HEARD, listed(name(26), young)) == [
        "docker image inspect petbase/s3backup:0.18.0",
        LIST,
        f"{CURL} --data-binary @{server.folder}/run/petbase.check.db/text --header Content-Type: text/plain",
    ]
    assert status(server)["problems"] == []
    assert (status(server)["ok"], status(server)["key"]) == (True, f"prod/{young}")


def test_no_word_of_a_command_holds_a_secret(server: Recorder) -> None:
    young = name(2, "tgz.gpg")
    server.file("/var/lib/dokku/services/postgres/db/backup-encryption").mkdir()
    server.file("/var/lib/dokku/services/postgres/db/backup-encryption/ENCRYPTION_KEY").write_text("open-sesame\n")
    done = server.attempt(check(), HEARD, listed(young))
    assert any("s3 cp --no-progress s3://db-backups/prod/" in verb for verb in server.verbs)
    assert any("--env ENCRYPTION_KEY --entrypoint sh" in verb for verb in server.verbs)
    for secret in (*HELD.values(), "open-sesame", URL):
        if secret != "auto":
            assert not [verb for verb in server.verbs if secret in verb]
            assert secret not in done.stdout + done.stderr


def test_the_alarm_gets_its_address_on_standard_input(server: Recorder) -> None:
    young = name(2)
    seen(server, young)
    server.run(check(), HEARD, listed(young))
    assert server.sent[-1][1] == f'url = "{URL}"\n'


def test_a_dump_of_another_service_with_a_longer_name_is_not_taken_for_ours(server: Recorder) -> None:
    ours = name(40)
    seen(server, ours)
    done = server.attempt(check(), HEARD, listed(ours, "postgres-db-staging-2026-11-22-03-00-00.tgz"))
    assert done.returncode == 1
    assert status(server)["key"] == f"prod/{ours}"


def test_a_missed_schedule_is_told_with_what_to_do(server: Recorder) -> None:
    old = name(25.5)
    seen(server, old)
    done = server.attempt(check(), HEARD, listed(old))
    assert done.returncode == 1
    sentence = f"the newest dump, {old}, is 25 hours old; due is one by 0 3 * * * UTC. Try: ./petbase backup"
    assert status(server)["problems"] == [sentence]
    assert done.stdout == f"db: {sentence}\n"
    assert server.sent[-1][1] == f'url = "{URL}/fail"\n'


def test_nothing_is_late_that_was_due_before_the_watch_began(server: Recorder) -> None:
    old = name(400)
    seen(server, old)
    since(server, 20)
    server.run(check(), HEARD, listed(old))
    assert status(server)["ok"] is True


def test_a_new_server_without_a_dump_is_well_until_one_is_due(server: Recorder) -> None:
    since(server, 20)
    assert "db: no dump yet; the first is due by 0 3 * * * UTC\n" in server.attempt(check(), HEARD, listed()).stdout
    assert status(server)["ok"] is True
    since(server, 25.5)
    server.attempt(check(), HEARD, listed())
    assert status(server)["problems"] == [
        "there is no dump in the bucket; due is one by 0 3 * * * UTC. Try: ./petbase backup"
    ]


def test_a_server_without_credentials_or_without_the_image_says_so(server: Recorder) -> None:
    server.attempt(check(), HEARD, {"docker image inspect petbase/s3backup:0.18.0": (1, "")})
    assert "Docker does not show the image petbase/s3backup:0.18.0, and dumps fail" in str(status(server)["problems"])
    server.file("/var/lib/dokku/services/postgres/db/backup/AWS_ACCESS_KEY_ID").unlink()
    server.attempt(check(), HEARD)
    assert "this server has no credentials for the bucket" in str(status(server)["problems"])


def test_drills_that_stopped_are_told_and_so_is_one_that_failed(server: Recorder) -> None:
    young = name(2)
    seen(server, young)
    moment = datetime.now(UTC) - timedelta(days=20, hours=1)
    since(server, 24 * 30)
    server.file(f"{FOLDER}/drilled").write_text(f"{moment.timestamp():.0f} some\n")
    server.attempt(check(), HEARD, listed(young))
    assert status(server)["problems"] == ["no drill has ended well for 20 days. Try: ./petbase drill"]
    since(server)
    server.file(f"{FOLDER}/drill-failed").write_text('the drill of x failed: it said "no"\n')
    server.attempt(check(), HEARD, listed(young))
    assert status(server)["problems"] == ['the drill of x failed: it said "no"']


def test_a_certificate_that_ends_is_told_with_its_app(server: Recorder) -> None:
    young = name(2)
    seen(server, young)
    server.file("/home/dokku/fruits/tls").mkdir(parents=True)
    server.file("/home/dokku/fruits/tls/server.crt").write_text("")
    ends = datetime.now(UTC) + timedelta(days=80, hours=12)
    lasts: dict[str, Answer] = {"openssl": (0, f"notAfter={ends:%b %d %H:%M:%S %Y} GMT\n")}
    told = server.attempt(check(), HEARD, listed(young), lasts)
    assert told.stdout.rstrip().endswith("; next certificate to end: fruits, in 80 days")
    server.attempt(check(), HEARD, listed(young), {"openssl": (1, "")})
    assert status(server)["problems"] == ["the certificate of fruits ends within 14 days, or cannot be read"]


@pytest.mark.parametrize(
    ("url", "failing"),
    [
        ("https://hc-ping.com/0123", "https://hc-ping.com/0123/fail"),
        # A # and what follows is never sent: /fail behind it would be a sign of life.
        ("https://hc-ping.com/0123#db", "https://hc-ping.com/0123/fail"),
        ("https://hc-ping.com/0123/?rid=1#db", "https://hc-ping.com/0123/fail?rid=1"),
        ("https://hc.example.com/ping/key/slug?create=1", "https://hc.example.com/ping/key/slug/fail?create=1"),
        (
            "https://uptime.betterstack.com/api/v1/heartbeat/x1",
            "https://uptime.betterstack.com/api/v1/heartbeat/x1/fail",
        ),
        (
            "https://kuma.example.com/api/push/x?status=up&msg=OK",
            "https://kuma.example.com/api/push/x?status=down&msg=OK",
        ),
    ],
)
def test_a_failure_goes_where_the_service_wants_it(server: Recorder, url: str, failing: str) -> None:
    server.file(f"{FOLDER}/alert-url").write_text(f"{url}\n")
    server.attempt(check(), HEARD, listed())
    assert server.sent[-1][1] == f'url = "{failing}"\n'


def test_where_no_address_for_failures_is_known_silence_is_the_alarm(server: Recorder) -> None:
    server.file(f"{FOLDER}/alert-url").write_text("https://nosnch.in/0123\n")
    done = server.attempt(check(), HEARD, listed())
    assert not [verb for verb in server.verbs if verb.startswith("curl")]
    assert "alarm: by silence, as this service has no address for failures\n" in done.stdout
    assert "0123" not in done.stdout + done.stderr


def test_a_service_that_takes_no_text_is_called_without_one(server: Recorder) -> None:
    young = name(2)
    seen(server, young)
    with_text = f"{CURL} --data-binary @{server.folder}/run/petbase.check.db/text --header Content-Type: text/plain"
    server.run(check(), HEARD, {with_text: (0, "405")}, listed(young))
    assert server.verbs[-2:] == [with_text, CURL]


def test_an_alarm_that_is_not_heard_is_a_problem_too(server: Recorder) -> None:
    young = name(2)
    seen(server, young)
    done = server.attempt(check(), {"curl": (7, "000")}, listed(young))
    assert done.returncode == 1
    assert "alarm: petbase:alertUrl was not reached, or refused (000)\n" in done.stdout
    assert status(server)["problems"] == ["petbase:alertUrl was not reached, or refused"]


def test_without_an_address_nobody_is_called(server: Recorder) -> None:
    server.file(f"{FOLDER}/alert-url").unlink()
    server.attempt(check(), listed())
    assert not [verb for verb in server.verbs if verb.startswith("curl")]
