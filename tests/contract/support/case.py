"""The cases: named sequences of calls in cases/*.yaml, and the recorded answers that they are held to.

A step is one of
    49                                   the call of record 49, its exit code, stdout and stderr
    {record: 49, stdin: tar:good}        the same with other input; `lines: ours` where the host has more than ours
    {setup: "apps:create webapp"}        a call as root that must succeed, not compared (setup-host: any command)
    {run: "…", rc: 0, stdout: "…"}       a call whose answer stands here, `via` ssh, local or host; `has`: a part
`names` maps each name in the records to what it is: app, service, key, image, bucket, domain, entry (a named folder),
none (never made); a number behind it makes a second one (app2). `@endpoint@`, `@key@` and `@secret@` are the store's.
A case of documented.yaml was not recorded; its `source` is what says that the answer is this one.
"""

import json
import shlex
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

_HERE = Path(__file__).parents[1]


@dataclass(frozen=True)
class Step:
    """One call: where from, with what words and input, and what must come back (None: not compared)."""

    via: str
    command: str
    stdin: str = ""
    rc: int | None = 0
    stdout: str | None = None
    stderr: str | None = None
    has: str | None = None
    ours: bool = False
    number: int | None = None

    @property
    def words(self) -> list[str]:
        try:
            return shlex.split(self.command, comments=False)
        except ValueError:
            return self.command.split()

    @property
    def verb(self) -> str:
        """The Dokku verb, or `docker …`; empty for another command of the host."""
        plain = [word for word in self.words if not word.startswith("--")]
        if self.via != "host":
            return plain[0] if plain else ""
        if plain[:1] == ["dokku"]:
            return plain[1]
        if plain[:1] == ["docker"]:
            return " ".join(plain[: 3 if plain[1:2] == ["image"] else 2])
        return ""


@dataclass(frozen=True)
class Case:
    """A sequence that stands for itself: it makes what it needs and leaves nothing."""

    name: str
    steps: list[Step]
    names: dict[str, str] = field(default_factory=dict)
    needs_store: bool = False
    sandbox_only: str = ""
    source: str = ""


@cache
def records() -> dict[int, dict[str, Any]]:
    rows = (_HERE / "records.jsonl").read_text().splitlines()
    return {row["n"]: row for row in map(json.loads, rows)}


def _step(source: int | dict[str, Any]) -> Step:
    if isinstance(source, int):
        return _recorded(source, {})
    if "record" in source:
        return _recorded(source["record"], source)
    if "setup" in source:
        return Step("local", source["setup"], source.get("stdin", ""))
    if "setup-host" in source:
        return Step("host", source["setup-host"], source.get("stdin", ""))
    answer = {key: source[key] for key in ("rc", "stdout", "stderr", "has", "stdin") if key in source}
    return Step(source.get("via", "ssh"), source["run"], **answer)


def _recorded(number: int, changes: dict[str, Any]) -> Step:
    found = records()[number]
    command = found["remote_command"] if found["via"].startswith("ssh") else shlex.join(found["argv"])
    return Step(
        found["via"],
        command,
        changes.get("stdin", found["stdin"] if isinstance(found["stdin"], str) else ""),
        changes.get("rc", found["rc"]),
        changes.get("stdout", found["stdout"]),
        changes.get("stderr", found["stderr"]),
        ours=changes.get("lines") == "ours",
        number=number,
    )


@cache
def cases() -> tuple[Case, ...]:
    found = []
    for path in sorted((_HERE / "cases").glob("*.yaml")):
        for source in yaml.safe_load(path.read_text()):
            steps = [_step(step) for step in source.pop("steps")]
            found.append(Case(steps=steps, **{key.replace("-", "_"): value for key, value in source.items()}))
    return tuple(found)


def _held(step: Step) -> bool:
    """Whether something of the answer is compared: what only succeeds in passing is no case."""
    return any(part is not None for part in (step.number, step.stdout, step.stderr, step.has))


# Every verb whose answer some case compares.
VERBS_WITH_A_CASE: frozenset[str] = frozenset(
    step.verb for case in cases() for step in case.steps if step.verb and _held(step)
)
