"""Which dump a restore takes where none is named."""

import json
from datetime import UTC, datetime
from pathlib import Path

from host.core.host import Host
from host.dumps.bucket import Bucket
from host.dumps.claim import Claim, to_text
from host.dumps.credentials import Credentials
from host.programs.runner import Answer
from host.watch.own_dumps import newest_of_stack
from tests.host.recorder import Known, RecordedRunner, aws

AWS = aws()
LIST = f"{AWS} s3api list-objects-v2 --bucket b --prefix "
CLAIMS = f"{AWS} s3 cp --no-progress s3://b/claims/db.json -"
ABSENT = Answer(1, "", "fatal error: An error occurred (404): Not Found\n")


def listed(*days: int, under: str = "") -> str:
    names = [f"{under}postgres-db-2026-11-{day:02}-03-00-00.tgz" for day in days]
    return json.dumps([[name, 10, '"e"', "2031-01-01T00:00:00+00:00"] for name in names])


def newest(root: Path, own: str, verified: str, claims: str | Answer = ABSENT) -> str | None:
    answers: dict[str, Known] = {f"{LIST}postgres-db-": own, f"{LIST}verified/postgres-db-": verified, CLAIMS: claims}
    host = Host("prod", RecordedRunner(answers), root=root)
    found = newest_of_stack(Bucket(host, "db", "b", "", "https://store", Credentials("a", "s", "auto")))
    return found.name if found else None


def test_the_newest_of_its_own_place_else_a_verified_copy(tmp_path: Path) -> None:
    copies = listed(1, 2, under="verified/")
    assert newest(tmp_path, listed(3, 4), copies) == "postgres-db-2026-11-04-03-00-00.tgz"
    assert newest(tmp_path, "null", copies) == "verified/postgres-db-2026-11-02-03-00-00.tgz"
    assert newest(tmp_path, "null", "null") is None


def test_another_stacks_is_never_taken(tmp_path: Path) -> None:
    def claim(stack: str, day: int) -> Claim:
        return Claim(stack, "db", str(int(datetime(2026, 11, day, tzinfo=UTC).timestamp()) << 32))

    claims = to_text((claim("prod", 1), claim("staging", 4)))
    assert newest(tmp_path, listed(3, 4, 5), "null", claims) == "postgres-db-2026-11-03-03-00-00.tgz"
    # Those of a server of this stack that was replaced are as good as its own.
    replaced = to_text((claim("prod", 1), claim("prod", 4)))
    assert newest(tmp_path, listed(3), "null", replaced) == "postgres-db-2026-11-03-03-00-00.tgz"
