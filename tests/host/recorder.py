"""Puts a recorder in the place of the runner: answers as told, and writes down every program that a command starts."""

import io
import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from host import cli
from host.core.command import Command
from host.core.errors import HostError
from host.core.host import Host
from host.core.output import Output
from host.programs.runner import Answer, Process, Stage


@dataclass(frozen=True)
class ByInput:
    """Answers by a part of what the program reads; the last one, by "", is for anything else."""

    answers: Mapping[str, str | Answer]

    def of(self, stdin: str) -> str | Answer:
        return next(answer for part, answer in self.answers.items() if part in stdin)


Known = str | Answer | ByInput | Callable[[], str | Answer]
"""A text is an answer with exit code 0; a function gives the answer at the time of the call."""
Answers = Mapping[str, Known]
"""By the whole line or by any of its beginnings, the longest first."""

PLAIN = (
    "-c search_path=pg_catalog -c quote_all_identifiers=off -c client_encoding=UTF8 -c standard_conforming_strings=on "
    "-c array_nulls=on -c transform_null_equals=off -c default_transaction_read_only=off "
    "-c statement_timeout=0 -c lock_timeout=0 -c idle_in_transaction_session_timeout=0"
)
INSIDE = f"docker exec --interactive --env 'PGOPTIONS={PLAIN}' dokku.postgres.db"
"""How psql is run in the container of the service `db`."""
IN_IMAGE = (
    "docker run --rm --log-driver none --interactive --env AWS_ACCESS_KEY_ID --env AWS_SECRET_ACCESS_KEY "
    "--env AWS_DEFAULT_REGION --entrypoint"
)
"""How the image of the dumps is run."""


def aws(endpoint: str = "https://store") -> str:
    """How aws-cli is run in it."""
    return f"{IN_IMAGE} aws petbase/s3backup:0.18.0 --endpoint-url {endpoint}"


def psql(database: str = "db") -> str:
    """How a statement is run in the service `db`."""
    words = "--no-psqlrc --quiet --no-align --tuples-only --set ON_ERROR_STOP=1"
    return f"{INSIDE} psql --username postgres --dbname {database} {words}"


@dataclass
class RecordedRunner:
    """A Runner. A line without an answer exits with 0 and prints nothing.

    `lines` are the programs' words as a shell would quote them, `dokku ` left out; `calls` have what each one read too,
    and `environments` what was added to its environment. `missing` are programs that the server lacks.
    """

    answers: dict[str, Known] = field(default_factory=dict)
    calls: list[tuple[str, str]] = field(default_factory=list)
    environments: list[dict[str, str]] = field(default_factory=list)
    missing: set[str] = field(default_factory=set)

    @property
    def lines(self) -> list[str]:
        """Every program so far, without what it read."""
        return [line for line, _ in self.calls]

    def run(self, words: Sequence[str], *, stdin: str = "", env: Mapping[str, str] | None = None) -> Answer:
        line = shlex.join(words).removeprefix("dokku ")
        self.calls.append((line, stdin))
        self.environments.append(dict(env or {}))
        found = max((known for known in self.answers if line.startswith(known)), key=len, default=None)
        known = self.answers[found] if found is not None else ""
        answer = known.of(stdin) if isinstance(known, ByInput) else known() if callable(known) else known
        return answer if isinstance(answer, Answer) else Answer(0, answer)

    def pipe(self, stages: Sequence[Stage], *, stdin: int | None = None) -> list[Answer]:  # noqa: ARG002
        """Each stage as a separate program; what flows between them is not recorded."""
        return [self.run(stage.words, env=stage.env) for stage in stages]

    def start(self, words: Sequence[str], *, env: Mapping[str, str] | None = None) -> Process:
        """A program whose answer is given when it ends."""
        return _RecordedProcess(self.run(words, env=env))

    def read(self, words: Sequence[str], take: Callable[[BinaryIO], None], *, stdin: str = "") -> Answer:
        """A program whose answer is read as it comes."""
        answer = self.run(words, stdin=stdin)
        take(io.BytesIO(answer.stdout.encode()))
        return answer

    def has(self, program: str) -> bool:
        """All but those that are missing."""
        return program not in self.missing


@dataclass
class _RecordedProcess:
    answer: Answer
    written: list[str] = field(default_factory=list)

    def write(self, text: str) -> None:
        self.written.append(text)

    def read_line(self) -> str:
        return ""

    def finish(self) -> Answer:
        return self.answer

    def kill(self) -> None:
        pass


@dataclass
class Recorder:
    """A server below a temporary folder, for the stack `prod` unless told otherwise, without the programs `missing`.

    `stdin` is what a command reads whose input is bytes, `now` its clock: seconds since 1970.
    """

    root: Path
    stack: str = "prod"
    answers: dict[str, Known] = field(default_factory=dict)
    missing: set[str] = field(default_factory=set)
    runner: RecordedRunner = field(default_factory=RecordedRunner)
    printed: str = ""
    stdin: bytes = b""
    now: float = 1_795_000_000.0

    def run(self, command: Command, *answers: Answers, secrets: Mapping[str, str] | None = None) -> list[str]:
        """Run a command that must succeed; the programs that it started, in order.

        It goes the way of a real one: to words, and from the words to the command again.
        """
        from host.core.command import words

        return self.part(lambda host: cli.parse(words(command)).run(host), *answers, secrets=secrets)

    def part(
        self, part: Callable[[Host], object], *answers: Answers, secrets: Mapping[str, str] | None = None
    ) -> list[str]:
        """The same for a part of a command, which is a function."""
        known = {**self.answers, **{k: v for more in answers for k, v in more.items()}}
        self.runner = RecordedRunner(known, missing=self.missing)
        stream = io.StringIO()
        host = Host(
            self.stack,
            self.runner,
            Output(stream),
            self.root,
            secrets or {},
            sleep=lambda _: None,
            now=lambda: self.now,
            stdin=io.BytesIO(self.stdin),
        )
        try:
            part(host)
        finally:
            self.printed = stream.getvalue()
        return self.runner.lines

    def fails(
        self, command: Command | Callable[[Host], object], *answers: Answers, secrets: Mapping[str, str] | None = None
    ) -> str:
        """Run a command, or a part of one, that must fail with a HostError; its sentence."""
        run = self.run if isinstance(command, Command) else self.part
        try:
            run(command, *answers, secrets=secrets)  # type: ignore[arg-type]
        except HostError as problem:
            return str(problem)
        raise AssertionError("the command succeeded")

    def file(self, path: str) -> Path:
        return self.root / path.lstrip("/")

    def put(self, path: str, text: str) -> None:
        self.file(path).parent.mkdir(parents=True, exist_ok=True)
        self.file(path).write_text(text)
