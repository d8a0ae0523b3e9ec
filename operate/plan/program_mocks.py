"""Runs the real `__main__.py` in this process under Pulumi's mocks, and keeps what it asks for: no engine, no accounts.

For ./petbase plan and for tests; each brings its own mocks of the accounts.
"""

import asyncio
import contextvars
import hashlib
import logging
import runpy
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pulumi import FileAsset
from pulumi.output import Unknown
from pulumi.runtime import mocks, rpc, set_all_config, settings
from pulumi.runtime.stack import run_in_stack

from operate.plan.resource import SECRET_SIGNATURE, SIGNATURE

PROGRAM = Path(__file__).resolve().parents[2] / "__main__.py"
# What the program logs is the engine's to show; here the caller gets it.
_LOGGER = logging.getLogger("petbase.program")
_LOGGER.addHandler(logging.NullHandler())


class _Warnings(logging.Handler):
    """Keeps what the program warns of."""

    def __init__(self, found: list[str]) -> None:
        super().__init__(logging.WARNING)
        self.found = found

    def emit(self, record: logging.LogRecord) -> None:
        self.found.append(record.getMessage())


class _Loops:
    """An event loop for each thread of a pool. The SDK's mocks make one where there is none and leave it open, and an
    open loop may print a traceback on the terminal when the process ends.
    """

    def __init__(self) -> None:
        self.made: list[asyncio.AbstractEventLoop] = []

    def begin(self) -> None:
        """For `ThreadPoolExecutor(initializer=...)`."""
        self.made.append(asyncio.new_event_loop())
        asyncio.set_event_loop(self.made[-1])

    def close(self) -> None:
        """All of them, when their threads have ended."""
        for loop in self.made:
            loop.close()


@dataclass(frozen=True)
class Made:
    """One registered resource: its inputs in the clear, which of them were marked secret, and its options.

    An input that is not known yet is `pulumi.output.Unknown`.
    """

    type: str
    name: str
    inputs: dict[str, Any]
    secret: frozenset[str]
    request: Any
    id: str = ""


@dataclass
class Record:
    """All that a run registered, in order, the stack's outputs, its components' by URN, and what the program warned."""

    resources: list[Made] = field(default_factory=list)
    outputs: dict[str, Any] = field(default_factory=dict)
    registered: dict[str, dict[str, Any]] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    secret: set[tuple[str, str]] = field(default_factory=set)
    """Which outputs of components are: by URN and name."""


class _Monitor(mocks.MockMonitor):
    def __init__(self, answers: mocks.Mocks, record: Record) -> None:
        super().__init__(answers)
        self.record = record
        self._hooks: set[str] = set()

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802  gRPC's name
        answer = super().RegisterResource(request)  # type: ignore[no-untyped-call]
        if request.type != "pulumi:pulumi:Stack":
            raw = dict(rpc.deserialize_properties(request.object, keep_unknowns=True))
            marked = frozenset(name for name, value in request.object.items() if _is_secret(value))
            plain = {name: _plain(value) for name, value in raw.items()}
            self.record.resources.append(Made(request.type, request.name, plain, marked, request, answer.id))
        return answer

    def RegisterResourceHook(self, request: Any) -> Any:  # noqa: N802
        if request.name in self._hooks:
            raise ValueError(f'resource hook already registered for name "{request.name}"')  # as the engine says
        self._hooks.add(request.name)
        return super().RegisterResourceHook(request)  # type: ignore[no-untyped-call]

    def RegisterResourceOutputs(self, request: Any) -> Any:  # noqa: N802
        told = rpc.deserialize_properties(request.outputs, keep_unknowns=True)
        outputs = {name: _plain(value) for name, value in told.items()}
        if request.urn.split("::")[-2] == "pulumi:pulumi:Stack":
            self.record.outputs = outputs
        elif outputs:
            self.record.registered[request.urn] = outputs
            self.record.secret |= {(request.urn, name) for name, value in request.outputs.items() if _is_secret(value)}
        return super().RegisterResourceOutputs(request)  # type: ignore[no-untyped-call]


def _is_secret(value: Any) -> bool:
    return hasattr(value, "fields") and SIGNATURE in value and value[SIGNATURE] == SECRET_SIGNATURE


def _plain(value: Any) -> Any:
    if rpc.is_rpc_secret(value):
        return _plain(rpc.unwrap_rpc_secret(value))
    if isinstance(value, FileAsset):
        # As the engine compares it: where the file lies on this machine does not count.
        return {"sha256": hashlib.sha256(Path(value.path).read_bytes()).hexdigest()}
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, float) and value.is_integer():
        return int(value)  # a request's numbers are all doubles
    return [_plain(item) for item in value] if isinstance(value, list) else value


def run(answers: mocks.Mocks, record: Record, stack: str, config: Mapping[str, str], *, preview: bool) -> None:
    """The program with this configuration, of which all but the estate counts as secret; fills `record`.

    `preview`: what `answers` leave out of a resource's state is unknown, not None. Raises what the program raises.
    """
    contextvars.copy_context().run(_run, answers, record, stack, config, preview)


def _run(answers: mocks.Mocks, record: Record, stack: str, config: Mapping[str, str], preview: bool) -> None:
    asyncio.set_event_loop(loop := asyncio.new_event_loop())
    _LOGGER.addHandler(listener := _Warnings(record.warnings))
    loops = _Loops()
    loop.set_default_executor(workers := ThreadPoolExecutor(initializer=loops.begin))
    try:
        set_all_config(dict(config), [key for key in config if key != "petbase:estate"])
        monitor = _Monitor(answers, record)
        mocks.set_mocks(answers, "petbase", stack, preview, _LOGGER, monitor)
        settings.ROOT.set(None)
        # What an earlier run that raised has left belongs to a loop that is closed.
        settings.SETTINGS.outputs.clear()
        loop.run_until_complete(run_in_stack(_program))
    finally:
        _LOGGER.removeHandler(listener)
        loop.close()
        asyncio.set_event_loop(None)
        workers.shutdown()
        loops.close()


def _program() -> None:
    runpy.run_path(str(PROGRAM))


__all__ = ["Made", "Record", "Unknown", "run"]
