"""The stand-in answers as a real Dokku was recorded to; with --dokku-host, the real one still does."""

import re
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import pytest
import yaml

from tests.contract.support import material
from tests.contract.support.case import Case, Step, cases
from tests.contract.support.made import Run
from tests.contract.support.normal import cut, names_replaced, normal
from tests.contract.support.target import Answer, StoreAccess, Target


def _fresh(kind: str, prefix: str, store: StoreAccess | None, domain: str) -> str:
    if kind == "bucket":
        return store.bucket if store else "backups"
    if kind == "domain":
        return domain
    number = kind.lstrip("abcdefghijklmnopqrstuvwxyz")
    return f"{prefix}{kind[0]}{number}"  # sorted as in the records: db, db2, db3


def _input(step: Step, run: Mapping[str, str]) -> bytes:
    """The call's standard input; `tar:…` and `key:…` are made for this run."""
    kind, _, rest = step.stdin.partition(":")
    if step.stdin == "/dev/null":
        return b""
    if kind == "tar":
        return material.archive(rest, f"{run['webapp']}.example.test")
    if kind == "key":
        return material.public_key(rest, "-".join(run.values()))
    return names_replaced(step.stdin, run).encode()


# In this order: a linked service cannot go.
_REMOVED_BY = {
    "app": "dokku apps:destroy --force",
    "entry": "dokku storage:destroy --force",
    "service": "dokku postgres:destroy --force",
    "key": "dokku ssh-keys:remove",
    "image": "docker rmi",
}


@contextmanager
def _removed_after(target: Target, case: Case, run: Mapping[str, str]) -> Iterator[None]:
    try:
        yield
    finally:
        made = [(kind.rstrip("0123456789"), run[name]) for name, kind in case.names.items()]
        words = [f"{verb} {name}" for wanted, verb in _REMOVED_BY.items() for kind, name in made if kind == wanted]
        target.root("; ".join([*words, "true"]))


def _ours(text: str) -> str:
    """The heading and the lines with a name of ours: the host may have more than that."""
    return "".join(line for line in text.splitlines(keepends=True) if line.startswith("=====>") or "<" in line)


def _by_file(text: str) -> str:
    """find lists a folder in the order in which its file system has it: each path with what follows it, by the path."""
    return "".join(sorted(re.split(r"(?m)^(?=/)", text)))


def _differences(
    step: Step, answer: Answer, actual: Mapping[str, str], recorded: Mapping[str, str], domain: str
) -> list[str]:
    """What came back other than it should, in words."""
    mine = {
        "stdout": normal(_with_domain(names_replaced(answer.stdout, actual), domain)),
        "stderr": normal(_with_domain(names_replaced(answer.stderr, actual), domain)),
    }
    found = [] if step.rc in {None, answer.rc} else [f"exit code: {step.rc} is right, {answer.rc} came"]
    for stream, expected in (("stdout", step.stdout), ("stderr", step.stderr)):
        if expected is not None:
            head, is_cut = cut(expected)
            right, came = normal(names_replaced(head, recorded)), mine[stream]
            if step.ours:
                right, came = _ours(right), _ours(came)
            if "find " in step.command:
                right, came = _by_file(right), _by_file(came)
            if not (came.startswith(right) if is_cut else came == right):
                found.append(f"{stream}\n  right: {right!r}\n  came:  {came!r}")
    if step.has is not None and names_replaced(step.has, recorded) not in mine["stdout"]:
        found.append(f"stdout\n  should have: {step.has!r}\n  came: {mine['stdout']!r}")
    where = f"record {step.number}" if step.number else "step"
    return [f"{where}: {step.command}: {text}" for text in found]


def _with_domain(text: str, domain: str) -> str:
    return re.sub(rf'(?<=[ ."]){re.escape(domain)}\b', "<domain>", text) if domain else text


def test_a_case_that_was_not_recorded_names_its_source() -> None:
    documented = yaml.safe_load((Path(__file__).parent / "cases" / "documented.yaml").read_text())
    assert [case["name"] for case in documented if not case.get("source")] == []
    recorded = [case.name for case in cases() if case.source and any(step.number for step in case.steps)]
    assert recorded == []


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_the_host_answers_as_recorded(case: Case, target: Target, run: Run, request: pytest.FixtureRequest) -> None:
    if case.sandbox_only and not target.sandbox:
        pytest.skip(case.sandbox_only)
    store: StoreAccess | None = request.getfixturevalue("s3") if case.needs_store else None
    domain = target.root("dokku domains:report --global --domains-global-vhosts").stdout.strip()
    prefix = f"{run.prefix}{secrets.token_hex(2)}"
    by_kind = {kind: _fresh(kind, prefix, store, domain) for kind in case.names.values()}
    named = {name: by_kind[kind] for name, kind in case.names.items()}
    words = {name: f"<{kind}>" for name, kind in case.names.items()}
    settings = {} if store is None else {f"@{name}@": value for name, value in asdict(store).items()}
    actual, recorded = {named[name]: word for name, word in words.items()}, {**words, "dokku.test": "<domain>"}
    differences = []
    with _removed_after(target, case, named):
        for step in case.steps:
            command = names_replaced(step.command, {**named, **settings})
            answer = target.call(Step(step.via, command), _input(step, named))
            differences += _differences(step, answer, actual, recorded, domain)
    assert not differences, "\n".join(differences)
