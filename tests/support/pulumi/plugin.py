"""A real provider plugin in place of a stand-in: its process, asked by gRPC as the engine asks it."""

import subprocess
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc  # type: ignore[import-untyped]
from google.protobuf.empty_pb2 import Empty  # type: ignore[import-untyped]
from pulumi.provider.experimental import provider as api
from pulumi.provider.experimental.property_value import PropertyValue
from pulumi.runtime._grpc_settings import _GRPC_CHANNEL_OPTIONS
from pulumi.runtime.proto import engine_pb2_grpc, provider_pb2, provider_pb2_grpc

from sandbox.providers import assets
from sandbox.providers.provider import OLD_INPUTS
from sandbox.providers.resource import ApiError, Log, no_log
from sandbox.providers.values import wrapped

_REPLACING = (
    provider_pb2.PropertyDiff.ADD_REPLACE,
    provider_pb2.PropertyDiff.DELETE_REPLACE,
    provider_pb2.PropertyDiff.UPDATE_REPLACE,
)
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


class Plugin(api.Provider):
    """A provider's questions, sent to the plugin's process."""

    def __init__(self, stub: Any, engine: "_Engine") -> None:
        super().__init__()
        self._stub, self._engine = stub, engine
        self._ask(stub.Configure, provider_pb2.ConfigureRequest(acceptSecrets=True, acceptResources=True))

    @property
    def log_for(self) -> Callable[[str], Log]:
        return lambda _urn: self._engine.log

    @log_for.setter
    def log_for(self, log_for: Callable[[str], Log]) -> None:
        self._engine.log = log_for("")

    async def check(self, asked: api.CheckRequest) -> api.CheckResponse:
        request = provider_pb2.CheckRequest(
            urn=asked.urn, olds=_wire(asked.old_inputs), news=_wire(asked.new_inputs), randomSeed=asked.random_seed
        )
        answer = self._ask(self._stub.Check, request)
        return api.CheckResponse(
            _values(answer.inputs), [api.CheckFailure(one.property, one.reason) for one in answer.failures]
        )

    async def diff(self, asked: api.DiffRequest) -> api.DiffResponse:
        request = provider_pb2.DiffRequest(
            id=asked.resource_id,
            urn=asked.urn,
            olds=_wire(asked.old_state),
            news=_wire(asked.new_inputs),
            old_inputs=_old_inputs(),
        )
        answer = self._ask(self._stub.Diff, request)
        # The engine looks at the details alone where there are some.
        replacing = [path for path, one in answer.detailedDiff.items() if one.kind in _REPLACING]
        return api.DiffResponse(
            changes=answer.changes == provider_pb2.DiffResponse.DIFF_SOME,
            replaces=sorted({path.partition("[")[0] for path in replacing}),
            diffs=list(answer.diffs),
        )

    async def create(self, asked: api.CreateRequest) -> api.CreateResponse:
        request = provider_pb2.CreateRequest(
            properties=_wire(asked.properties), preview=asked.preview, **_resource(asked)
        )
        answer = self._ask(self._stub.Create, request)
        return api.CreateResponse(answer.id, _values(answer.properties))

    async def update(self, asked: api.UpdateRequest) -> api.UpdateResponse:
        request = provider_pb2.UpdateRequest(
            id=asked.resource_id,
            olds=_wire(asked.olds),
            news=_wire(asked.news),
            old_inputs=_old_inputs(),
            preview=asked.preview,
            **_resource(asked),
        )
        return api.UpdateResponse(_values(self._ask(self._stub.Update, request).properties))

    async def delete(self, asked: api.DeleteRequest) -> None:
        request = provider_pb2.DeleteRequest(
            id=asked.resource_id, properties=_wire(asked.properties), old_inputs=_wire({}), **_resource(asked)
        )
        self._ask(self._stub.Delete, request)

    @staticmethod
    def _ask(method: Any, request: Any) -> Any:
        assets.to_wire(request)
        try:
            answer = method(request)
        except grpc.RpcError as problem:
            raise ApiError(problem.details()) from None
        assets.from_wire(answer)
        return answer


class _Engine(engine_pb2_grpc.EngineServicer):
    """The one thing that a plugin asks of its engine: to log."""

    def __init__(self) -> None:
        self.log: Log = no_log

    def Log(self, request: Any, _context: Any) -> Empty:  # noqa: N802  (gRPC's name)
        if request.severity:  # not what is for debugging
            self.log(_SEVERITY[request.severity], request.message, request.ephemeral)
        return Empty()


def _resource(asked: api.CreateRequest | api.UpdateRequest | api.DeleteRequest) -> dict[str, Any]:
    return {"urn": asked.urn, "name": asked.name, "type": asked.type, "timeout": asked.timeout}


def _wire(values: Mapping[str, PropertyValue]) -> Any:
    return PropertyValue.marshal_map(dict(values))


def _values(found: Any) -> dict[str, PropertyValue]:
    return dict(PropertyValue.unmarshal_map(found))


def _old_inputs() -> Any:
    return _wire({name: wrapped(value) for name, value in (OLD_INPUTS.get() or {}).items()})
