"""The gRPC server of a stand-in.

The SDK's own servicer answers; this one adds what it leaves out: the old inputs of diff and update, assets' hashes,
errors as one readable text instead of a Python traceback, log lines while a resource works, and an end when the engine
is gone.
"""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc  # type: ignore[import-untyped]
import grpc.aio  # type: ignore[import-untyped]
from pulumi.provider.experimental import server as sdk
from pulumi.provider.experimental.property_value import PropertyValue
from pulumi.runtime._grpc_settings import _GRPC_CHANNEL_OPTIONS
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc, provider_pb2, provider_pb2_grpc

from . import assets
from .provider import OLD_INPUTS, Provider
from .resource import ApiError, Log
from .values import plain_map

_SEVERITY = {"debug": 0, "info": 1, "warning": 2, "error": 3}
_PARALLEL = 64
"""More than the engine ever asks at once: remote commands wait for locks, and a waiting one must not hold up others."""
_WATCH_SECONDS = 0.5


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


def main(provider: Provider, engine: str) -> None:
    """Serve on a free loopback port, printed as the engine's protocol wants, until the engine (our parent) is gone."""
    asyncio.run(_serve(provider, engine, os.getppid()))


async def _serve(provider: Provider, engine: str, parent: int) -> None:
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(_PARALLEL))
    provider.log_for = _logger(engine)
    server = grpc.aio.server(options=_GRPC_CHANNEL_OPTIONS)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(
        Servicer([], provider.schema.version, provider, engine_address=engine), server
    )
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    while os.getppid() == parent:
        await asyncio.sleep(_WATCH_SECONDS)
    os._exit(0)  # threads may still hold a connection; an engine that was killed must take them along


def _logger(engine: str) -> Callable[[str], Log]:
    stub = engine_pb2_grpc.EngineStub(grpc.insecure_channel(engine, options=_GRPC_CHANNEL_OPTIONS))

    def log_for(urn: str) -> Log:
        def log(severity: str, text: str, passing: bool) -> None:
            level: Any = _SEVERITY[severity]
            request = engine_pb2.LogRequest(severity=level, message=text, urn=urn, ephemeral=passing)
            stub.Log(request)

        return log

    return log_for
