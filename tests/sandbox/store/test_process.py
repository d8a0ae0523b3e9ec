"""The store as a process, and its bad days."""

import contextlib
import os
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import IncompleteReadError, ReadTimeoutError, ResponseStreamingError

from sandbox.store import Store, StoreError, faults
from tests.sandbox.store.conftest import BUCKET, MakeClient
from tests.sandbox.store.test_objects import put, refusal


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "store")
    yield store
    store.stop()


def test_starting_twice_is_one_process_and_a_restart_keeps_the_port(own: Store) -> None:
    own.start()
    endpoint, first = own.endpoint, (own.root / "store.json").read_text()
    own.start()
    assert (own.root / "store.json").read_text() == first
    own.stop()
    assert not own.is_running()
    own.start()
    assert own.is_running()
    assert own.endpoint == endpoint


def test_stopping_what_does_not_run_is_nothing(own: Store) -> None:
    own.stop()
    assert not own.is_running()


def test_a_store_that_was_never_started_has_no_endpoint(own: Store) -> None:
    with pytest.raises(StoreError, match="was never started"):
        own.endpoint  # noqa: B018


def test_a_port_that_another_program_took_is_named(own: Store) -> None:
    own.start()
    own.stop()
    with (
        _taken(urlsplit(own.endpoint).port or 0),
        pytest.raises(StoreError, match=r"does not start on port \d+: .*Address already in use"),
    ):
        own.start()


def test_a_killed_store_keeps_what_it_held_and_starts_again(store: Store, s3: Any) -> None:
    put(s3, "one", b"dump")
    os.kill(int(_held(store, "pid")), signal.SIGKILL)
    deadline = time.monotonic() + 10
    while store.is_running():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    store.start()
    assert s3.get_object(Bucket=BUCKET, Key="one")["Body"].read() == b"dump"


def test_only_its_owner_reads_the_store(store: Store, s3: Any) -> None:
    put(s3, "one")
    for file in (*store.root.glob("tokens/*"), *store.root.glob("buckets/*/objects/*"), store.root / "store.log"):
        assert file.stat().st_mode & 0o077 == 0, file
    assert (store.root / "tokens").stat().st_mode & 0o077 == 0


def test_the_log_names_requests_but_no_signatures(store: Store, s3: Any) -> None:
    url = s3.generate_presigned_url("get_object", Params={"Bucket": BUCKET, "Key": "logged"}, ExpiresIn=60)
    _raw(store, f"GET {url.removeprefix(store.endpoint)} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    log = (store.root / "store.log").read_text()
    assert f"GET /{BUCKET}/logged" in log
    assert "X-Amz-Signature" not in log


def test_a_fault_refuses_so_often_and_then_no_more(store: Store, s3: Any, make_client: MakeClient) -> None:
    faults.order(store.root, status=503, times=2, method="PUT")
    assert s3.list_objects_v2(Bucket=BUCKET)["KeyCount"] == 0  # another method
    assert refusal(put, s3=s3, key="one") == ("ServiceUnavailable", 503)
    retrying = make_client(retries={"total_max_attempts": 3})
    retrying.put_object(Bucket=BUCKET, Key="one", Body=b"dump")
    assert not (store.root / "faults.json").exists()


def test_a_fault_truncates_an_answer(store: Store, s3: Any) -> None:
    put(s3, "one", b"0123456789")
    faults.order(store.root, truncate=4, method="GET", key="one")
    with pytest.raises((IncompleteReadError, ResponseStreamingError)):
        s3.get_object(Bucket=BUCKET, Key="one")["Body"].read()
    assert s3.get_object(Bucket=BUCKET, Key="one")["Body"].read() == b"0123456789"


def test_a_fault_makes_an_answer_late(store: Store, make_client: MakeClient) -> None:
    hasty = make_client(read_timeout=0.2)
    faults.order(store.root, slow=1.5, method="GET")
    with pytest.raises(ReadTimeoutError):
        hasty.list_objects_v2(Bucket=BUCKET)


def test_an_upload_that_breaks_off_leaves_no_object(store: Store, s3: Any) -> None:
    head = f"PUT /{BUCKET}/half HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n"
    answer = _raw(store, head.encode() + b"half of it")
    assert b"<Code>IncompleteBody</Code>" in answer
    assert s3.list_objects_v2(Bucket=BUCKET)["KeyCount"] == 0
    assert [file for file in (store.root / "incoming").iterdir() if file.stat().st_size] == []


def test_a_body_without_a_length_is_refused(store: Store) -> None:
    answer = _raw(store, f"PUT /{BUCKET}/x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
    assert answer.startswith(b"HTTP/1.1 411 ")


def _taken(port: int) -> socket.socket:
    """A socket that has the port and never answers."""
    taken = socket.socket()
    # The store's own connections linger on it for a minute.
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    taken.bind(("127.0.0.1", port))
    taken.listen()
    return taken


def _held(store: Store, name: str) -> str:
    import json

    return str(json.loads((store.root / "store.json").read_text())[name])


def _raw(store: Store, request: bytes) -> bytes:
    port = urlsplit(store.endpoint).port or 0
    answer = b""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        with contextlib.suppress(ConnectionResetError):
            while chunk := connection.recv(65536):
                answer += chunk
    return answer
