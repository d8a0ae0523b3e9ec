"""Remembers in the stack's state what was last tried, so that a change that failed and is taken back is one.

After an update that failed the engine keeps the inputs of the last success. A stack file that is then put back asks for
just those, so the command would not run, and what it had done until it failed would stay on the server. So each command
is sent with the number of its attempt, which grows whenever the command changes: what follows a failed update, its way
back too, always differs from the last success. The number is written down before the command runs, among the outputs of
its component: that is neither a resource nor a line of a preview.
"""

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Mapping
from typing import Any, cast

import grpc  # type: ignore[import-untyped]
import pulumi
from pulumi.runtime import invoke_async, rpc, settings
from pulumi.runtime.proto import resource_pb2

_OUTPUT = "attempts"
_DIGITS = 16
_FIRST = 1


class WithCommands(pulumi.ComponentResource):
    """A component with commands. None of its outputs may come from one of them: they wait for the outputs."""

    def __init__(self, kind: str, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(kind, name, None, opts)
        self._digests: dict[str, pulumi.Output[str]] = {}
        self._outputs: pulumi.Inputs = {}
        self._tried: asyncio.Task[pulumi.Output[dict[str, str]]] | None = None

    def attempt(self, command: str, line: str, stdin: pulumi.Output[str]) -> pulumi.Output[str]:
        """What tells this attempt to run the line with this standard input from the one before; "" of the first."""
        # Without the component's name, which changes when an app is renamed.
        key = command.removeprefix(f"{self.pulumi_resource_name}-")
        self._digests[key] = stdin.apply(lambda text: _digest(line, text))
        tried = self._tried = self._tried or asyncio.ensure_future(self._written())
        found: pulumi.Output[Any] = pulumi.Output.from_input(cast("Awaitable[Any]", tried))
        number: pulumi.Output[str] = found.apply(lambda numbers: _number(numbers[key]))
        return pulumi.Output.unsecret(number)

    def register_outputs(self, outputs: pulumi.Inputs) -> None:
        """Ends the component, as the SDK's method does, and lets its commands go."""
        if self._tried is None:
            super().register_outputs(outputs)
        else:
            self._outputs = outputs

    async def _written(self) -> pulumi.Output[dict[str, str]]:
        """The attempts, once they are in the state. Begins when the constructor has ended: one that raises leaves no
        outputs, and its commands are let go all the same, or the program would wait for them and hide its error.
        """
        urn = await self.urn.future()
        # As the engine shows resources to its SDKs: until this run's outputs are there, they are the last run's.
        found = await invoke_async("pulumi:pulumi:getResource", {"urn": urn})
        before = found["state"].get(_OUTPUT) or {}
        tried = pulumi.Output.all(**self._digests).apply(lambda digests: _counted(before, digests))
        await _send(urn or "", {**self._outputs, _OUTPUT: tried})
        return tried


async def _send(urn: str, outputs: Mapping[str, Any]) -> None:
    """The SDK's register_resource_outputs, which does not say when the engine has written them."""
    values = await rpc.serialize_properties(outputs, {})
    request = resource_pb2.RegisterResourceOutputsRequest(urn=urn, outputs=values)
    await asyncio.get_running_loop().run_in_executor(None, _call, request)


def _call(request: resource_pb2.RegisterResourceOutputsRequest) -> None:
    monitor = settings.get_monitor()
    assert monitor
    try:
        monitor.RegisterResourceOutputs(request)
    except grpc.RpcError as problem:
        settings.handle_grpc_error(problem)


def _counted(before: Mapping[str, str], digests: Mapping[str, str]) -> dict[str, str]:
    """The attempts, each as NUMBER DIGEST: the last one's number where its digest is the same, else the next."""
    return {key: _next(before.get(key), digest) for key, digest in digests.items()}


def _next(before: str | None, digest: str) -> str:
    number, _, last = (before or f"{_FIRST - 1} ").partition(" ")
    return f"{int(number) + (last != digest)} {digest}"


def _number(tried: str) -> str:
    number = tried.partition(" ")[0]
    return "" if number == str(_FIRST) else number


def _digest(line: str, stdin: str) -> str:
    return hashlib.sha256(json.dumps([line, stdin]).encode()).hexdigest()[:_DIGITS]
