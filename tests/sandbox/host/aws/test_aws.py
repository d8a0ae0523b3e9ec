"""The aws of the dump image, against the real store: words, outputs, exit codes."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.host.aws.show import text
from sandbox.store import Store, account, faults, objects, tamper

_BUCKET, _KEY, _SECRET = "db-backups", "a" * 32, "b" * 64
_CHECKOUT = Path(__file__).resolve().parents[4]
_AT = 1_700_000_000.0


class Aws:
    def __init__(self, store: Store) -> None:
        self.root, self.endpoint = store.root, store.endpoint
        self.variables = {
            "AWS_ACCESS_KEY_ID": _KEY,
            "AWS_SECRET_ACCESS_KEY": _SECRET,
            "AWS_DEFAULT_REGION": "auto",
            "AWS_REQUEST_CHECKSUM_CALCULATION": "when_required",
            "AWS_RESPONSE_CHECKSUM_VALIDATION": "when_required",
            "PATH": os.environ["PATH"],
            "HOME": "/nonexistent",
        }

    def __call__(self, *words: str, stdin: bytes = b"", **variables: str) -> subprocess.CompletedProcess[bytes]:
        command = [sys.executable, "-m", "sandbox.host.aws", "--endpoint-url", self.endpoint, *words]
        environment = {key: value for key, value in (self.variables | variables).items() if value}
        return subprocess.run(
            command, input=stdin, env=environment, cwd=_CHECKOUT, capture_output=True, check=False, timeout=60
        )

    def plant(self, key: str, content: bytes = b"0123456789") -> None:
        tamper.plant(self.root, _BUCKET, key, content, _AT)

    def held(self, key: str) -> bytes:
        return tamper.content(self.root, _BUCKET, key)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    store = Store(tmp_path_factory.mktemp("aws"))
    store.start()
    account.create_bucket(store.root, _BUCKET)
    account.put_token(store.root, _KEY, _SECRET, _BUCKET, write=True)
    yield store
    store.stop()


@pytest.fixture
def aws(store: Store) -> Iterator[Aws]:
    yield Aws(store)
    faults.clear(store.root)
    account.put_lock(store.root, _BUCKET, [])
    for file in (account.bucket_dir(store.root, _BUCKET) / "objects").iterdir():
        file.unlink()


# s3


def test_a_stream_goes_up_and_comes_down(aws: Aws) -> None:
    content = bytes(range(256)) * 40_000  # 10 MB: more than one part
    assert aws("s3", "cp", "-", f"s3://{_BUCKET}/a/b c.tgz", stdin=content).returncode == 0
    assert aws.held("a/b c.tgz") == content
    down = aws("s3", "cp", "--no-progress", f"s3://{_BUCKET}/a/b c.tgz", "-")
    assert (down.returncode, down.stderr) == (0, b"")
    assert down.stdout == content


def test_a_stream_of_many_parts_comes_down_whole(aws: Aws) -> None:
    content = os.urandom(1 << 20) * 96
    aws.plant("big", content)
    assert aws("s3", "cp", f"s3://{_BUCKET}/big", "-").stdout == content


def test_a_content_type_goes_with_the_object(aws: Aws) -> None:
    words = ("--only-show-errors", "--content-type", "application/json", "-", f"s3://{_BUCKET}/one.json")
    assert aws("s3", "cp", *words, stdin=b"{}").stdout == b""
    (kept,) = objects.listing(aws.root, _BUCKET)
    assert (kept.headers["content-type"], kept.size) == ("application/json", 2)


def test_a_key_that_is_not_there_is_fatal(aws: Aws) -> None:
    ran = aws("s3", "cp", f"s3://{_BUCKET}/none", "-")
    assert (ran.returncode, ran.stdout) == (1, b"")
    assert ran.stderr == (
        b'fatal error: An error occurred (404) when calling the HeadObject operation: Key "none" does not exist\n'
    )


def test_a_refused_upload_is_said_and_answers_1(aws: Aws) -> None:
    faults.order(aws.root, status=403, method="PUT")
    ran = aws("s3", "cp", "-", f"s3://{_BUCKET}/one", stdin=b"x")
    assert ran.returncode == 1
    assert ran.stderr.startswith(f"upload failed: - to s3://{_BUCKET}/one An error occurred (AccessDenied)".encode())


def test_a_download_that_breaks_off_is_no_success(aws: Aws) -> None:
    aws.plant("one")
    faults.order(aws.root, truncate=4, times=0, method="GET", key="one")
    ran = aws("s3", "cp", f"s3://{_BUCKET}/one", "-")
    assert ran.returncode == 1
    assert ran.stderr.startswith(f"download failed: s3://{_BUCKET}/one to - ".encode())


def test_a_download_that_breaks_off_once_is_whole(aws: Aws) -> None:
    aws.plant("one")
    faults.order(aws.root, truncate=4, method="GET", key="one")
    assert aws("s3", "cp", f"s3://{_BUCKET}/one", "-").stdout == b"0123456789"


def test_a_file_goes_up_and_comes_down_and_is_copied_in_the_store(aws: Aws, tmp_path: Path) -> None:
    (tmp_path / "one").write_bytes(b"dump")
    up = aws("s3", "cp", str(tmp_path / "one"), f"s3://{_BUCKET}/dumps/")
    assert up.stdout.decode() == f"upload: {tmp_path}/one to s3://{_BUCKET}/dumps/\n"
    assert aws("s3", "cp", "--quiet", f"s3://{_BUCKET}/dumps/one", f"s3://{_BUCKET}/two").stdout == b""
    assert aws("s3", "cp", "--quiet", f"s3://{_BUCKET}/two", str(tmp_path)).returncode == 0
    assert (tmp_path / "two").read_bytes() == b"dump"


def test_parts_of_an_upload_that_is_refused_are_taken_back(aws: Aws) -> None:
    faults.order(aws.root, status=403, method="POST", key="big", times=0)
    assert aws("s3", "cp", "-", f"s3://{_BUCKET}/big", stdin=bytes(9 << 20)).returncode == 1
    faults.order(aws.root, status=403, method="PUT", key="big", times=0)
    ran = aws("s3", "cp", "-", f"s3://{_BUCKET}/big", stdin=bytes(9 << 20))
    assert b"when calling the UploadPart operation" in ran.stderr
    uploads = account.bucket_dir(aws.root, _BUCKET) / "uploads"
    assert not uploads.exists() or not list(uploads.iterdir())


# s3api


def test_a_listing_is_rows_of_words(aws: Aws) -> None:
    for key in ("p/b", "p/a", "other"):
        aws.plant(key)
    words = ("s3api", "list-objects-v2", "--bucket", _BUCKET, "--prefix", "p/", "--output", "text")
    ran = aws(*words, "--query", "Contents[].[Key,Size,LastModified,ETag]")
    row = '10\t2023-11-14T22:13:20+00:00\t"781e5e245d69b566979b86e28d23f2c7"'
    assert ran.stdout.decode().splitlines() == [f"p/a\t{row}", f"p/b\t{row}"]


def test_nothing_found_is_the_word_none(aws: Aws) -> None:
    words = ("s3api", "list-objects-v2", "--bucket", _BUCKET, "--query", "Contents[].[Key]", "--output", "text")
    assert aws(*words).stdout == b"None\n"


def test_in_text_a_query_is_of_each_page_and_in_json_of_all(aws: Aws) -> None:
    for number in range(3):
        aws.plant(f"k{number}")
    words = ("s3api", "list-objects-v2", "--bucket", _BUCKET, "--page-size", "2", "--query", "length(Contents)")
    assert aws(*words, "--output", "text").stdout == b"2\n1\n"
    assert aws(*words, "--output", "json").stdout == b"3\n"


def test_a_copy_stays_in_the_store(aws: Aws) -> None:
    aws.plant("dumps/one")
    words = ("s3api", "copy-object", "--bucket", _BUCKET, "--key", "verified/one")
    ran = aws(*words, "--copy-source", f"{_BUCKET}/dumps/one")
    assert json.loads(ran.stdout)["CopyObjectResult"]["ETag"] == '"781e5e245d69b566979b86e28d23f2c7"'
    assert aws.held("verified/one") == aws.held("dumps/one")


def test_an_answer_without_content_prints_nothing(aws: Aws) -> None:
    aws.plant("one")
    assert aws("s3api", "delete-object", "--bucket", _BUCKET, "--key", "one").stdout == b""


def test_a_locked_object_is_not_deleted(aws: Aws) -> None:
    aws.plant("two")
    rule = {"id": "l", "enabled": True, "prefix": "", "condition": {"type": "Indefinite"}}
    account.put_lock(aws.root, _BUCKET, [rule])
    ran = aws("s3api", "delete-object", "--bucket", _BUCKET, "--key", "two")
    assert (ran.returncode, aws.held("two")) == (254, b"0123456789")
    assert ran.stderr.startswith(b"\nAn error occurred (ObjectLocked")


def test_one_page_of_a_listing_is_the_whole_answer(aws: Aws) -> None:
    aws.plant("a b+c")
    aws.plant("two")
    found = json.loads(aws("s3api", "list-objects-v2", "--bucket", _BUCKET, "--max-keys", "1").stdout)
    assert (found["IsTruncated"], found["KeyCount"], [one["Key"] for one in found["Contents"]]) == (True, 1, ["a b+c"])


@pytest.mark.parametrize(
    ("words", "code", "error"),
    [
        (("s3api", "list-objects-v2", "--bucket", "other"), 254, "An error occurred (AccessDenied) when calling"),
        (("s3api", "list-objects-v2"), 252, "aws: [ERROR]: the following arguments are required: --bucket"),
        (("s3api", "list-objects-v2", "--bucket"), 252, "aws: [ERROR]: argument --bucket: expected one argument"),
        (("s3api", "no-such"), 252, "aws: [ERROR]: argument operation: Found invalid choice 'no-such'"),
        (("s3", "cp", "--nonsense", "a", "b"), 252, "aws: [ERROR]: Unknown options: --nonsense"),
        (
            ("s3api", "list-objects-v2", "--bucket", _BUCKET, "--query", "[["),
            252,
            "aws: [ERROR]: Bad value for --query",
        ),
        (("ec2", "describe-instances"), 252, "aws: [ERROR]: (stand-in) argument command: the sandbox's aws knows s3,"),
    ],
)
def test_a_failure_has_its_code(aws: Aws, words: tuple[str, ...], code: int, error: str) -> None:
    ran = aws(*words)
    assert (ran.returncode, ran.stdout) == (code, b"")
    assert ran.stderr.decode().startswith(f"\n{error}")


def test_without_credentials_nothing_is_asked(aws: Aws) -> None:
    ran = aws("s3api", "list-objects-v2", "--bucket", _BUCKET, AWS_ACCESS_KEY_ID="", AWS_SECRET_ACCESS_KEY="")
    assert ran.returncode == 253
    assert ran.stderr.startswith(b"\nUnable to locate credentials.")


def test_a_store_that_is_not_there_is_said(aws: Aws) -> None:
    ran = aws("s3api", "list-objects-v2", "--bucket", _BUCKET, "--endpoint-url", "http://127.0.0.1:9")
    assert ran.returncode == 255
    assert ran.stderr == b'\nCould not connect to the endpoint URL: "http://127.0.0.1:9/db-backups?list-type=2' + (
        b'&encoding-type=url"\n'
    )


def test_a_sick_store_is_asked_three_times(aws: Aws) -> None:
    faults.order(aws.root, status=503, times=2)
    words = ("s3api", "list-objects-v2", "--bucket", _BUCKET)
    assert aws(*words).returncode == 0
    faults.order(aws.root, status=503, times=3)
    assert aws(*words).returncode == 254


@pytest.mark.parametrize(
    ("value", "lines"),
    [
        (None, ["None"]),
        (True, ["True"]),
        ([], []),
        (["a", 1], ["a\t1"]),
        ([["a", 1], ["b", None]], ["a\t1", "b\tNone"]),
        ({"B": 1, "A": "x"}, ["x\t1"]),
        ({"Z": 1, "List": [{"K": "a"}, {"K": "b", "S": 2}]}, ["1", "LIST\ta\t", "LIST\tb\t2"]),
        ({"Names": ["a", "b"]}, ["NAMES\ta", "NAMES\tb"]),
    ],
)
def test_text_is_words_between_tabs(value: Any, lines: list[str]) -> None:
    """As aws-cli 1.45's own formatter prints these values, which has version 2's text."""
    assert text(value) == lines
