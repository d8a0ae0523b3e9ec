"""A stand-in provider asked as the engine asks, in plain Python: no gRPC, no engine."""

import asyncio
import hashlib
from collections.abc import Coroutine
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

from pulumi.provider.experimental import provider as api
from pulumi.provider.experimental.property_value import PropertyValue

from sandbox.providers import assets
from sandbox.providers.provider import OLD_INPUTS, Provider
from sandbox.providers.values import State, plain_map, wrapped
from tests.support.pulumi.plugin import Plugin

Answer = TypeVar("Answer")
SEED = bytes(range(16))


@dataclass
class Made:
    key: str
    inputs: State
    state: State
    secret: frozenset[str] = field(default_factory=frozenset)


class Asking:
    def __init__(self, provider: Provider | Plugin) -> None:
        self.provider: Any = provider
        self.logged: list[tuple[str, str, bool]] = []
        provider.log_for = lambda _urn: lambda *line: self.logged.append(line)

    def configure(self, **config: Any) -> None:
        self._wait(self.provider.configure(api.ConfigureRequest({}, _marked(config), True, True)))

    def check(self, token: str, inputs: State, old: State | None = None) -> tuple[State, list[str]]:
        """The inputs with what the provider adds, and each failure as `property: reason`."""
        request = api.CheckRequest(_urn(token), _marked(old or {}), _marked(inputs), SEED)
        answer = self._wait(self.provider.check(request))
        return plain_map(answer.inputs or {}), [f"{one.property}: {one.reason}" for one in answer.failures or []]

    def create(self, token: str, inputs: State, timeout: float = 0) -> Made:
        checked, failures = self.check(token, inputs)
        assert failures == []
        request = api.CreateRequest(_urn(token), _marked(checked), timeout, False)
        answer = self._wait(self.provider.create(request))
        assert answer.resource_id
        return Made(answer.resource_id, checked, plain_map(answer.properties), _secret(answer.properties))

    def preview(self, token: str, inputs: State) -> State:
        checked, failures = self.check(token, inputs)
        assert failures == []
        answer = self._wait(self.provider.create(api.CreateRequest(_urn(token), _marked(checked), 0, True)))
        return plain_map(answer.properties)

    def diff(self, token: str, made: Made, inputs: State) -> api.DiffResponse:
        checked, _ = self.check(token, inputs, made.inputs)
        request = api.DiffRequest(_urn(token), made.key, _marked(made.state), _marked(checked), [])
        answer: api.DiffResponse = self._wait(self.provider.diff(request), made.inputs)
        return answer

    def update(self, token: str, made: Made, inputs: State, preview: bool = False) -> Made:
        checked, failures = self.check(token, inputs, made.inputs)
        assert failures == []
        request = api.UpdateRequest(_urn(token), made.key, _marked(made.state), _marked(checked), 0, [], preview)
        answer = self._wait(self.provider.update(request), made.inputs)
        return Made(made.key, checked, plain_map(answer.properties), _secret(answer.properties))

    def read(self, token: str, key: str, made: Made | None = None) -> Made | None:
        """A refresh of `made`, or what an import sees."""
        old = made or Made(key, {}, {})
        request = api.ReadRequest(_urn(token), key, _marked(old.state), _marked(old.inputs))
        answer = self._wait(self.provider.read(request))
        return Made(key, plain_map(answer.inputs), plain_map(answer.properties)) if answer.resource_id else None

    def delete(self, token: str, made: Made) -> None:
        self._wait(self.provider.delete(api.DeleteRequest(_urn(token), made.key, _marked(made.state), 0)))

    def invoke(self, token: str, args: State) -> State:
        answer = self._wait(self.provider.invoke(api.InvokeRequest(token, _marked(args))))
        assert answer.failures == []
        return plain_map(answer.return_value or {})

    def _wait(self, request: Coroutine[Any, Any, Answer], old_inputs: State | None = None) -> Answer:
        OLD_INPUTS.set(old_inputs)
        return asyncio.run(request)


def account(root: Path, name: str) -> Asking:
    """One of the four providers, with the sandbox's made-up tokens where it wants one."""
    package: Any = import_module(f"sandbox.providers.{name}")
    return Asking(package.provider(root))


def file_asset(path: Path) -> State:
    """A pulumi.FileAsset as a provider gets it: the engine adds the hash."""
    return {assets.KEY: assets.ASSET, "path": str(path), "hash": hashlib.sha256(path.read_bytes()).hexdigest()}


def string_asset(text: str) -> State:
    """A pulumi.StringAsset; an empty text is left out on the wire."""
    content = {"text": text} if text else {}
    return {assets.KEY: assets.ASSET, "hash": hashlib.sha256(text.encode()).hexdigest()} | content


def file_archive(path: Path | str, digest: str = "1") -> State:
    """A pulumi.FileArchive of a file or a folder; the engine's hash covers all that is in it."""
    return {assets.KEY: assets.ARCHIVE, "path": str(path), "hash": digest}


def _urn(token: str) -> str:
    return f"urn:pulumi:test::petbase::{token}::thing"


def _marked(values: State) -> dict[str, PropertyValue]:
    return {name: wrapped(value) for name, value in values.items()}


def _secret(values: dict[str, PropertyValue]) -> frozenset[str]:
    return frozenset(name for name, value in values.items() if value.is_secret)
