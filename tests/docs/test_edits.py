"""Each edit of edits.yaml under mocks: which resources ask for something else than before. Every key has an edit."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from sandbox.providers import schema
from tests.docs.drawn.stack_file import sections
from tests.docs.edits import BASES, EDITS, SECRETS, Edit, edited, secret
from tests.support.pulumi import program
from tests.support.pulumi.program import Made, Plan

_WORDS = (
    "nothing",
    "in place",
    "restarts the app",
    "restarts PostgreSQL",
    "refused",
    "builds the app",
    "the server is off",
)


@pytest.fixture(scope="module")
def before() -> Iterator[dict[str, Plan]]:
    """Each base as it is; the tokens of the accounts stay for the edits."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in program.TOKENS.items():
            patch.setenv(name, value)
        yield {base: _run(base, {}) for base in BASES}


def _run(base: str, change: Any, secrets: tuple[str, ...] = ()) -> Plan:
    needed = ["backupPassphrase", *secrets, *SECRETS.get(base, ())]
    return program.run(edited(BASES[base], copy.deepcopy(change)), secrets={key: secret(key) for key in needed})


def label(made: Made) -> str:
    kind = made.type.rpartition(":")[2]
    return made.name if kind == "Command" else kind


def touched(old: Plan, new: Plan) -> set[str]:
    olds = {(made.type, made.name): made for made in old.resources if _counts(made)}
    news = {(made.type, _name_before(made, new)): made for made in new.resources if _counts(made)}
    came = {f"+{label(news[key])}" for key in news.keys() - olds.keys()}
    went = {f"-{label(olds[key])}" for key in olds.keys() - news.keys()}
    stayed = ((olds[key], news[key]) for key in olds.keys() & news.keys())
    return came | went | {f"{sign}{label(now)}" for then, now in stayed if (sign := _sign(then, now))}


def _counts(made: Made) -> bool:
    """Not a component."""
    return not made.type.startswith("petbase:")


def _name_before(made: Made, plan: Plan) -> str:
    """A renamed app's component tells its old name, which its children then had."""
    for parent in plan.resources:
        for alias in parent.request.aliases:
            if made.request.parent.endswith(f"::{parent.name}"):
                return made.name.replace(parent.name, alias.spec.name, 1)
    return made.name


def _sign(old: Made, new: Made) -> str:
    ignored = set(new.request.ignoreChanges)
    names = old.inputs.keys() | new.inputs.keys()
    changed = [name for name in names - ignored if old.inputs.get(name) != new.inputs.get(name)]
    if not changed or new.type.startswith("pulumi:"):
        return "~" if changed else ""
    declared = schema.load(new.type.partition(":")[0]).resources[new.type]["inputs"]
    return "±" if any(declared[name].get("replaces") for name in changed) else "~"


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.key)
def test_an_edit_touches_what_the_page_says(edit: Edit, before: dict[str, Plan]) -> None:
    commands = {f"~{made.name}" for made in before[edit.base].of("Command")}
    expected = {name for word in edit.touches.split() for name in (commands if word == "~*" else {word})}
    assert touched(before[edit.base], _run(edit.base, edit.change, edit.secrets)) == expected


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.key)
def test_the_words_of_a_line_fit_what_it_touches(edit: Edit) -> None:
    assert edit.does.startswith(_WORDS)
    assert edit.refused or not edit.does.startswith("refused")
    assert edit.refused or "±" not in edit.touches
    assert edit.touches or edit.refused or edit.does.startswith("nothing")


def test_every_key_of_the_stack_file_has_an_edit() -> None:
    keys = {key.path for _, _, held in sections() for key in held}
    told = {edit.key for edit in EDITS}
    # A key that a section may stand at speaks for the section.
    within = {key for key in keys if key.rpartition(".")[0] in told}
    assert told == keys - (within - told), "a new key needs a line in tests/docs/edits.yaml"
