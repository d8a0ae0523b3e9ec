"""The hourly copy's course: what is copied, read back, recognised, left alone; what a store that refuses comes to."""

import json
from collections.abc import Callable

import pytest

from host.copy.run import RunCopy
from host.copy.upload import _SEND
from host.programs.runner import Answer
from tests.host.copy.scene import (
    COPY,
    DENIED,
    FIRST,
    KEYS,
    LIST_FIRST,
    LIST_SECOND,
    NEW,
    OLD,
    PUT_SMALL,
    SECOND,
    SEND,
    SHA,
    WATCH,
    listed,
    put,
    set_up,
    state,
)  # fmt: skip
from tests.host.recorder import Recorder

RUN = RunCopy("db")
AGAIN = "Try again: ./petbase copy"
EVIDENCE = json.dumps({"at": "2026-11-18T04:00:00Z", "key": "prod/x", "etag": "e7a9", "equal": True, "rows": {}})


def arriving(*names: str) -> Callable[[], str]:
    """The second store, empty at first: each question finds one dump more."""
    there = [list(names[:count]) for count in range(len(names) + 1)]
    return lambda: listed(*(there.pop(0) if len(there) > 1 else there[0]))


@pytest.fixture
def server(server: Recorder) -> Recorder:
    set_up(server)
    server.answers = {
        LIST_FIRST: listed(OLD, NEW, under="verified/"),
        LIST_SECOND: arriving(NEW, OLD),
        SEND: f"{SHA}  -\n",
        "sha256sum": f"{SHA}  -\n",
        f"{FIRST} s3 cp --no-progress s3://b/prod/evidence": EVIDENCE,
        f"{SECOND} s3 cp --no-progress s3://c/prod/evidence": Answer(1, "", "fatal error: (404) Not Found\n"),
    }
    return server


def sent(server: Recorder) -> list[str]:
    return [line.rpartition("/")[2] for line in server.runner.lines if line.startswith(SEND)]


def test_verified_dumps_are_copied_the_newest_first_and_read_back(server: Recorder) -> None:
    server.run(RUN)
    assert sent(server) == [NEW, OLD]
    at = [line for line in server.runner.lines if NEW in line]
    assert at[0] == f"{FIRST} s3 cp --no-progress s3://b/prod/verified/{NEW} -"
    assert at[1].startswith(f"{SEND} 'set -eu")
    assert at[1].endswith(f" sh 1234 https://second s3://c/prod/{NEW}")
    assert at[2] == f"{SECOND} s3 cp --no-progress s3://c/prod/{NEW} -"
    assert state(server, f"done/{NEW}") == {"bytes": 1234, "etag": "e7a9", "sha256": SHA, "at": server.now}
    status = {"at": server.now, "problem": "", "newest": NEW, "copies": 2}
    assert state(server, "status") == status
    assert json.loads(server.printed.splitlines()[-2]) == status


def test_the_evidence_goes_along_with_the_digest(server: Recorder) -> None:
    server.run(RUN)
    (_, text), *_ = [call for call in server.runner.calls if call[0].startswith(PUT_SMALL)]
    assert json.loads(text) == {**json.loads(EVIDENCE), "key": f"prod/{NEW}", "sha256": SHA}


def test_what_was_copied_is_not_touched_again(server: Recorder) -> None:
    server.run(RUN)
    server.answers[LIST_SECOND] = listed(OLD, NEW)
    assert [line.partition(" --bucket")[0] for line in server.run(RUN)] == [
        "docker image inspect petbase/s3backup:0.18.0",
        f"{FIRST} s3api list-objects-v2",
        f"{SECOND} s3api list-objects-v2",
    ]


def test_a_copy_that_is_gone_is_made_again(server: Recorder) -> None:
    server.run(RUN)
    server.answers[LIST_SECOND] = arriving(OLD)
    server.answers[LIST_FIRST] = listed(OLD, under="verified/")
    server.run(RUN)
    assert sent(server) == [OLD]
    assert f"{OLD} is gone from the second store; it is copied again" in server.printed


def test_dumps_older_than_keep_days_are_not_copied_and_no_longer_remembered(server: Recorder) -> None:
    server.run(RUN)
    server.now += 24 * 86_400
    server.answers[LIST_SECOND] = listed(NEW)
    server.run(RUN)
    assert sent(server) == []
    assert state(server, f"done/{OLD}") is None


def test_what_a_run_that_was_cut_off_left_is_recognised_by_its_bytes(server: Recorder) -> None:
    server.answers[LIST_SECOND] = listed(OLD, NEW)
    server.run(RUN)
    assert sent(server) == []
    assert state(server, f"done/{NEW}") == {"bytes": 1234, "etag": "e7a9", "sha256": SHA, "at": server.now}


@pytest.mark.parametrize("there", [{"size": 9}, {"etag": "0dd"}])
def test_a_copy_that_somebody_overwrote_is_told_and_left_as_it_is(server: Recorder, there: dict[str, object]) -> None:
    server.run(RUN)
    server.answers[LIST_SECOND] = json.dumps([*json.loads(listed(OLD)), *json.loads(listed(NEW, **there))])  # type: ignore[arg-type]
    digests = iter(["0dd", SHA])
    server.answers["sha256sum"] = lambda: f"{next(digests)}  -\n"
    problem = (
        f"{NEW} in the second store holds other bytes than the verified dump, and is left as it is. Somebody overwrote "
        "it, or another stack writes there; look for an earlier version in that bucket"
    )
    assert server.fails(RUN) == f"verified dumps of db do not all reach the second store: {problem}. {AGAIN}"
    assert sent(server) == []
    assert (state(server, "status") or {})["problem"] == problem


@pytest.mark.parametrize("seen", [{"etag": "of the drill"}, {"etag": "of parts-2", "bytes": 1233}])
def test_what_changed_in_the_first_store_since_the_drill_is_not_copied(
    server: Recorder, seen: dict[str, object]
) -> None:
    put(server, f"{WATCH}/evidence/{NEW}", **seen)
    says = f"verified/{NEW} holds other bytes than the drill has verified, and is not copied"
    assert says in server.fails(RUN)
    assert sent(server) == [OLD]


REFUSED = "An error occurred (AccessDenied) when calling the PutObject operation: Access Denied"
MORE = " (and 1 more)"


@pytest.mark.parametrize(
    ("line", "answer", "problem"),
    [
        (SEND, DENIED, f"{NEW} was not taken: {REFUSED}{MORE}"),
        (f"{FIRST} s3 cp", DENIED, f"verified/{NEW} cannot be fetched: {REFUSED}{MORE}"),
        (LIST_FIRST, DENIED, f"b at https://first cannot be listed: the bucket does not open: {REFUSED}"),
        (LIST_SECOND, DENIED, f"c at https://second cannot be listed: the bucket does not open: {REFUSED}"),
        ("sha256sum", "0dd  -\n", f"{NEW} came back from the second store with other bytes than were sent{MORE}"),
        (f"{SECOND} s3 cp --no-progress s3://c/prod/postgres", DENIED, f"{NEW} cannot be read back: {REFUSED}{MORE}"),
        (PUT_SMALL, DENIED, f"the bucket refuses: {REFUSED}{MORE}"),
    ],
)  # fmt: skip
def test_a_store_that_refuses_is_a_finding(server: Recorder, line: str, answer: Answer | str, problem: str) -> None:
    server.answers[line] = answer
    assert server.fails(RUN) == f"verified dumps of db do not all reach the second store: {problem}. {AGAIN}"
    assert (state(server, "status") or {})["problem"] == problem
    assert state(server, "done") is None


WRITTEN = f"{PUT_SMALL} text/plain - s3://c/prod/petbase-db.txt"
LOCKED = Answer(1, "", "An error occurred (ObjectLockedByBucketPolicy) when calling the PutObject operation\n")


def written(server: Recorder) -> list[str]:
    return [line for line in server.runner.lines if line.startswith(f"{PUT_SMALL} text/plain")]


def test_a_key_that_only_lists_is_a_finding_within_a_day(server: Recorder) -> None:
    server.run(RUN)
    assert written(server) == [WRITTEN]
    server.answers |= {LIST_SECOND: listed(OLD, NEW), PUT_SMALL: DENIED}
    server.run(RUN)
    assert written(server) == []
    server.now += 86_400
    problem = f"c at https://second takes nothing ({REFUSED}); look at its key"
    for _ in range(2):
        assert server.fails(RUN) == f"verified dumps of db do not all reach the second store: {problem}. {AGAIN}"
        assert written(server) == [WRITTEN]
    server.answers[PUT_SMALL] = ""
    server.run(RUN)
    assert (state(server, "status") or {})["problem"] == ""


def test_what_a_lock_holds_there_was_written_with_a_key_that_may(server: Recorder) -> None:
    server.answers[WRITTEN] = LOCKED
    server.run(RUN)
    assert state(server, "written") == {"place": "https://second s3://c/prod/", "at": server.now}


def test_a_dump_that_the_disk_has_no_room_for_is_not_fetched(server: Recorder) -> None:
    size = 1 << 60
    server.answers |= {LIST_FIRST: listed(NEW, under="verified/", size=size), LIST_SECOND: "null"}
    assert f"MB free, and copying {NEW} needs {size + (64 << 20) >> 20}. Look at: df" in server.fails(RUN)
    assert sent(server) == []


def test_without_a_second_store_it_says_what_to_write(server: Recorder) -> None:
    server.file(f"{COPY}/settings.json").unlink()
    assert server.fails(RUN) == (
        "the dumps of db have no second store on this server. Set backups.copy in the stack file and run pulumi up"
    )


def test_no_word_and_no_line_holds_a_secret(server: Recorder) -> None:
    server.answers[SEND] = Answer(1, "", f"the key {KEYS['secret_key']} is wrong\n")
    problem = server.fails(RUN)
    told = json.dumps(state(server, "status"))
    for text in (server.printed, told, *server.runner.lines):
        assert KEYS["secret_key"] not in text
        assert "s3cr3t" not in text
    assert "s3cr3t" not in problem.replace(KEYS["secret_key"], "")
    environments = [env for env in server.runner.environments if env.get("AWS_ACCESS_KEY_ID") == KEYS["key_id"]]
    assert {env["AWS_SECRET_ACCESS_KEY"] for env in environments} == {KEYS["secret_key"]}


def test_what_is_sent_waits_until_all_of_it_is_there() -> None:
    """The order of the script: the size is looked at before the store is."""
    assert _SEND.index("cat >") < _SEND.index("-eq") < _SEND.index("s3 cp") < _SEND.index("sha256sum")
