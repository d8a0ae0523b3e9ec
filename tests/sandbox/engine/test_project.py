"""The stack file that the engine writes into is a copy that follows the checkout's."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from pulumi.automation import ConfigValue

from sandbox.engine.project import Project, SecretsError


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    folder = tmp_path / "checkout"
    folder.mkdir()
    (folder / "Pulumi.yaml").write_text("name: petbase\nruntime: python\n")
    (folder / "Pulumi.sandbox.yaml").write_text("config:\n  petbase:a: one\n  petbase:b: two\n")
    return folder


def project(tmp_path: Path, checkout: Path, **config: Any) -> Project:
    named = {f"petbase:{name}": value for name, value in config.items()}
    return Project(tmp_path / "project", checkout, "sandbox", named)


def content(made: Project) -> Any:
    return yaml.safe_load(made.file.read_text())


def test_given_values_win_over_the_checkouts(tmp_path: Path, checkout: Path) -> None:
    made = project(tmp_path, checkout, b={"deep": [1]}, c="three")
    made.copy()
    assert content(made)["config"] == {"petbase:a": "one", "petbase:b": {"deep": [1]}, "petbase:c": "three"}


def test_secret_values_are_left_to_the_cli(tmp_path: Path, checkout: Path) -> None:
    made, told = project(tmp_path, checkout, hidden=ConfigValue("hush", secret=True)), list[Any]()
    assert made.copy() is True
    made.set_secrets(told.append)
    assert "hush" not in made.file.read_text()
    assert [list(values) for values in told] == [["petbase:hidden"]]


def test_nothing_is_copied_twice(tmp_path: Path, checkout: Path) -> None:
    made = project(tmp_path, checkout, c="three")
    made.copy()
    made.set_secrets(lambda _: None)
    assert project(tmp_path, checkout, c="three").copy() is False


def test_a_copy_that_was_cut_off_is_made_again(tmp_path: Path, checkout: Path) -> None:
    project(tmp_path, checkout, hidden=ConfigValue("hush", secret=True)).copy()
    assert project(tmp_path, checkout, hidden=ConfigValue("hush", secret=True)).copy() is True


@pytest.mark.parametrize("change", ["file", "value", "secret"])
def test_a_change_is_copied_and_the_engines_salt_stays(tmp_path: Path, checkout: Path, change: str) -> None:
    made = project(tmp_path, checkout, c="three", hidden=ConfigValue("hush", secret=True))
    made.copy()
    made.file.write_text(made.file.read_text() + "encryptionsalt: v1:abc\n")
    made.set_secrets(lambda _: None)
    if change == "file":
        (checkout / "Pulumi.sandbox.yaml").write_text("config:\n  petbase:a: other\n")
    again = project(
        tmp_path,
        checkout,
        c="four" if change == "value" else "three",
        hidden=ConfigValue("new" if change == "secret" else "hush", secret=True),
    )
    assert again.copy() is True
    assert content(again)["encryptionsalt"] == "v1:abc"


def test_a_stack_without_a_file_starts_empty(tmp_path: Path, checkout: Path) -> None:
    made = Project(tmp_path / "project", checkout, "other", {"petbase:a": "x"})
    made.copy()
    assert content(made) == {"config": {"petbase:a": "x"}}


def test_a_secret_that_a_person_set_in_the_copy_stays_and_one_of_the_sandbox_goes(
    tmp_path: Path, checkout: Path
) -> None:
    made = project(tmp_path, checkout, ours=ConfigValue("hush", secret=True))
    made.copy()
    made.set_secrets(lambda _: None)
    secure = "".join(f"  petbase:{name}:\n    secure: v1:x\n" for name in ("ours", "theirs"))
    made.file.write_text(f"config:\n{secure}encryptionsalt: v1:y\n")
    (checkout / "Pulumi.sandbox.yaml").write_text("config:\n  petbase:a: another\n")
    project(tmp_path, checkout).copy()
    assert content(made) == {
        "config": {"petbase:theirs": {"secure": "v1:x"}, "petbase:a": "another"},
        "encryptionsalt": "v1:y",
    }


def test_secrets_in_the_checkout_cannot_be_opened_and_are_said_so(tmp_path: Path, checkout: Path) -> None:
    with (checkout / "Pulumi.sandbox.yaml").open("a") as file:
        file.write("encryptionsalt: v1:z\n")
    with pytest.raises(SecretsError) as caught:
        project(tmp_path, checkout).copy()
    assert str(caught.value) == (
        "Pulumi.sandbox.yaml holds secrets, which the sandbox's own key does not open. Take them and the line "
        f"encryptionsalt out, and set them in its copy: pulumi --cwd {tmp_path}/project config set --secret KEY"
    )
