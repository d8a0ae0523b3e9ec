"""The gRPC servers of the stand-ins, one process for all of an engine.

The SDK's own servicer answers; this one adds what it leaves out: the old inputs of diff and update, assets' hashes,
errors as one readable text instead of a Python traceback, log lines while a resource works, and an end when the engine
is gone.
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
from pulumi.provider.experimental import server as sdk
from pulumi.provider.experimental.property_value import PropertyValue
from pulumi.runtime._grpc_settings import _GRPC_CHANNEL_OPTIONS
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc, provider_pb2, provider_pb2_grpc

from . import assets, launch
from .provider import OLD_INPUTS, Provider
from .resource import ApiError, Log
from .values import plain_map

_SEVERITY = {"debug": 0, "info": 1, "warning": 2, "error": 3}
_PARALLEL = 64
"""More than the engine ever asks at once: remote commands wait for locks, and a waiting one must not hold up others."""


class Servicer(sdk.ProviderServicer):
    """The SDK's servicer with readable errors."""

    async def DiffConfig(self, _request: Any, _context: Any) -> Any:  # noqa: N802  (gRPC's names)
        """The SDK's own one breaks on every difference; "unknown" lets the engine compare the inputs itself."""
        return provider_pb2.DiffResponse(changes=provider_pb2.DiffResponse.DIFF_UNKNOWN)

    async def Handshake(self, _request: Any, context: Any) -> Any:  # noqa: N802
        """Optional in the protocol; the SDK's refusal prints a traceback."""
        await context.abort(grpc.StatusCode.UNIMPLEMENTED, "no handshake")


def _readable(name: str) -> Callable[[Any, Any, Any], Awaitable[Any]]:
    inner = getattr(sdk.ProviderServicer, name)

    async def method(self: Any, request: Any, context: Any) -> Any:
        assets.from_wire(request)
        if hasattr(request, "old_inputs"):
            OLD_INPUTS.set(plain_map(PropertyValue.unmarshal_map(request.old_inputs)))
        try:
            answer = await inner(self, request, context)
            assets.to_wire(answer)
            return answer
        except Exception as problem:  # noqa: BLE001  (whatever it was, the engine must get a text)
            await context.abort(grpc.StatusCode.UNKNOWN, error_text(problem))

    return method


for _name in ("CheckConfig", "Configure", "Check", "Diff", "Create", "Update", "Delete", "Read", "Invoke"):
    setattr(Servicer, _name, _readable(_name))


def error_text(problem: BaseException) -> str:
    """What the user reads. The SDK puts a traceback into the error's text; the original is its context."""
    original = problem.__context__ or problem
    return str(original) if isinstance(original, ApiError) else f"the sandbox's provider failed: {original!r}"


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
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(
        Servicer([], provider.schema.version, provider, engine_address=engine), server
    )
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
