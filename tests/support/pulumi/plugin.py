"""A real provider plugin in place of a stand-in: its process, asked by gRPC as the engine asks it."""

import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import grpc  # type: ignore[import-untyped]
from google.protobuf.empty_pb2 import Empty  # type: ignore[import-untyped]
from pulumi.runtime._grpc_settings import _GRPC_CHANNEL_OPTIONS
from pulumi.runtime.proto import engine_pb2_grpc, provider_pb2, provider_pb2_grpc

from sandbox.providers.resource import ApiError, Log, no_log

_SEVERITY = ("debug", "info", "warning", "error")


@contextmanager
def running(executable: Path) -> Iterator["Plugin"]:
    """The plugin, until the block ends."""
    engine, logged = grpc.server(ThreadPoolExecutor(4)), _Engine()
    engine_pb2_grpc.add_EngineServicer_to_server(logged, engine)
    port = engine.add_insecure_port("127.0.0.1:0")
    engine.start()
    words = [str(executable), f"127.0.0.1:{port}"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        listens = f"127.0.0.1:{process.stdout.readline().strip()}"
        with grpc.insecure_channel(listens, options=_GRPC_CHANNEL_OPTIONS) as channel:
            yield Plugin(provider_pb2_grpc.ResourceProviderStub(channel), logged)
        process.kill()
    engine.stop(None)


class Plugin:
    """A provider's questions, sent to the plugin's process."""

    def __init__(self, stub: Any, engine: "_Engine") -> None:
        self._stub, self._engine = stub, engine
        self.Configure(provider_pb2.ConfigureRequest(acceptSecrets=True, acceptResources=True))

    @property
    def log_for(self) -> Callable[[str], Log]:
        return lambda _urn: self._engine.log

    @log_for.setter
    def log_for(self, log_for: Callable[[str], Log]) -> None:
        self._engine.log = log_for("")

    def __getattr__(self, name: str) -> Callable[[Any], Any]:
        return partial(_ask, getattr(self._stub, name))


class _Engine(engine_pb2_grpc.EngineServicer):
    """The one thing that a plugin asks of its engine: to log."""

    def __init__(self) -> None:
        self.log: Log = no_log

    def Log(self, request: Any, _context: Any) -> Empty:  # noqa: N802  (gRPC's name)
        if request.severity:  # not what is for debugging
            self.log(_SEVERITY[request.severity], request.message, request.ephemeral)
        return Empty()


def _ask(method: Callable[[Any], Any], request: Any) -> Any:
    try:
        return method(request)
    except grpc.RpcError as problem:
        raise ApiError(problem.details()) from None
