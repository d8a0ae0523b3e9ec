"""Verbs that bring an app's data into another PostgreSQL: a developer's own, and the service of a new major version."""

import os
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO
from unittest.mock import patch

from host.programs.runner import Answer, Process, Stage
from host.upgrade.fill import fill
from host.upgrade.state import COPYING, UpgradeState
from operate.pull import contents, local_postgres
from operate.pull.pull import Pull
from tests.examples import postgres
from tests.host.container import SERVICE, Container, ContainerRunner
from tests.host.scratch.loaded import MIGHTY
from tests.hostile.app import Hostile
from tests.hostile.traps.functions import runs

_NEW = "db-before-18"


def pull(hostile: Hostile) -> None:
    """The newest dump into a database of a developer who is a superuser there."""
    container = hostile.container
    container.dump("pulled")
    container.sql("CREATE DATABASE dev", "postgres")
    server = container.server
    try:
        with patch.dict(os.environ, PATH=f"{postgres.binaries()}:{os.environ['PATH']}"):
            target = local_postgres.chosen(f"postgres://postgres@/dev?host={server.sockets}&port={server.port}")
            dump = container.runner.tmp / "pulled"
            job = Pull(dump, contents.read(dump, "fruits", "the dump", target.trusted_extensions()))
            job.run(target, target.look(), job.lacking(target))
    finally:
        container.sql("DROP DATABASE dev WITH (FORCE)", "postgres")


def upgrade(hostile: Hostile) -> None:
    """Roles, settings and data into a new service beside the old one, and compared."""
    with tempfile.TemporaryDirectory() as folder:
        data, root = Path(folder, "new"), Path(folder, "root")
        data.mkdir()
        root.mkdir()
        server = postgres.start(data, socket_asks="trust")
        try:
            with beside(hostile.container, server, root) as new:
                fill(hostile.container.host, SERVICE, _NEW, UpgradeState(COPYING, "18.4", "18.4", 0))
            assert new.sql(MIGHTY) == []
            ran = runs((data / "log").read_text(errors="replace"))
            assert [run for run in ran if run.mighty or run.sees] == []
        finally:
            server.stop()


@contextmanager
def beside(container: Container, server: postgres.Postgres, root: Path) -> Iterator[Container]:
    """The service that an upgrade makes, in the reach of the container's host for the length of a block."""
    new = Container.of(server, root)
    new.runner.service = _NEW
    container.host.path(f"/var/lib/dokku/services/postgres/{_NEW}/data").mkdir(parents=True, exist_ok=True)
    with patch.object(container, "host", replace(container.host, runner=_Both(container.runner, new.runner))):
        yield new


@dataclass
class _Both:
    old: ContainerRunner
    new: ContainerRunner

    def run(self, words: Sequence[str], *, stdin: str = "", env: Mapping[str, str] | None = None) -> Answer:
        return self._of(words).run(words, stdin=stdin, env=env)

    def pipe(self, stages: Sequence[Stage], *, stdin: int | None = None) -> list[Answer]:
        here = [Stage(self._of(stage.words).here(stage.words), stage.env) for stage in stages]
        return self.old.inner.pipe(here, stdin=stdin)

    def start(self, words: Sequence[str], *, env: Mapping[str, str] | None = None) -> Process:
        return self._of(words).start(words, env=env)

    def read(self, words: Sequence[str], take: Callable[[BinaryIO], None], *, stdin: str = "") -> Answer:
        return self._of(words).read(words, take, stdin=stdin)

    def _of(self, words: Sequence[str]) -> ContainerRunner:
        return self.new if f"dokku.postgres.{_NEW}" in words else self.old

    def __getattr__(self, name: str) -> Any:
        return getattr(self.old, name)
