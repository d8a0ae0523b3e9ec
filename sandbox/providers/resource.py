"""The silhouette of a resource in a stand-in: what the engine asks, in plain Python."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from .cloud import Cloud
from .schema import Problem
from .values import Json, State

Log = Callable[[str, str, bool], None]
"""Severity ("info", "warning" …), text, and whether it is only a passing status line."""


class ApiError(Exception):
    """What the pretend API answers when it refuses; the text is shown to the user as it is."""


def no_log(severity: str, text: str, passing: bool) -> None:
    """A log that is dropped."""


@dataclass(frozen=True)
class World:
    """What all resources of a provider share: the sandbox's folder, the account and the configuration."""

    root: Path
    cloud: Cloud
    config: dict[str, Json] = field(default_factory=dict)


@dataclass(frozen=True)
class Call:
    """One request of the engine about one resource. A new resource has no `key` (its id) and no `state` yet."""

    name: str = ""
    key: str = ""
    state: State = field(default_factory=dict)
    timeout: float = 0
    """Seconds that `custom_timeouts` allows; 0 is no limit."""
    log: Log = no_log


class Resource:
    """One kind of resource, made anew for each request. Subclasses say what happens, in plain Python."""

    token: ClassVar[str]
    auto_named: ClassVar[bool] = False
    """Whether `name` is made up (logical name, dash, seven hex digits) where the program gives none."""
    unknown_on_update: ClassVar[tuple[str, ...]] = ()
    """The outputs that a preview of an update cannot know."""

    def __init__(self, world: World, call: Call) -> None:
        self.world, self.call = world, call

    @property
    def key(self) -> str:
        """Its id. An import may say it with more around it."""
        return self.call.key

    def check(self, _inputs: State) -> Iterable[Problem]:
        """What the schema cannot say: formats and combinations. Unknown values pass."""
        return ()

    def create(self, inputs: State) -> tuple[str, State]:
        """Make it; its id and everything that it then is."""
        raise NotImplementedError

    def read(self) -> State | None:
        """What it is now, or None when it is gone. By default nothing can be asked: it is what it was."""
        return self.call.state

    def update(self, inputs: State) -> State:
        """Change it in place."""
        return self.call.state | inputs

    def delete(self) -> None:
        """Remove it."""


class Stored(Resource):
    """A resource that is nothing but an entry in the account. Enough for what no test needs to be real."""

    def new_id(self, _inputs: State) -> str:
        """The id that the API would give."""
        return self.world.cloud.next_id()

    def outputs(self, _inputs: State) -> State:
        """What the API adds to the inputs when it makes one."""
        return {}

    def create(self, inputs: State) -> tuple[str, State]:
        state = inputs | self.outputs(inputs)
        key = self.new_id(inputs)
        self.world.cloud.put(self.token, key, state)
        return key, state

    def read(self) -> State | None:
        return self.world.cloud.all(self.token).get(self.call.key)

    def update(self, inputs: State) -> State:
        state = self.call.state | inputs
        self.world.cloud.put(self.token, self.call.key, state)
        return state

    def delete(self) -> None:
        self.world.cloud.drop(self.token, self.call.key)


Function = Callable[[World, State], State]
Kinds = Mapping[str, type[Resource]]
