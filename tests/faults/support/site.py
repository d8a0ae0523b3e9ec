"""A whole sandbox under a folder: accounts, store, a server, and the real engine on the program, estate by estate."""

import copy
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from sandbox.engine.engine import Changes, Engine, EngineError
from sandbox.host.machine import Machine
from sandbox.workspace import CHECKOUT, prepare
from tests.faults.support.bench import NAME, Bench
from tests.support.hosts.sandbox_host import SandboxHost

_DOCKERFILE = """FROM python:3-alpine
EXPOSE 5000
CMD echo started; exec python3 -m http.server --bind ${HOST:-0.0.0.0} ${PORT:-5000} >/dev/null 2>&1
"""
_RUN = """
import json, sys
from pathlib import Path
from sandbox.engine.engine import Engine
root, checkout, estate = sys.argv[1:]
Engine(Path(root), Path(checkout), config={"petbase:estate": json.loads(estate)}).up()
"""


@dataclass
class Site:
    """One sandbox. `always` and `config` are what every estate of it says beyond the sandbox's own.

    `said` is every line that its engines printed, `seen` what a test has seen of command lines meanwhile.
    """

    root: Path
    stack: str = "sandbox"
    always: dict[str, Any] = field(default_factory=dict)
    config: dict[str, Any] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    by_hand: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        engine = prepare(self.root, self.said.append, second=False)
        self._plain: dict[str, Any] = engine.project.config["petbase:estate"]
        # Certificates take seconds an app, and have their own tests (test_certificates.py).
        self._plain["edge"] = {"dns": "none"}

    def estate(self, changes: Mapping[str, Any]) -> dict[str, Any]:
        """The sandbox's own estate with `changes`: sections are merged, `apps` replaced, a None takes a key out."""
        estate = copy.deepcopy(self._plain)
        for key, value in {**self.always, **changes}.items():
            if isinstance(value, dict) and key != "apps":
                merged = {**estate.get(key, {}), **self.always.get(key, {}), **value}
                estate[key] = {name: held for name, held in merged.items() if held is not None}
            else:
                estate[key] = value
        return estate

    def engine(self, changes: Mapping[str, Any]) -> Engine:
        """The engine on that estate."""
        values = {"petbase:estate": self.estate(changes), **self.config}
        return Engine(self.root, CHECKOUT, self.stack, config=values, say=self.said.append)

    def up(self, **changes: Any) -> Changes:
        """`pulumi up` of that estate, without the preview, which takes as long; everything that it prints is kept."""
        return self.engine(changes).up(on_output=self.said.append, preview_first=False)

    def fails(self, *, preview_first: bool = False, **changes: Any) -> str:
        """An `up` that must fail; what the user is told."""
        with pytest.raises(EngineError) as caught:
            self.engine(changes).up(on_output=self.said.append, preview_first=preview_first)
        self.said.append(str(caught.value))
        return str(caught.value)

    def refuses(self, **changes: Any) -> str:
        """An `up` that must be refused before anything is touched; what the user is told."""
        before = (self.connections(), self.state(), self.cloud())
        text = self.fails(preview_first=True, **changes)
        assert (self.connections(), self.state(), self.cloud()) == before
        return text

    @contextmanager
    def working(self, **changes: Any) -> Iterator[subprocess.Popen[bytes]]:
        """An `up` in a separate process, with the engine under it; what is left of it after the block is killed.
        Its output is in `worked`.
        """
        words = [sys.executable, "-c", _RUN, str(self.root), str(CHECKOUT), json.dumps(self.estate(changes))]
        with self.worked.open("wb") as out:
            run = subprocess.Popen(words, cwd=CHECKOUT, start_new_session=True, stdout=out, stderr=out)
        try:
            yield run
        finally:
            with suppress(ProcessLookupError):
                os.killpg(run.pid, signal.SIGKILL)
            run.wait()

    @property
    def worked(self) -> Path:
        """What the last `up` in a separate process printed."""
        return self.root / "worked.txt"

    def killed(self, when: Any, **changes: Any) -> None:
        """Such an `up`, killed as soon as `when` is true."""
        with self.working(**changes) as run:
            while not when():
                assert run.poll() is None, "the run ended before it could be killed"

    def push(self, app: str, where: Path) -> None:
        """A tiny app, pushed from the empty folder `where` as a person would, so that a restart would be seen."""
        (where / "Dockerfile").write_text(_DOCKERFILE)
        host = self.bench.host
        git = ["git", "-c", "user.name=t", "-c", "user.email=t@example.test"]
        ssh = " ".join(["ssh", *host.ssh_options])
        environment = {"GIT_SSH_COMMAND": ssh, "PATH": "/usr/bin:/bin", "HOME": str(where)}
        remote = f"dokku@{host.machine.address}:{app}"
        for words in (
            ["init", "-q", "-b", "main"],
            ["add", "-A"],
            ["commit", "-q", "-m", app],
            ["push", remote, "main"],
        ):
            subprocess.run([*git, *words], cwd=where, env=environment, check=True, capture_output=True)

    @property
    def bench(self) -> Bench:
        """The sandbox's server, as the user's key opens it."""
        (machine,) = Machine.all(self.root)
        return Bench(SandboxHost(machine, self.root / "id_ed25519"), self.stack)

    def connections(self) -> int:
        """How many SSH connections its hosts have taken."""
        return sum(machine.log("auth.log").count("Accepted publickey") for machine in Machine.all(self.root))

    def state(self) -> str:
        """The newest checkpoint, as it lies on the disk."""
        found = [path.read_text() for path in (self.root / "state").rglob("stacks/**/*.json")]
        return "".join(found)

    def cloud(self) -> str:
        """What the pretend accounts hold."""
        return "".join(path.read_text() for path in sorted((self.root / "cloud").glob("*.json")))


def named(state: dict[str, Any]) -> dict[str, Any]:
    """What bench.app() says, with the words that the scripts' own tests use for stack and domain."""
    return {
        **state,
        "state": json.loads(json.dumps(state["state"]).replace('"sandbox"', f'"{NAME}"')),
        "domains": [domain.replace("localhost", "example.com") for domain in state["domains"]],
    }
