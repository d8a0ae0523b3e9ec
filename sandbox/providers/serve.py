"""The gRPC servers of the stand-ins, one process for all of an engine.

Here are threads for what takes long, errors as one readable text instead of a Python traceback, log lines while a
resource works, and an end when the engine is gone.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path
from typing import Any

import grpc  # type: ignore[import-untyped]
import grpc.aio  # type: ignore[import-untyped]
from pulumi.runtime._grpc_settings import _GRPC_CHANNEL_OPTIONS
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc, provider_pb2_grpc

from . import launch
from .provider import Provider
from .resource import ApiError, Log

_SEVERITY = {"debug": 0, "info": 1, "warning": 2, "error": 3}
_PARALLEL = 64
"""More than the engine ever asks at once: remote commands wait for locks, and a waiting one must not hold up others."""
_QUICK = ("GetPluginInfo", "CheckConfig", "DiffConfig", "Configure", "Check", "Diff", "Cancel")
_LONG = ("Create", "Read", "Update", "Delete", "Invoke")


class Servicer(provider_pb2_grpc.ResourceProviderServicer):
    """The protocol's methods, answered by a provider."""

    def __init__(self, provider: Provider) -> None:
        for name in (*_QUICK, *_LONG):
            setattr(self, name, _readable(getattr(provider, name), in_thread=name in _LONG))

    async def Handshake(self, _request: Any, context: Any) -> Any:  # noqa: N802  (gRPC's name)
        """Optional in the protocol; the generated refusal prints a traceback."""
        await context.abort(grpc.StatusCode.UNIMPLEMENTED, "no handshake")


def _readable(method: Callable[[Any], Any], *, in_thread: bool) -> Callable[[Any, Any], Awaitable[Any]]:
    async def answer(request: Any, context: Any) -> Any:
        try:
            return await asyncio.to_thread(method, request) if in_thread else method(request)
        except Exception as problem:  # noqa: BLE001  (whatever it was, the engine must get a text)
            await context.abort(grpc.StatusCode.UNKNOWN, error_text(problem))

    return answer


def error_text(problem: BaseException) -> str:
    """What the user reads."""
    return str(problem) if isinstance(problem, ApiError) else f"the sandbox's provider failed: {problem!r}"


def main(root: Path, engine: str, pid: int) -> None:
    """Serve each provider that a plugin's process (launch.py) asks for, until the engine, process `pid`, is gone."""
    asyncio.run(_serve(root, engine, pid))


async def _serve(root: Path, engine: str, pid: int) -> None:
    loop = asyncio.get_running_loop()
    loop.set_default_executor(ThreadPoolExecutor(_PARALLEL))
    # Threads may still hold a connection; an engine that was killed must take them along.
    loop.add_reader(os.pidfd_open(pid), os._exit, 0)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        name = (await reader.readline()).decode().strip()
        server, port = _server(import_module(f"sandbox.providers.{name}").provider(root), engine)
        await server.start()
        writer.write(f"{port}\n".encode())
        await reader.read()  # to the end of the plugin's process
        await server.stop(None)
        writer.close()

    async with await asyncio.start_unix_server(answer, launch.address(engine)) as asked:
        await asked.serve_forever()


def _server(provider: Provider, engine: str) -> tuple[Any, int]:
    """A server for one provider, and its loopback port."""
    provider.log_for = _logger(engine)
    server = grpc.aio.server(options=_GRPC_CHANNEL_OPTIONS)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(Servicer(provider), server)
    return server, server.add_insecure_port("127.0.0.1:0")


def _logger(engine: str) -> Callable[[str], Log]:
    stub = engine_pb2_grpc.EngineStub(grpc.insecure_channel(engine, options=_GRPC_CHANNEL_OPTIONS))

    def log_for(urn: str) -> Log:
        def log(severity: str, text: str, passing: bool) -> None:
            level: Any = _SEVERITY[severity]
            request = engine_pb2.LogRequest(severity=level, message=text, urn=urn, ephemeral=passing)
            stub.Log(request)

        return log

    return log_for
