"""The second store is set up: a key that writes there, what it can destroy, and what a refusal leaves."""

from dataclasses import replace

import pytest

from host.backup.watch import EnsureWatch
from host.copy.ensure import EnsureCopy, RemoveCopy
from host.core.command import words
from host.programs.runner import Answer
from tests.host.copy.scene import COPY, DENIED, KEYS, NEW, PUT_SMALL, SECOND, put, set_up, state
from tests.host.recorder import Known, Recorder

ENSURE = EnsureCopy("db", bucket="c", endpoint="https://second", prefix="prod/", keep_days=30)
PROBE = "petbase-db-2026-11-18-11-06-40.txt"
WRITE = f"{PUT_SMALL} text/plain - s3://c/prod/{PROBE}"
READ = f"{SECOND} s3 cp --no-progress s3://c/prod/{PROBE} -"
DELETE = f"{SECOND} s3api delete-object --bucket c --key prod/{PROBE}"
VERSIONS = (
    f"{SECOND} s3api list-object-versions --bucket c --prefix prod/{PROBE} --query 'Versions[].VersionId' --output json"
)
LOCKED = Answer(1, "", "An error occurred (ObjectLockedByBucketPolicy) when calling the PutObject operation\n")


def once(second: Known) -> Known:
    """A first write that succeeds; what comes after it."""
    answers: list[Known] = ["", second]

    def answer() -> str | Answer:
        found = answers.pop(0) if len(answers) > 1 else answers[0]
        assert isinstance(found, str | Answer)
        return found

    return answer


@pytest.fixture
def server(server: Recorder) -> Recorder:
    """A second store whose lock refuses all that destroys."""
    server.answers = {READ: "The stack prod writes here.", WRITE: once(LOCKED), DELETE: LOCKED}
    return server


def test_the_line_has_no_secret() -> None:
    options = ["--bucket", "c", "--endpoint", "https://second", "--keep-days", "30", "--prefix", "prod/"]
    assert words(ENSURE) == ["copy", "ensure", "db", *options]


def test_a_key_that_writes_is_kept_for_the_hourly_copy(server: Recorder) -> None:
    image, *store = server.run(ENSURE, secrets=KEYS)
    assert image == "docker image inspect petbase/s3backup:0.18.0"
    assert store == [WRITE, READ, WRITE, DELETE]
    assert state(server, "settings") == {
        "bucket": "c", "prefix": "prod/", "endpoint": "https://second", "region": "auto", "keep_days": 30
    }  # fmt: skip
    assert server.file(f"{COPY}/key.json").stat().st_mode & 0o777 == 0o600
    assert state(server, "proof") == {"deletes": False, "overwrites": False}
    assert state(server, "since") == {"at": server.now}
    assert not [line for line in server.runner.lines if KEYS["secret_key"] in line]
    assert KEYS["secret_key"] not in server.printed


def test_a_first_key_that_a_cut_run_wrote_and_that_was_taken_back_is_gone(server: Recorder) -> None:
    """Pulumi never knew of it and removes nothing; the watch, whose line the stack file changes too, does."""
    put(server, f"{COPY}/key", access_key_id=KEYS["key_id"], secret_access_key=KEYS["secret_key"])
    watch = EnsureWatch("db", bucket="b", endpoint="https://first", schedule="0 3 * * *", max_age=90_000)
    nobody = {"alert_url": "", "channels": "{}"}
    server.run(replace(watch, copies=True), secrets=nobody)
    assert state(server, "key")
    server.run(watch, secrets=nobody)
    assert not server.file(COPY).exists()
    assert "no longer copied" in server.printed
    server.run(watch, secrets=nobody)
    assert "no longer copied" not in server.printed


def test_a_key_that_can_destroy_nothing_is_not_tried_again(server: Recorder) -> None:
    server.run(ENSURE, secrets=KEYS)
    assert server.run(ENSURE, secrets=KEYS) == []
    assert server.printed == ""


@pytest.mark.parametrize(
    ("answers", "deletes", "overwrites"),
    [
        ({WRITE: "", DELETE: ""}, True, True),
        ({WRITE: "", DELETE: "", VERSIONS: '["null"]'}, True, True),
        ({WRITE: "", DELETE: LOCKED}, False, True),
        ({WRITE: "", DELETE: once(DENIED), VERSIONS: '["one", "two"]'}, False, False),
        ({WRITE: "", DELETE: "", VERSIONS: '["one", "two"]'}, True, False),
        ({WRITE: "", DELETE: "", VERSIONS: DENIED}, True, True),
    ],
)
def test_what_the_key_can_destroy_is_tried(
    server: Recorder, answers: dict[str, Known], deletes: bool, overwrites: bool
) -> None:
    server.run(ENSURE, answers, secrets=KEYS)
    assert state(server, "proof") == {"deletes": deletes, "overwrites": overwrites}


def test_a_key_that_could_destroy_is_tried_again_each_time(server: Recorder) -> None:
    server.run(ENSURE, {WRITE: "", DELETE: ""}, secrets=KEYS)
    server.answers[WRITE] = once(LOCKED)
    server.run(ENSURE, secrets=KEYS)
    assert state(server, "proof") == {"deletes": False, "overwrites": False}


def test_a_refused_key_changes_nothing(server: Recorder) -> None:
    set_up(server)
    before = {path: path.read_text() for path in server.file(COPY).rglob("*.json")}
    new = {"key_id": "OTHER", "secret_key": "other-s3cr3t"}
    problem = (
        "the second store, c at https://second, refuses the key petbase:copyAccessKeyId (An error occurred "
        "(AccessDenied) when calling the PutObject operation: Access Denied); nothing was changed. Look at "
        "bucket, region and key"
    )
    assert server.fails(ENSURE, {WRITE: DENIED}, secrets=new) == problem
    assert {path: path.read_text() for path in server.file(COPY).rglob("*.json")} == before


def test_a_server_whose_clock_is_off_is_told_so(server: Recorder) -> None:
    said = DENIED.stderr.replace("AccessDenied", "RequestTimeTooSkewed")
    problem = server.fails(ENSURE, {WRITE: Answer(1, "", said)}, secrets=KEYS)
    assert problem.endswith("; nothing was changed. Look at the server's clock: timedatectl")


def test_what_comes_back_changed_is_refused(server: Recorder) -> None:
    problem = server.fails(ENSURE, {READ: "other"}, secrets=KEYS)
    assert f"({PROBE} came back with other bytes than were written); nothing was changed." in problem


def test_a_store_that_is_not_reached_is_no_error_and_is_copied_to_later(server: Recorder) -> None:
    away = Answer(1, "", 'Could not connect to the endpoint URL: "https://second/c"\n')
    server.run(ENSURE, {WRITE: away}, secrets=KEYS)
    assert (state(server, "settings") or {})["bucket"] == "c"
    assert state(server, "proof") is None
    assert "the second store, c at https://second, is not reached from here (Could not connect" in server.printed


def test_another_bucket_begins_anew_and_another_key_does_not(server: Recorder) -> None:
    set_up(server)
    mark = {"bytes": 1, "etag": "x", "sha256": "y", "at": 1}
    put(server, f"{COPY}/done/{NEW}", **mark)
    server.run(ENSURE, secrets={**KEYS, "key_id": "OTHER"})
    assert state(server, f"done/{NEW}") == mark
    server.run(replace(ENSURE, prefix="other/"), {f"{SECOND} s3 cp --no-progress": "The stack prod writes here."},
               secrets=KEYS)  # fmt: skip
    assert state(server, f"done/{NEW}") is None


def test_removing_it_forgets_the_key_and_asks_no_store(server: Recorder) -> None:
    set_up(server)
    assert server.run(RemoveCopy("db")) == []
    assert not server.file(COPY).exists()
    assert server.printed == "db: dumps are no longer copied to a second store; the copies there stay\n"
    assert server.run(RemoveCopy("db")) == []
    assert server.printed == ""


def test_another_stacks_service_is_left_alone(server: Recorder) -> None:
    put(server, "/var/lib/petbase/services/db/owner", how="made", stack="staging")
    assert server.fails(ENSURE, secrets=KEYS).startswith("the service db belongs to the stack staging, not to prod")
