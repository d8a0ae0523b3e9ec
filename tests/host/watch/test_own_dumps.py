"""Whose a dump is: of this database, of the one before, of another stack; and who may claim what comes."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from host.core.host import Host
from host.dumps.bucket import Bucket
from host.dumps.claim import Claim, claim_at, parse, to_text
from host.dumps.credentials import Credentials
from host.programs.runner import Answer
from host.watch.own_dumps import OwnDumps, own_dumps
from tests.host.recorder import INSIDE, RecordedRunner, aws

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
SQL = f"{INSIDE} psql"
AWS = aws()
LIST, OBJECT = f"{AWS} s3api list-objects-v2", "s3://b/prod/claims/db.json"
GET, PUT = f"{AWS} s3 cp --no-progress {OBJECT} -", f"{AWS} s3 cp --only-show-errors"
ABSENT = Answer(1, "", "fatal error: An error occurred (404) when calling the HeadObject operation: Not Found\n")


def system(made: datetime) -> str:
    return str((int(made.timestamp()) << 32) + 4711)


def claim(made: datetime, stack: str = "prod") -> Claim:
    return Claim(stack, "db", system(made))


def name(hours: float) -> str:
    return f"postgres-db-{NOON + timedelta(hours=hours):%Y-%m-%d-%H-%M-%S}.tgz"


class Server:
    """A server whose PostgreSQL was made at noon, and a bucket with dumps of so many hours after that."""

    def __init__(self, root: Path, *hours: float, claims: str | Answer = ABSENT) -> None:
        rows = [[f"prod/{name(hour)}", 10, '"e"', "2031-01-01T00:00:00+00:00"] for hour in hours]
        self.runner = RecordedRunner({SQL: f"{system(NOON)}\n", LIST: json.dumps(rows), GET: claims})
        self.bucket = Bucket(
            Host("prod", self.runner, root=root), "db", "b", "prod/", "https://store", Credentials("a", "s", "auto")
        )

    def own(self) -> OwnDumps:
        return own_dumps(self.bucket.host, self.bucket)

    def found(self) -> list[str]:
        return [dump.name for dump in self.own().dumps]

    @property
    def written(self) -> list[str]:
        return [text for line, text in self.runner.calls if line.startswith(PUT)]


def test_the_first_claims_the_bucket_and_what_was_there_before_may_be_its_own(tmp_path: Path) -> None:
    server = Server(tmp_path, -24, 1)
    assert server.found() == [name(-24), name(1)]
    assert server.written == [to_text((claim(NOON),))]
    assert parse(server.written[0]) == (claim(NOON),)


def test_the_claims_are_read_again_only_for_a_new_dump(tmp_path: Path) -> None:
    server = Server(tmp_path, 1)
    for _ in range(2):
        server.own()
    assert len([line for line in server.runner.lines if line.startswith(GET)]) == 1
    more = Server(tmp_path, 1, 2, claims=server.written[0])
    more.own()
    assert (len([line for line in more.runner.lines if line.startswith(GET)]), more.written) == (1, [])


def test_a_new_server_of_the_stack_takes_over_and_the_dumps_before_are_not_its_own(tmp_path: Path) -> None:
    before = claim(NOON - timedelta(days=30))
    server = Server(tmp_path, -24, 1, claims=to_text((before,)))
    assert server.own() == OwnDumps(server.own().dumps, server.own().listed, since=int(NOON.timestamp()))
    assert server.own().others == 1
    assert server.found() == [name(1)]
    assert server.written == [to_text((before, claim(NOON)))]


def test_the_server_before_is_told_that_it_was_replaced(tmp_path: Path) -> None:
    later = claim(NOON + timedelta(days=1))
    server = Server(tmp_path, 1, 25, claims=to_text((claim(NOON), later)))
    assert server.found() == [name(1)]
    assert server.own().problem == (
        "a newer database of the stack prod writes its dumps to s3://b/prod/, so this server's count no more. If this "
        "server was replaced, stop its dumps: dokku postgres:backup-unschedule db"
    )
    assert server.written == []


def test_another_stacks_bucket_is_not_claimed_and_its_dumps_do_not_count(tmp_path: Path) -> None:
    server = Server(tmp_path, 1, claims=to_text((claim(NOON - timedelta(days=1), "staging"),)))
    assert server.own() == OwnDumps(
        (),
        server.own().listed,
        since=int(NOON.timestamp()),
        problem="the dumps at s3://b/prod/ are of the stack staging, so none of them counts for prod. Give one of the "
        "two stacks another backups.path",
    )
    assert server.written == []


@pytest.mark.parametrize("text", ["", "{", "[]", '{"claims": [{"stack": "x"}]}'])
def test_an_object_that_holds_something_else_is_written_anew(tmp_path: Path, text: str) -> None:
    server = Server(tmp_path, 1, claims=text)
    assert server.found() == [name(1)]
    assert server.written == [to_text((claim(NOON),))]


def test_where_the_bucket_takes_no_claim_it_is_tried_again_next_time(tmp_path: Path) -> None:
    server = Server(tmp_path, 1)
    server.runner.answers[PUT] = Answer(1, "", "Access Denied")
    assert server.found() == [name(1)]
    assert server.found() == [name(1)]
    assert len(server.written) == 2


def test_where_postgres_does_not_answer_all_dumps_count(tmp_path: Path) -> None:
    server = Server(tmp_path, -24, 1)
    server.runner.answers[SQL] = Answer(2, "", "psql: error: connection refused")
    assert server.own() == OwnDumps(server.own().dumps, server.own().dumps)
    assert server.found() == [name(-24), name(1)]


def test_whose_a_moment_is() -> None:
    claims = (claim(NOON), claim(NOON + timedelta(hours=2), "staging"))
    at = NOON.timestamp()
    assert [claim_at(claims, at + hours * 3600) for hours in (-1, 0, 1, 2)] == [None, claims[0], claims[0], claims[1]]
