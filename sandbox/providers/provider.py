"""One provider for all: the engine's questions answered from the schema, the doing left to each resource's class.

Its methods have the names, the requests and the answers of Pulumi's protocol (pulumi/provider.proto).
"""

# ruff: noqa: N802  (the protocol's names)

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from google.protobuf.empty_pb2 import Empty  # type: ignore[import-untyped]
from pulumi.runtime.proto import plugin_pb2, provider_pb2

from . import changes
from .cloud import Cloud
from .resource import ApiError, Call, Function, Kinds, Log, Resource, World, no_log
from .schema import Problem, Schema
from .values import UNKNOWN, State, has_unknown, plain_map

DEFAULTED = "__defaults"
"""Names the inputs that the provider filled in; bridged providers keep it among the inputs, and so does this one."""

Configure = Callable[[State], State]
"""Takes what the program configured, adds what the environment says, raises ApiError when a token cannot be one."""


class Provider:
    """A stand-in. `kinds` and `functions` map tokens to what they do; `configure` judges the configuration."""

    def __init__(
        self, schema: Schema, root: Path, kinds: Kinds, functions: Mapping[str, Function], configure: Configure = dict
    ) -> None:
        self.schema, self.kinds, self.functions, self._judge = schema, kinds, functions, configure
        self.world = World(root, Cloud(root, schema.package))
        self.log_for: Callable[[str], Log] = lambda _urn: no_log

    def GetPluginInfo(self, _request: Any) -> Any:
        return plugin_pb2.PluginInfo(version=self.schema.version)

    def CheckConfig(self, request: Any) -> Any:
        given = {name: value for name, value in plain_map(request.news).items() if name != "version"}
        found = [] if "__internal" in given else list(self.schema.problems(self.schema.config, [], given))
        return provider_pb2.CheckResponse(inputs=request.news, failures=_failures(found))

    def DiffConfig(self, _request: Any) -> Any:
        """The engine compares the inputs itself."""
        return provider_pb2.DiffResponse(changes=provider_pb2.DiffResponse.DIFF_UNKNOWN)

    def Configure(self, request: Any) -> Any:
        self.world = World(self.world.root, self.world.cloud, self._judge(plain_map(request.args)))
        return provider_pb2.ConfigureResponse(supportsPreview=True)

    def Check(self, request: Any) -> Any:
        kind, declared = self._kind(request, Call(request.name)), self._declared(request)
        given = self.schema.with_defaults(declared["inputs"], plain_map(request.news))
        if kind.auto_named and "name" not in given:
            given |= {"name": _name(request), DEFAULTED: ["name"]}
        found = list(self.schema.problems(declared["inputs"], declared["required"], given)) or list(kind.check(given))
        return provider_pb2.CheckResponse(inputs=self.schema.mark(declared["inputs"], given), failures=_failures(found))

    def Diff(self, request: Any) -> Any:
        new = plain_map(request.news)
        delete_first = self.kinds[request.type].auto_named and "name" not in new.get(DEFAULTED, [])
        return changes.between(self._declared(request)["inputs"], plain_map(request.old_inputs), new, delete_first)

    def Create(self, request: Any) -> Any:
        inputs = _without_marks(plain_map(request.properties))
        if request.preview:
            expected = dict.fromkeys(self._declared(request)["outputs"], UNKNOWN) | inputs
            return provider_pb2.CreateResponse(properties=self._marked(request, expected))
        call = Call(request.name, timeout=request.timeout, log=self.log_for(request.urn))
        key, state = self._kind(request, call).create(inputs)
        return provider_pb2.CreateResponse(id=key, properties=self._marked(request, state))

    def Update(self, request: Any) -> Any:
        inputs, old = _without_marks(plain_map(request.news)), plain_map(request.olds)
        for gone in plain_map(request.old_inputs).keys() - inputs.keys():
            old.pop(gone, None)
        kind = self._existing(request, old)
        expected = old | inputs | dict.fromkeys(kind.unknown_on_update, UNKNOWN)
        new = expected if request.preview else kind.update(inputs)
        return provider_pb2.UpdateResponse(properties=self._marked(request, new))

    def Read(self, request: Any) -> Any:
        kind = self._existing(request, plain_map(request.properties))
        state = kind.read()
        if state is None:
            return provider_pb2.ReadResponse()
        declared, had = self._declared(request)["inputs"], plain_map(request.inputs)
        inputs = {name: state[name] for name in (had or declared) if name in state}
        inputs |= {name: value for name, value in had.items() if name == DEFAULTED}
        return provider_pb2.ReadResponse(
            id=kind.key, properties=self._marked(request, state), inputs=self.schema.mark(declared, inputs)
        )

    def Delete(self, request: Any) -> Any:
        self._existing(request, plain_map(request.properties)).delete()
        return Empty()

    def Invoke(self, request: Any) -> Any:
        if request.tok not in self.functions:
            raise ApiError(f"the sandbox has no function {request.tok}")
        declared, args = self.schema.functions[request.tok], plain_map(request.args)
        found = list(self.schema.problems(declared["inputs"], declared["required"], args))
        if found or has_unknown(args):
            return provider_pb2.InvokeResponse(failures=_failures(found))
        answer = self.functions[request.tok](self.world, args)
        return provider_pb2.InvokeResponse(**{"return": self.schema.mark(declared["outputs"], answer)})

    def Cancel(self, _request: Any) -> Any:
        """Nothing to tell: what runs is cut when the engine ends the plugin, as with the real ones."""
        return Empty()

    def _declared(self, request: Any) -> State:
        declared: State = self.schema.resources[request.type]
        return declared

    def _kind(self, request: Any, call: Call) -> Resource:
        if request.type not in self.kinds:
            raise ApiError(f"the sandbox has no resource {request.type}")
        return self.kinds[request.type](self.world, call)

    def _existing(self, request: Any, state: State) -> Resource:
        return self._kind(request, Call(request.name, request.id, state, request.timeout, self.log_for(request.urn)))

    def _marked(self, request: Any, state: State) -> Any:
        return self.schema.mark(self._declared(request)["outputs"], state)


def _failures(found: list[Problem]) -> list[Any]:
    return [provider_pb2.CheckFailure(property=at, reason=why) for at, why in found]


def _name(request: Any) -> str:
    """The name that was made up the last time, else a new one in Pulumi's own form."""
    old = plain_map(request.olds)
    return str(old["name"]) if DEFAULTED in old else f"{request.name}-{request.randomSeed.hex()[:7]}"


def _without_marks(inputs: State) -> State:
    return {name: value for name, value in inputs.items() if name != DEFAULTED}
