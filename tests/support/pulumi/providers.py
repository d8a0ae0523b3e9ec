"""A stand-in provider asked as the engine asks, in plain Python: no gRPC, no engine."""

import hashlib
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

from pulumi.runtime.proto import provider_pb2

from sandbox.providers import assets
from sandbox.providers.provider import Provider
from sandbox.providers.values import SECRET, SIGNATURE, State, plain_map, struct
from tests.support.pulumi.plugin import Plugin

SEED = bytes(range(16))
_KIND = provider_pb2.PropertyDiff
_REPLACING = (_KIND.ADD_REPLACE, _KIND.DELETE_REPLACE, _KIND.UPDATE_REPLACE)


@dataclass
class Made:
    key: str
    inputs: State
    state: State
    secret: frozenset[str] = field(default_factory=frozenset)


@dataclass
class Difference:
    """What a diff answers. `kinds` has the kind of change for each input."""

    changes: bool
    replaces: list[str]
    diffs: list[str]
    kinds: dict[str, Any]
    delete_before_replace: bool


class Asking:
    def __init__(self, provider: Provider | Plugin) -> None:
        self.provider: Any = provider
        self.logged: list[tuple[str, str, bool]] = []
        provider.log_for = lambda _urn: lambda *line: self.logged.append(line)

    def configure(self, **config: Any) -> None:
        self.provider.Configure(provider_pb2.ConfigureRequest(args=struct(config)))

    def check(self, token: str, inputs: State, old: State | None = None) -> tuple[State, list[str]]:
        """The inputs with what the provider adds, and each failure as `property: reason`."""
        answer = self.provider.Check(
            provider_pb2.CheckRequest(olds=struct(old or {}), news=struct(inputs), randomSeed=SEED, **_resource(token))
        )
        return plain_map(answer.inputs), [f"{one.property}: {one.reason}" for one in answer.failures]

    def create(self, token: str, inputs: State, timeout: float = 0) -> Made:
        answer, checked = self._created(token, inputs, timeout=timeout)
        assert answer.id
        return Made(answer.id, checked, plain_map(answer.properties), _secret(answer.properties))

    def preview(self, token: str, inputs: State) -> State:
        return plain_map(self._created(token, inputs, preview=True)[0].properties)

    def diff(self, token: str, made: Made, inputs: State) -> Difference:
        checked, _ = self.check(token, inputs, made.inputs)
        answer = self.provider.Diff(provider_pb2.DiffRequest(**_changing(token, made, checked)))
        # The engine looks at the details alone where there are some.
        kinds = {path: one.kind for path, one in answer.detailedDiff.items()}
        return Difference(
            answer.changes == provider_pb2.DiffResponse.DIFF_SOME,
            sorted({path.partition("[")[0] for path, kind in kinds.items() if kind in _REPLACING}),
            list(answer.diffs),
            kinds,
            answer.deleteBeforeReplace,
        )

    def update(self, token: str, made: Made, inputs: State, preview: bool = False) -> Made:
        checked, failures = self.check(token, inputs, made.inputs)
        assert failures == []
        asked = provider_pb2.UpdateRequest(preview=preview, **_changing(token, made, checked))
        answer = self.provider.Update(asked)
        return Made(made.key, checked, plain_map(answer.properties), _secret(answer.properties))

    def read(self, token: str, key: str, made: Made | None = None) -> Made | None:
        """A refresh of `made`, or what an import sees."""
        old = made or Made(key, {}, {})
        answer = self.provider.Read(
            provider_pb2.ReadRequest(
                id=key, properties=struct(old.state), inputs=struct(old.inputs), **_resource(token)
            )
        )
        return Made(key, plain_map(answer.inputs), plain_map(answer.properties)) if answer.id else None

    def delete(self, token: str, made: Made) -> None:
        self.provider.Delete(provider_pb2.DeleteRequest(id=made.key, properties=struct(made.state), **_resource(token)))

    def invoke(self, token: str, args: State) -> State:
        answer = self.provider.Invoke(provider_pb2.InvokeRequest(tok=token, args=struct(args)))
        assert list(answer.failures) == []
        return plain_map(getattr(answer, "return"))

    def _created(self, token: str, inputs: State, **more: Any) -> tuple[Any, State]:
        checked, failures = self.check(token, inputs)
        assert failures == []
        request = provider_pb2.CreateRequest(properties=struct(checked), **_resource(token), **more)
        return self.provider.Create(request), checked


def account(root: Path, name: str) -> Asking:
    """One of the four providers, with the sandbox's made-up tokens where it wants one."""
    package: Any = import_module(f"sandbox.providers.{name}")
    return Asking(package.provider(root))


def file_asset(path: Path) -> State:
    """A pulumi.FileAsset as a provider gets it: the engine adds the hash."""
    return {SIGNATURE: assets.ASSET, "path": str(path), "hash": hashlib.sha256(path.read_bytes()).hexdigest()}


def string_asset(text: str) -> State:
    """A pulumi.StringAsset; an empty text is left out on the wire."""
    content = {"text": text} if text else {}
    return {SIGNATURE: assets.ASSET, "hash": hashlib.sha256(text.encode()).hexdigest()} | content


def file_archive(path: Path | str, digest: str = "1") -> State:
    """A pulumi.FileArchive of a file or a folder; the engine's hash covers all that is in it."""
    return {SIGNATURE: assets.ARCHIVE, "path": str(path), "hash": digest}


def _resource(token: str) -> dict[str, Any]:
    return {"urn": f"urn:pulumi:test::petbase::{token}::thing", "name": "thing", "type": token}


def _changing(token: str, made: Made, inputs: State) -> dict[str, Any]:
    olds = {"olds": struct(made.state), "old_inputs": struct(made.inputs)}
    return {"id": made.key, "news": struct(inputs), **olds, **_resource(token)}


def _secret(properties: Any) -> frozenset[str]:
    return frozenset(name for name, value in properties.fields.items() if _is_secret(value.struct_value))


def _is_secret(value: Any) -> bool:
    return SIGNATURE in value.fields and value.fields[SIGNATURE].string_value == SECRET
