"""What rotate-token leaves in the stack file. What the engine does with it: tests/faults/stack/test_tokens.py."""

from dataclasses import dataclass, field

import pytest

from operate.core.errors import PetbaseError, RefusedError
from operate.stack import pulumi_cli
from operate.stack.deployment import Step
from operate.whole import rotate_token
from operate.whole.rotate_token import PATH, Rotation


def step(operation: str, kind: str, name: str) -> Step:
    return Step(operation, f"urn:pulumi:prod::petbase::petbase:bucket:Bucket${kind}::{name}", frozenset(), {})


TOKEN = "cloudflare:index/accountToken:AccountToken"
NEW, OLD = step("create", TOKEN, "petbase-prod-db-backups-2"), step("delete", TOKEN, "petbase-prod-db-backups")
BACKUP = step("update", "command:remote:Command", "db-backup")
OTHER = step("update", "command:remote:Command", "fruits-app")


@dataclass
class File:
    """The stack file's number, and a program of which a preview says `now`, or `raised` once the number is `than`."""

    value: int | None = None
    now: list[Step] = field(default_factory=list)
    raised: list[Step] = field(default_factory=lambda: [NEW, OLD, BACKUP])
    than: int = 2
    problem: str = ""

    def preview(self) -> list[Step]:
        if self.value == self.than and self.problem:
            raise PetbaseError(self.problem)
        return self.raised if self.value == self.than else self.now

    def up(self) -> None:
        self.now = []

    def refresh(self, urn: str) -> None:
        raise NotImplementedError(urn)


@pytest.fixture
def file(monkeypatch: pytest.MonkeyPatch) -> File:
    held = File()
    monkeypatch.setattr(pulumi_cli, "number", lambda _stack, path: held.value if path == PATH else None)
    monkeypatch.setattr(pulumi_cli, "set_number", lambda _stack, _path, value: setattr(held, "value", value))
    return held


def test_the_number_is_raised_and_only_tokens_are_shown(file: File) -> None:
    steps = Rotation("prod", file).raise_generation()
    assert file.value == 2
    assert rotate_token.shown(steps) == [
        ("new", "petbase-prod-db-backups-2"),
        ("deleted last", "petbase-prod-db-backups"),
    ]


def test_a_run_that_was_cut_off_is_finished_and_not_begun_again(file: File) -> None:
    file.value, file.than = 2, 2
    assert Rotation("prod", file).raise_generation() == [NEW, OLD]
    assert file.value == 2


def test_what_else_the_stack_file_changes_comes_first(file: File) -> None:
    file.now = [OTHER]
    with pytest.raises(RefusedError) as caught:
        Rotation("prod", file).raise_generation()
    assert str(caught.value) == (
        "The stack file changes more than the tokens: update Command fruits-app. Bring that up first: "
        "pulumi up --stack prod, then this again."
    )
    assert file.value is None


def test_many_other_changes_are_five_and_a_number(file: File) -> None:
    file.now = [OTHER] * 7
    with pytest.raises(RefusedError, match=r"tokens: (update Command fruits-app; ){5}and 2 more. Bring that up first"):
        Rotation("prod", file).raise_generation()


def test_a_preview_that_fails_leaves_the_number_as_it_was(file: File) -> None:
    file.problem = "403"
    with pytest.raises(PetbaseError, match="403"):
        Rotation("prod", file).raise_generation()
    assert file.value == 1


def test_a_no_takes_it_back(file: File) -> None:
    job = Rotation("prod", file)
    job.raise_generation()
    job.take_back()
    assert file.value == 1


def settings(*keys: str) -> Step:
    return Step("update", step("update", "command:remote:Command", "fruits-settings").urn, frozenset(keys), {})


def test_the_key_of_an_apps_bucket_belongs_to_it_and_what_the_file_says_of_the_app_does_not(file: File) -> None:
    file.raised = [NEW, OLD, BACKUP, settings("stdin")]
    assert Rotation("prod", file).raise_generation() == [NEW, OLD]
    file.value, file.raised = None, [NEW, OLD, BACKUP, settings("create", "stdin")]
    with pytest.raises(RefusedError, match=r"update Command fruits-settings \(create, stdin\)"):
        Rotation("prod", file).raise_generation()
