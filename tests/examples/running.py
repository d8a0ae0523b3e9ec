"""An example app as a process of the test's own, asked over HTTP as a browser would."""

import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

_PATIENCE = 20.0  # seconds


@dataclass
class Running:
    """A running app; `folder` takes its log."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    def get(self, path: str) -> tuple[int, str]:
        return self._ask(urllib.request.Request(f"http://127.0.0.1:{self.port}{path}"))

    def post(self, path: str, body: bytes) -> tuple[int, str]:
        return self._ask(urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data=body))

    def _ask(self, request: urllib.request.Request) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(request, timeout=_PATIENCE) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()

    def listens(self) -> "Running":
        """Wait until it takes connections; an app that ends before fails the test with its log."""
        deadline = time.monotonic() + _PATIENCE
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return self
            except OSError:
                assert self.process.poll() is None, self.log.read_text()
                assert time.monotonic() < deadline, self.log.read_text()
                time.sleep(0.05)

    def says(self, text: str) -> None:
        """Wait until its log holds this."""
        until(lambda: text in self.log.read_text() or self.process.poll() is not None, f"it never says {text}")
        assert text in self.log.read_text()

    def ended(self) -> int:
        """Wait for its end; the exit code."""
        return self.process.wait(_PATIENCE)


@dataclass
class Starter:
    """Starts apps whose logs lie in `folder`, and ends them all."""

    folder: Path
    started: list[Running] = field(default_factory=list)

    def start(self, command: list[str], where: Path, database_url: str, **more: str) -> Running:
        """A process on a free port, with `more` variables; it may not listen yet."""
        port = free_port()
        return self._start(command, where, port, DATABASE_URL=database_url, HOST="127.0.0.1", PORT=str(port), **more)

    def start_alone(self, command: list[str], where: Path, database_url: str) -> Running:
        """A process that is told of no port, on a separate network, where port 80 is free and allowed."""
        alone = ["unshare", "--user", "--map-root-user", "--net", "--", *command]
        return self._start(alone, where, 80, DATABASE_URL=database_url)

    def _start(self, command: list[str], where: Path, port: int, **variables: str) -> Running:
        log = self.folder / f"log{len(self.started)}"
        # A test leaves nothing beside the source.
        environment = {"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1", **variables}
        with log.open("wb") as out:
            process = subprocess.Popen(command, cwd=where, env=environment, stdout=out, stderr=out)
        self.started.append(Running(process, port, log))
        return self.started[-1]

    def end(self) -> None:
        for app in self.started:
            app.process.kill()
            app.process.wait(_PATIENCE)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(what: Callable[[], bool], why: str) -> None:
    """Poll until it holds."""
    deadline = time.monotonic() + _PATIENCE
    while not what():
        assert time.monotonic() < deadline, why
        time.sleep(0.05)
