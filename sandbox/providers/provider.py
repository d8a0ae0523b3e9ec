"""One provider for all: the engine's questions answered from the schema, the doing left to each resource's class."""

import asyncio
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from pathlib import Path

from pulumi.provider.experimental import provider as api
from pulumi.provider.experimental.property_value import PropertyValue

from . import changes
from .cloud import Cloud
from .resource import ApiError, Call, Function, Kinds, Log, Resource, World, no_log
from .schema import Problem, Schema
from .values import UNKNOWN, State, has_unknown, plain_map

OLD_INPUTS: ContextVar[State | None] = ContextVar("old_inputs", default=None)
"""The inputs of the last time, in a diff or an update; serve.py sets it, since the SDK's request has only the state."""

DEFAULTED = "__defaults"
"""Names the inputs that the provider filled in; bridged providers keep it among the inputs, and so does this one."""

Configure = Callable[[State], State]
"""Takes what the program configured, adds what the environment says, raises ApiError when a token cannot be one."""


class Provider(api.Provider):
    """A stand-in. `kinds` and `functions` map tokens to what they do; `configure` judges the configuration."""

    def __init__(
        self, schema: Schema, root: Path, kinds: Kinds, functions: Mapping[str, Function], configure: Configure = dict
    ) -> None:
        super().__init__()
        self.schema, self.kinds, self.functions, self._judge = schema, kinds, functions, configure
        self.world = World(root, Cloud(root, schema.package))
        self.log_for: Callable[[str], Log] = lambda _urn: no_log

    async def check_config(self, request: api.CheckRequest) -> api.CheckResponse:
        given = {name: value for name, value in plain_map(request.new_inputs).items() if name != "version"}
        found = [] if "__internal" in given else list(self.schema.problems(self.schema.config, [], given))
        return api.CheckResponse(request.new_inputs, _failures(found))

    async def diff_config(self, _request: api.DiffRequest) -> api.DiffResponse:
        return api.DiffResponse()

    async def configure(self, request: api.ConfigureRequest) -> api.ConfigureResponse:
        config = self._judge(plain_map(request.args))
        self.world = World(self.world.root, self.world.cloud, config)
        return api.ConfigureResponse(supports_preview=True)

    async def check(self, request: api.CheckRequest) -> api.CheckResponse:
        kind, declared = self._kind(request.type, Call(request.name)), self._declared(request.type)
        given = self.schema.with_defaults(declared["inputs"], plain_map(request.new_inputs))
        if kind.auto_named and "name" not in given:
            given |= {"name": _name(request), DEFAULTED: ["name"]}
        found = list(self.schema.problems(declared["inputs"], declared["required"], given)) or list(kind.check(given))
        return api.CheckResponse(self.schema.mark(declared["inputs"], given), _failures(found))

    async def diff(self, request: api.DiffRequest) -> api.DiffResponse:
        declared = self._declared(request.type)["inputs"]
        new = plain_map(request.new_inputs)
        delete_first = self.kinds[_own_type(request.type)].auto_named and "name" not in new.get(DEFAULTED, [])
        return changes.between(declared, _old_inputs(request.old_state), new, delete_first)

    async def create(self, request: api.CreateRequest) -> api.CreateResponse:
        inputs = _without_marks(plain_map(request.properties))
        if request.preview:
            expected = dict.fromkeys(self._declared(request.type)["outputs"], UNKNOWN) | inputs
            return api.CreateResponse("", self._marked(request.type, expected))
        kind = self._kind(request.type, Call(request.name, timeout=request.timeout, log=self.log_for(request.urn)))
        key, state = await asyncio.to_thread(kind.create, inputs)
        return api.CreateResponse(key, self._marked(request.type, state))

    async def update(self, request: api.UpdateRequest) -> api.UpdateResponse:
        inputs, old = _without_marks(plain_map(request.news)), plain_map(request.olds)
        for gone in _old_inputs(request.olds).keys() - inputs.keys():
            old.pop(gone, None)
        kind = self._existing(request, old, request.timeout)
        if request.preview:
            new = old | inputs | dict.fromkeys(kind.unknown_on_update, UNKNOWN)
        else:
            new = await asyncio.to_thread(kind.update, inputs)
        return api.UpdateResponse(self._marked(request.type, new))

    async def read(self, request: api.ReadRequest) -> api.ReadResponse:
        kind = self._existing(request, plain_map(request.properties))
        state = await asyncio.to_thread(kind.read)
        if state is None:
            return api.ReadResponse("")
        declared, had = self._declared(request.type)["inputs"], plain_map(request.inputs)
        inputs = {name: state[name] for name in (had or declared) if name in state}
        inputs |= {name: value for name, value in had.items() if name == DEFAULTED}
        return api.ReadResponse(kind.key, self._marked(request.type, state), self.schema.mark(declared, inputs))

    async def delete(self, request: api.DeleteRequest) -> None:
        kind = self._existing(request, plain_map(request.properties), request.timeout)
        await asyncio.to_thread(kind.delete)

    async def invoke(self, request: api.InvokeRequest) -> api.InvokeResponse:
        if request.tok not in self.functions:
            raise ApiError(f"the sandbox has no function {request.tok}")
        declared, args = self.schema.functions[request.tok], plain_map(request.args)
        found = list(self.schema.problems(declared["inputs"], declared["required"], args))
        if found or has_unknown(args):
            return api.InvokeResponse({}, _failures(found))
        answer = await asyncio.to_thread(self.functions[request.tok], self.world, args)
        return api.InvokeResponse(self.schema.mark(declared["outputs"], answer))

    async def cancel(self) -> None:
        """Nothing to tell: what runs is cut when the engine ends the plugin, as with the real ones."""

    def _declared(self, token: str) -> State:
        declared: State = self.schema.resources[_own_type(token)]
        return declared

    def _kind(self, token: str, call: Call) -> Resource:
        kind = _own_type(token)
        if kind not in self.kinds:
            raise ApiError(f"the sandbox has no resource {kind}")
        return self.kinds[kind](self.world, call)

    def _existing(
        self, request: api.UpdateRequest | api.ReadRequest | api.DeleteRequest, state: State, timeout: float = 0
    ) -> Resource:
        call = Call(request.name, request.resource_id, state, timeout, self.log_for(request.urn))
        return self._kind(request.type, call)

    def _marked(self, token: str, state: State) -> dict[str, PropertyValue]:
        return self.schema.mark(self._declared(token)["outputs"], state)


def _failures(found: list[Problem]) -> list[api.CheckFailure]:
    return [api.CheckFailure(at, why) for at, why in found]


def _old_inputs(otherwise: Mapping[str, PropertyValue]) -> State:
    known = OLD_INPUTS.get()
    return plain_map(otherwise) if known is None else known


def _name(request: api.CheckRequest) -> str:
    """The name that was made up the last time, else a new one in Pulumi's own form."""
    old = plain_map(request.old_inputs)
    return str(old["name"]) if DEFAULTED in old else f"{request.name}-{request.random_seed.hex()[:7]}"


def _without_marks(inputs: State) -> State:
    return {name: value for name, value in inputs.items() if name != DEFAULTED}


def _own_type(token: str) -> str:
    """A child's URN holds its parents' types in front: `petbase:bucket:Bucket$cloudflare:index/r2Bucket:R2Bucket`."""
    return token.rpartition("$")[2]
