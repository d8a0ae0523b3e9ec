"""The check's words: what the store is asked, what the dead man's switch hears, and that no word holds a secret."""

import json
import os
import shutil
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from host.check import history
from host.check.run import RunCheck
from host.check.status import ShowStatus
from host.check.try_alarm import TryAlarm
from host.core.host import Host
from host.dumps.credentials import passphrase_digest
from host.programs.runner import Answer
from host.watch.units import Units
from tests.host.recorder import INSIDE, Answers, Recorder, aws

FOLDER = "/var/lib/petbase/services/db/watch"
BACKUP = "/var/lib/dokku/services/postgres/db/backup"
PASSPHRASE = "/var/lib/petbase/services/db/passphrase.json"
ENDPOINT = "https://0123.r2.cloudflarestorage.com"
STORED = {"AWS_ACCESS_KEY_ID": "AKIA", "AWS_SECRET_ACCESS_KEY": "s3cr3t", "AWS_DEFAULT_REGION": "auto"}
AWS = aws(ENDPOINT)
IMAGE = "docker image inspect petbase/s3backup:0.18.0"
LIST = (
    f"{AWS} s3api list-objects-v2 --bucket db-backups --prefix prod/postgres-db- "
    "--query 'Contents[].[Key,Size,ETag,LastModified]' --output json"
)
URL = "https://hc-ping.com/0123"
_BARE_CURL = "curl --config - --silent --globoff"
BEGIN = f"{_BARE_CURL} --fail --output /dev/null --write-out '%{{http_code}}' --max-time 10"
CURL = f"{_BARE_CURL} --max-filesize 65536 --write-out '\\n%{{http_code}}' --max-time 30 --retry 3 --retry-delay 2"
SQL = f"{INSIDE} psql --username postgres --dbname postgres"
SESSIONS = f"{SQL} --no-psqlrc --quiet --no-align --tuples-only --set ON_ERROR_STOP=1"
CONTAINERS = "docker ps --all --no-trunc --format '{{.ID}} {{.Names}} {{.State}}'"
INSPECT = "docker inspect --format '{{.Name}} {{.Id}} {{.RestartCount}}' dokku.postgres.db"
LOCKS = SESSIONS.replace("--dbname postgres", "--dbname db")
DATE = f"curl --silent --head --max-time 10 {ENDPOINT}"
REST = [DATE, SESSIONS, LOCKS, CONTAINERS, INSPECT, "nginx -t", CURL]
QUIET = {SQL: '{"used": 3, "most": 100, "idle": [], "blockers": [], "dumps": []}'}
HEARD = {"curl": "200"}
PLAIN = 'header = "Content-Type: text/plain; charset=utf-8"\n'
CHECK = RunCheck("db")
DUE = "one is due by 0 3 * * * UTC. Try: ./petbase backup"
_HOUR = 3600
SETTINGS = {"bucket": "db-backups", "prefix": "prod/", "endpoint": ENDPOINT, "schedule": "0 3 * * *"}


@pytest.fixture
def server(server: Recorder) -> Recorder:
    """A server whose backups are set up, watched for nine days, with a good drill just now."""
    for file, value in STORED.items():
        server.put(f"{BACKUP}/{file}", f"{value}\n")
    put(server, "settings", **SETTINGS, max_age=25 * _HOUR, drill="weekly")
    server.put("/proc/meminfo", "MemTotal: 4000000 kB\nMemAvailable: 2000000 kB\nSwapTotal: 0 kB\nSwapFree: 0 kB\n")
    server.put("/etc/cron.d/dokku-postgres-db", "0 3 * * * dokku /usr/bin/dokku postgres:backup db db-backups/prod \n")
    server.put("/etc/cron.d/petbase-db", Units("prod", "db", "weekly", paused=False, copies=True).crontab())
    server.put("/var/lib/petbase/services/db/owner.json", '{"how": "made", "stack": "prod"}')
    server.put(PASSPHRASE, json.dumps({"sha256": passphrase_digest("")}))
    put(server, "alert", url=URL)
    put(server, "since", at=int(server.now) - 9 * 24 * _HOUR)
    put(server, "drilled", at=int(server.now))
    place = f"{ENDPOINT} s3://db-backups/prod/"
    put(server, "inventory", place=place, at=int(server.now), etags={}, problems={})
    put(server, "written", place=place, at=int(server.now))
    return server


def put(server: Recorder, name: str, **values: object) -> None:
    server.put(f"{FOLDER}/{name}.json", json.dumps(values))


def put_deployed(server: Recorder, app: str, container: str) -> None:
    """Dokku's files about an app that has a process and no name that could be asked."""
    for file, text in (("CONTAINER.web.1", container), ("VHOST", "*.example.com"), ("nginx.conf", "listen 80;\n")):
        server.put(f"/home/dokku/{app}/{file}", text)


def made(server: Recorder, hours_ago: float) -> datetime:
    return datetime.fromtimestamp(server.now, UTC) - timedelta(hours=hours_ago)


def name(server: Recorder, hours_ago: float, suffix: str = "tgz") -> str:
    return f"postgres-db-{made(server, hours_ago):%Y-%m-%d-%H-%M-%S}.{suffix}"


def listed(server: Recorder, *names: str) -> dict[str, str]:
    rows = [[f"prod/{name}", 1234, '"e7a9"', made(server, 0).isoformat()] for name in names]
    return {LIST: json.dumps(rows or None)}


def read_before(server: Recorder, dump: str) -> None:
    put(server, "read", dump=dump, bytes=1234, etag="e7a9")


def status(server: Recorder) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(server.file(f"{FOLDER}/status.json").read_text())
    return found


def told(server: Recorder) -> str:
    return server.runner.calls[-1][1]


def problems(server: Recorder, *answers: Answers) -> list[str]:
    """What a failing check finds, as its status has it, as it ends and as the switch hears it."""
    sentence = server.fails(CHECK, HEARD, QUIET, *answers)
    found: list[str] = status(server)["problems"]
    assert sentence == "\n".join(f"db: {problem}" for problem in found)
    text = f"{sentence}\n".replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    assert told(server) == f'url = "{URL}/fail"\ndata-raw = "{text}"\n{PLAIN}'
    return found


def test_a_young_dump_that_was_read_before_is_only_listed(server: Recorder) -> None:
    young = name(server, 2)
    read_before(server, young)
    lines = server.run(CHECK, HEARD, QUIET, listed(server, name(server, 26), young))
    assert lines == [BEGIN, IMAGE, LIST, SESSIONS, *REST]
    assert server.runner.calls[0][1] == f'url = "{URL}/start"\n'
    found = status(server)
    assert (found["ok"], found["key"], found["bytes"], found["age_seconds"]) == (True, f"prod/{young}", 1234, 7200)
    assert told(server).startswith(f'url = "{URL}"\n')
    assert server.printed.startswith(f"db: the newest dump is {young}, 2 hours old, 1.2 kB, read back\ndisk ")


def test_a_new_one_is_read_whole_once(server: Recorder) -> None:
    young = name(server, 2)
    lines = server.run(CHECK, HEARD, QUIET, listed(server, young), {"head -c 5": "PGDMP"})
    assert lines == [
        BEGIN,
        IMAGE,
        LIST,
        SESSIONS,
        f"{AWS} s3 cp --no-progress s3://db-backups/prod/{young} -",
        "tar --extract --gzip --to-stdout backup/export",
        "head -c 5",
        *REST,
    ]
    assert server.run(CHECK, HEARD, QUIET, listed(server, young)) == [BEGIN, IMAGE, LIST, SESSIONS, *REST]


def test_a_token_that_may_only_read_is_told_within_a_day_and_until_it_writes(server: Recorder) -> None:
    """A weekly dump would tell it a week later."""
    young, write = name(server, 2), f"{AWS} s3 cp --only-show-errors --content-type text/plain - "
    write += "s3://db-backups/prod/petbase-db.txt"
    read_before(server, young)
    denied = {write: Answer(1, "", "An error occurred (AccessDenied): Access Denied\n")}
    assert write not in server.run(CHECK, HEARD, QUIET, denied, listed(server, young))
    server.now += 86_400
    put(server, "inventory", place=f"{ENDPOINT} s3://db-backups/prod/", at=int(server.now), etags={}, problems={})
    young = name(server, 2)
    read_before(server, young)
    for _ in range(2):
        assert problems(server, denied, listed(server, young)) == [
            "the bucket takes nothing from this server, so the next dump will fail: An error occurred (AccessDenied): "
            "Access Denied. In R2: ./petbase rotate-token. Elsewhere, let its key write there again"
        ]
    assert server.run(CHECK, HEARD, QUIET, listed(server, young)) == [BEGIN, IMAGE, LIST, SESSIONS, write, *REST]
    assert server.run(CHECK, HEARD, QUIET, listed(server, young)) == [BEGIN, IMAGE, LIST, SESSIONS, *REST]


def test_no_word_of_a_command_holds_a_secret(server: Recorder) -> None:
    young = name(server, 2, "tgz.gpg")
    server.put(f"{BACKUP}-encryption/ENCRYPTION_KEY", "open-sesame\n")
    server.put(PASSPHRASE, json.dumps({"sha256": passphrase_digest("open-sesame")}))
    server.run(CHECK, HEARD, QUIET, listed(server, young), {"head -c 5": "PGDMP"})
    assert any("--env ENCRYPTION_KEY --entrypoint sh" in line for line in server.runner.lines)
    assert {"ENCRYPTION_KEY": "open-sesame"} in server.runner.environments
    for secret in ("AKIA", "s3cr3t", "open-sesame", "hc-ping"):
        assert not [line for line in server.runner.lines if secret in line]
        assert secret not in server.printed


def test_a_dump_of_another_service_with_a_longer_name_is_not_taken_for_ours(server: Recorder) -> None:
    ours, other = name(server, 40), name(server, 1).replace("-db-", "-db-staging-")
    read_before(server, ours)
    problems(server, listed(server, ours, other))
    assert status(server)["key"] == f"prod/{ours}"


def test_nothing_is_late_that_was_due_before_the_watch_began(server: Recorder) -> None:
    old = name(server, 400)
    read_before(server, old)
    put(server, "since", at=int(server.now) - 20 * _HOUR)
    server.run(CHECK, HEARD, QUIET, listed(server, old))
    assert status(server)["ok"] is True


def test_a_new_server_without_a_dump_is_well_until_one_is_due(server: Recorder) -> None:
    put(server, "since", at=int(server.now) - 20 * _HOUR)
    server.run(CHECK, HEARD, QUIET, listed(server))
    assert server.printed.startswith("db: no dump yet; the first is due by 0 3 * * * UTC\n")
    put(server, "since", at=int(server.now) - 26 * _HOUR)
    assert problems(server, listed(server)) == [f"there is no dump in the bucket; {DUE}"]


_EMPTIED = "services/db/watch/drilled.json, services/db/watch/since.json"


@pytest.mark.parametrize("noted", ["", '{"at": 9999999999}', '{"at": "some"}'])
def test_a_moment_that_a_power_cut_emptied_or_a_wrong_clock_wrote_hides_nothing(server: Recorder, noted: str) -> None:
    old = name(server, 25.5)
    read_before(server, old)
    for file in ("since", "drilled"):
        server.put(f"{FOLDER}/{file}.json", noted)
    late, undrilled, *broken = problems(server, listed(server, old))
    is_a_moment = noted == '{"at": 9999999999}'
    assert [text.partition(" in ")[0] for text in broken] == ([] if is_a_moment else [_EMPTIED])
    assert late.startswith(f"the newest dump, {old}, is 25 hours old")
    assert undrilled.startswith("no drill has ended well for ")
    assert status(server)["drilled_at"] is None


def test_dumps_that_others_make_are_listed_and_nothing_else(server: Recorder) -> None:
    """No claim is written, no dump is read, and what is not known is said."""
    put(server, "settings", **SETTINGS, max_age=25 * _HOUR, drill="never", found=True)
    young = name(server, 2)
    assert server.run(CHECK, HEARD, QUIET, listed(server, name(server, 26), young)) == [BEGIN, IMAGE, LIST, *REST]
    assert server.printed.startswith(
        f"db: the newest dump is {young}, 2 hours old, 1.2 kB, never read back or restored, since Petbase does not "
        "make it\ndisk "
    )
    assert "drill" not in server.printed
    old = name(server, 26)
    assert problems(server, listed(server, old)) == [f"the newest dump, {old}, is 26 hours old; {DUE}"]
    assert problems(server, listed(server)) == [f"there is no dump in the bucket; {DUE}"]


def test_a_server_without_credentials_or_without_the_image_says_so(server: Recorder) -> None:
    more = "raise generation in the stack file and run pulumi up"
    assert problems(server, {IMAGE: Answer(1, "", "No such image")}) == [
        f"Docker does not show the image petbase/s3backup:0.18.0, which dumps need too (No such image); {more}"
    ]
    server.file(f"{BACKUP}/AWS_ACCESS_KEY_ID").unlink()
    assert problems(server) == [f"this server has no credentials for the bucket; {more}"]


def test_a_bucket_that_refuses_is_told_in_its_words(server: Recorder) -> None:
    refused = {LIST: Answer(254, "", "\nAn error occurred (403) when calling ListObjectsV2: Forbidden\n")}
    assert problems(server, refused) == [
        "the bucket does not open: An error occurred (403) when calling ListObjectsV2: Forbidden"
    ]


def test_one_that_cannot_be_read_is_told_until_it_can(server: Recorder) -> None:
    young = name(server, 2)
    damaged = {"tar": Answer(2, "", "tar: Unexpected EOF in archive\n")}
    for _ in range(2):
        assert problems(server, listed(server, young), damaged) == [
            f"{young} is damaged: tar: Unexpected EOF in archive"
        ]


def test_a_passphrase_that_somebody_changed_or_took_away_is_told(server: Recorder) -> None:
    young = name(server, 2)
    read_before(server, young)
    server.put(PASSPHRASE, json.dumps({"sha256": passphrase_digest("open-sesame")}))
    server.put(f"{BACKUP}-encryption/ENCRYPTION_KEY", "open-sesame\n")
    server.run(CHECK, HEARD, QUIET, listed(server, young))
    server.file(f"{BACKUP}-encryption/ENCRYPTION_KEY").unlink()
    assert problems(server, listed(server, young)) == [
        "the passphrase on this server is not the stack's: it was changed or removed by hand, so you cannot open new "
        "dumps, or anyone can. Raise generation in the stack file, run pulumi up, then ./petbase backup"
    ]


def test_drills_that_stopped_are_told_and_so_is_one_that_failed(server: Recorder) -> None:
    young = name(server, 2)
    read_before(server, young)
    put(server, "since", at=int(server.now) - 30 * 24 * _HOUR)
    put(server, "drilled", at=int(server.now) - 20 * 24 * _HOUR)
    assert problems(server, listed(server, young)) == ["no drill has ended well for 20 days. Try: ./petbase drill"]
    put(server, "drilled", at=int(server.now))
    put(server, "drill-failed", dump=young, text='the drill of x failed: it said "no"')
    assert problems(server, listed(server, young)) == ['the drill of x failed: it said "no"']


def test_a_dump_that_is_much_smaller_than_the_last_good_one_is_told(server: Recorder) -> None:
    young = name(server, 2)
    read_before(server, young)
    put(server, "baseline", dump="older.tgz", bytes=200_000, rows={})
    assert problems(server, listed(server, young)) == [
        f"the newest dump, {young}, has 1.2 kB; older.tgz, which was test-restored, has 200.0 kB. Are rows or tables "
        "gone? If that is meant: ./petbase drill --accept-smaller"
    ]
    put(server, "shrunk", dump=young, text=f"{young} has 1 tables with rows; …")
    assert problems(server, listed(server, young)) == [f"{young} has 1 tables with rows; …"]
    server.file(f"{FOLDER}/shrunk.json").unlink()
    put(server, "baseline", dump="older.tgz", bytes=90_000, rows={})
    server.run(CHECK, HEARD, QUIET, listed(server, young))


def test_a_drill_that_failed_for_want_of_a_dump_is_made_up_for_by_one(server: Recorder) -> None:
    put(server, "drill-failed", dump="", text="the drill failed: there is no dump in the bucket")
    assert problems(server, listed(server))[-1] == "the drill failed: there is no dump in the bucket"
    young = name(server, 2)
    read_before(server, young)
    server.run(CHECK, HEARD, QUIET, listed(server, young))


def test_a_full_disk_is_told_even_where_nothing_can_be_written(
    server: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = os.statvfs_result((4096, 4096, 1000, 50, 40, 0, 0, 0, 0, 255))
    monkeypatch.setattr(os, "statvfs", lambda _: full)
    monkeypatch.setattr("host.core.files.write", no_room)
    assert server.fails(CHECK, HEARD, QUIET, listed(server, name(server, 2)), {"head -c 5": "PGDMP"}) == (
        "db: the disk is 96 % full. Look at: df --human-readable"
    )
    assert "/fail" in told(server)


def test_a_file_that_the_server_refuses_does_not_stop_the_alarm(
    server: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    young = name(server, 2)
    read_before(server, young)
    monkeypatch.setattr("host.check.machine.disk.fuller_disk", no_room)
    assert problems(server, listed(server, young), QUIET) == [
        "the server refused a file: [Errno 28] No space left on device. Look at: df --human-readable"
    ]


def no_room(*_: object) -> None:
    raise OSError(28, "No space left on device")


def test_a_certificate_that_ends_is_told_with_its_app(server: Recorder) -> None:
    young = name(server, 2)
    read_before(server, young)
    server.put("/home/dokku/fruits/tls/server.crt", "")
    ends = made(server, -24 * 80 - 12)
    server.run(CHECK, HEARD, QUIET, listed(server, young), {"openssl": f"notAfter={ends:%b %d %H:%M:%S %Y} GMT\n"})
    assert server.printed.endswith("; next certificate to end: fruits, in 80 days\n")
    for answer in (Answer(1), Answer(0, f"notAfter={made(server, -24 * 13):%b %d %H:%M:%S %Y} GMT\n")):
        assert problems(server, listed(server, young), {"openssl": answer}) == [
            "the certificate of fruits ends within 14 days, or cannot be read"
        ]


def test_where_no_address_for_failures_is_known_silence_is_the_alarm(server: Recorder) -> None:
    put(server, "alert", url="https://nosnch.in/0123")
    server.fails(CHECK, QUIET, {LIST: Answer(1)})
    assert not [line for line in server.runner.lines if line.startswith("curl --config")]
    assert server.printed == "alarm: by silence, as this service has no address for failures\n"


def test_a_service_that_takes_no_text_is_called_without_one(server: Recorder) -> None:
    young = name(server, 2)
    read_before(server, young)
    server.fails(CHECK, QUIET, {"curl": "405"}, listed(server, young))
    assert [text for line, text in server.runner.calls if line == CURL][1:] == [f'url = "{URL}"\n']


def test_an_alarm_that_is_not_heard_is_a_problem_too(server: Recorder) -> None:
    young = name(server, 2)
    read_before(server, young)
    assert server.fails(CHECK, QUIET, {"curl": Answer(7, "000")}, listed(server, young)) == (
        "db: petbase:alertUrl was not reached, or refused"
    )
    assert server.printed == "alarm: petbase:alertUrl was not reached, or refused (000)\n"
    assert status(server)["problems"] == ["petbase:alertUrl was not reached, or refused"]


def test_without_an_address_no_url_is_called(server: Recorder) -> None:
    server.file(f"{FOLDER}/alert.json").unlink()
    server.fails(CHECK, QUIET, {LIST: Answer(1)})
    assert not [line for line in server.runner.lines if line.startswith("curl --config")]


def test_an_unwatched_service_says_what_brings_the_check(server: Recorder) -> None:
    shutil.rmtree(server.file(FOLDER))
    assert server.fails(CHECK) == "nothing looks after the dumps of db on this server yet. Run: pulumi up"
    assert server.runner.lines == []


def test_a_test_of_the_alarm_is_heard_as_a_failure(server: Recorder) -> None:
    assert server.run(TryAlarm("db"), HEARD) == [CURL]
    assert told(server) == (
        f'url = "{URL}/fail"\ndata-raw = "db: a test of the alarm, by ./petbase alert --test\\n"\n{PLAIN}'
    )
    assert server.fails(TryAlarm("db"), {"curl": "500"}) == "petbase:alertUrl was not reached, or refused"
    server.file(f"{FOLDER}/alert.json").unlink()
    assert server.fails(TryAlarm("db")).startswith(
        "petbase:alertUrl is not set and there are no alerts, so no one is alerted. "
    )


def test_what_the_last_check_found_is_shown(server: Recorder) -> None:
    server.run(ShowStatus("db"))
    assert json.loads(server.printed) == {"status": None, "alarm": True, "channels": []}
    young = name(server, 2)
    read_before(server, young)
    server.run(CHECK, HEARD, QUIET, listed(server, young))
    server.file(f"{FOLDER}/alert.json").unlink()
    server.run(ShowStatus("db"))
    assert json.loads(server.printed) == {"status": status(server), "alarm": False, "channels": []}


def good(server: Recorder) -> dict[str, str]:
    young = name(server, 2)
    read_before(server, young)
    return listed(server, young)


def sessions(**values: object) -> dict[str, str]:
    return {SQL: json.dumps({"used": 3, "most": 100, "idle": [], "blockers": [], "dumps": [], **values})}


def test_connections_that_just_suffice_are_nothing_to_tell(server: Recorder) -> None:
    server.run(CHECK, HEARD, good(server), sessions(used=80))


def test_a_session_that_keeps_another_roles_waiting_is_told(server: Recorder) -> None:
    blockers = [{"pid": 4711, "role": 'x"; DROP', "of": ["fruits", "postgres"], "seconds": 900}]
    assert problems(server, good(server), sessions(blockers=blockers)) == [
        'a session of "x""; DROP" has kept fruits, postgres waiting for 15 minutes by its locks. End it: ./petbase '
        "psql --command 'SELECT pg_terminate_backend(4711)'"
    ]


def test_an_app_that_does_not_run_is_told_unless_somebody_stopped_it(server: Recorder) -> None:
    for app, stack, container in (("fruits", "prod", "c1"), ("shop", "prod", "c2"), ("other", "staging", "c3")):
        server.put(f"/var/lib/petbase/apps/{app}/owner.json", json.dumps({"how": "made", "stack": stack}))
        put_deployed(server, app, container)
    server.put("/var/lib/petbase/apps/new/owner.json", json.dumps({"how": "made", "stack": "prod"}))
    running: Answers = {CONTAINERS: "c1 fruits.web.1 running\nc2 shop.web.1 exited\n"}
    told = ["shop does not run (exited). Look at: dokku logs shop"]
    assert problems(server, good(server), sessions(), running) == told
    assert server.runner.lines.count(CONTAINERS) == 2
    server.run(CHECK, HEARD, good(server), sessions(), running, {"config:get shop DOKKU_APP_RESTORE": "0\n"})
    server.put("/var/lib/dokku/config/ps/shop/restore", "false\n")
    server.run(CHECK, HEARD, good(server), sessions(), running)
    server.put("/var/lib/dokku/config/ps/shop/restore", "true\n")
    assert problems(server, good(server), sessions(), running) == told


def test_an_app_that_is_just_being_deployed_is_not_down(server: Recorder) -> None:
    server.put("/var/lib/petbase/apps/shop/owner.json", json.dumps({"how": "made", "stack": "prod"}))
    put_deployed(server, "shop", "c2")
    answers = iter(["c2 shop.web.1 exited\n", "c2 shop.web.1 running\n"])
    server.run(CHECK, HEARD, good(server), sessions(), {CONTAINERS: lambda *_: Answer(0, next(answers))})


def test_an_app_that_takes_anothers_name_is_not_down_while_the_old_one_serves(server: Recorder) -> None:
    """Its clone has the old one's notes in Dokku, and neither a container nor nginx's file before it is built."""
    for app in ("old", "new"):
        server.put(f"/var/lib/petbase/apps/{app}/owner.json", json.dumps({"how": "made", "stack": "prod"}))
        put_deployed(server, app, f"{app}1")
    running: Answers = {CONTAINERS: "c9 dokku.postgres.db running\n"}
    down = "does not run (gone). Look at: dokku logs"
    note = json.dumps({"source": "old", "target": "new", "domains": []})
    server.put("/var/lib/petbase/apps/new/rename.json", note)
    assert problems(server, good(server), sessions(), running) == [f"old {down} old"]
    server.file("/var/lib/petbase/apps/new/rename.json").rename(server.file("/var/lib/petbase/apps/old/rename.json"))
    assert problems(server, good(server), sessions(), running) == [f"new {down} new", f"old {down} old"]


def test_figures_of_earlier_releases_are_read(server: Recorder) -> None:
    """The first had neither disk_free nor inodes_free; memory_available is written no more."""
    figures = {"disk_percent": 9, "connections": 7, "max_connections": 100, "idle_transactions": 0, "apps_down": []}
    first = {"at": 17, "problems": 0, "dump": "", "bytes": 0, **figures}
    later = {**first, "at": 18, "disk_free": 5, "inodes_free": 6, "memory_available": 7}
    lines = [json.dumps(one) for one in (first, later, [first], "at", 3)]
    server.put(f"{FOLDER}/history", "\n".join(lines))
    found = history.read(Host("prod", root=server.root), "db")
    assert [(one.at, one.disk_free, one.inodes_free) for one in found] == [(17, None, None), (18, 5, 6)]


def test_the_figures_are_kept_for_a_month(server: Recorder) -> None:
    host = Host("prod", root=server.root)
    server.run(CHECK, HEARD, good(server), sessions(used=7))
    assert [(point.at, point.problems, point.connections) for point in history.read(host, "db")] == [(server.now, 0, 7)]
    file = server.file(f"{FOLDER}/history")
    file.write_text(file.read_text() * 3200 + '{"at": 17')
    assert len(history.read(host, "db")) == 3200
    server.run(CHECK, HEARD, good(server), sessions())
    assert len(history.read(host, "db")) in (2975, 2976)
