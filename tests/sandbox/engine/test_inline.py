"""The program in this process: how it ends when its engine ends first, and what the next run must not feel of that."""

import asyncio
import contextvars
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc  # type: ignore[import-untyped]
import pytest
from google.protobuf import empty_pb2  # type: ignore[import-untyped]
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc
from pulumi.runtime.settings import Settings

from sandbox.engine.inline import Program


class Listening(engine_pb2_grpc.EngineServicer):
    def Log(self, request: Any, context: Any) -> empty_pb2.Empty:  # noqa: N802, ARG002  gRPC's name
        return empty_pb2.Empty()


@contextmanager
def engine_at(address: str) -> Iterator[None]:
    """An engine, until the block ends."""
    server = grpc.server(ThreadPoolExecutor(1))
    engine_pb2_grpc.add_EngineServicer_to_server(Listening(), server)
    server.add_insecure_port(address)
    server.start()
    try:
        yield
    finally:
        server.stop(0).wait()


def log(engine: Any) -> None:
    engine.Log(engine_pb2.LogRequest(message="hello"))


def begun(address: str) -> Any:
    return contextvars.copy_context().run(lambda: Settings("tiny", "sandbox", engine=address).engine)


def test_an_engine_is_called_afresh_though_an_earlier_one_ended_on_its_port() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = f"127.0.0.1:{free.getsockname()[1]}"
    ended = begun(address)
    with pytest.raises(grpc.RpcError, match="Connection refused"):
        log(ended)
    with engine_at(address):
        log(begun(address))


@pytest.fixture
def program(tmp_path: Path) -> Program:
    path = tmp_path / "__main__.py"
    path.write_text("")
    return Program(path)


async def run(program: Program, problem: Exception, said: list[str]) -> None:
    """As the SDK runs it: while it waits for an answer, `problem` comes up twice; its clean-up stops a server."""
    loop = asyncio.get_running_loop()
    stop, answer = asyncio.Event(), loop.create_future()

    async def serve() -> None:
        await stop.wait()
        said.append("stopped")

    def come_up() -> None:
        for _ in range(2):
            loop.call_exception_handler({"message": "late", "exception": problem})
        if not answer.cancelled():
            answer.set_result(None)

    server = asyncio.create_task(serve())
    try:
        program()
        loop.call_soon(come_up)
        await answer
        said.append("answered")
    finally:
        stop.set()
        await server


def test_a_program_without_its_engine_ends_and_still_stops_its_hooks_server(program: Program) -> None:
    said: list[str] = []
    with pytest.raises(asyncio.CancelledError):
        asyncio.run(run(program, grpc.RpcError(), said))
    assert said == ["stopped"]


def test_what_is_no_call_of_the_engine_ends_no_program(program: Program) -> None:
    said: list[str] = []
    asyncio.run(run(program, BlockingIOError(), said))
    assert said == ["answered", "stopped"]
