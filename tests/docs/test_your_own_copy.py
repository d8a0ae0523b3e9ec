"""docs/your-own-copy.md, its commands run with real clones: a filled-in copy takes over a later version of Petbase."""

import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from operate.stack.stack_files import CHECKOUT, is_example

_PAGE = (CHECKOUT / "docs/your-own-copy.md").read_text()
SET_UP, FILL_IN, UPDATE, CONFLICT = re.findall(r"```sh\n(.*?)```", _PAGE, re.DOTALL)
_PERSON = {"GIT_AUTHOR_NAME": "me", "GIT_AUTHOR_EMAIL": "me@example.org"}
_GIT = {
    **_PERSON,
    **{name.replace("AUTHOR", "COMMITTER"): value for name, value in _PERSON.items()},
    **{"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "GIT_MERGE_AUTOEDIT": "no"},
}


def run(folder: Path, lines: str, names: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """The git lines of a block, as they are typed in `folder`; lines of other programs are left out."""
    typed = [line for line in lines.splitlines() if line.startswith(("git ", "cd "))]
    for name, value in (names or {}).items():
        typed = [re.sub(rf"\b{name}\b", value, line) for line in typed]
    words = ["bash", "-e", "-c", "\n".join(typed)]
    environment = {**os.environ, **_GIT}
    return subprocess.run(words, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def commit(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text)
    done = run(folder, f"git add --all\ngit commit --message {name}")
    assert done.returncode == 0, done.stderr


@dataclass(frozen=True)
class Repositories:
    petbase: Path
    copy: Path

    @property
    def stack_file(self) -> Path:
        return self.copy / "Pulumi.prod.yaml"


@pytest.fixture
def repositories(tmp_path: Path) -> Repositories:
    petbase = tmp_path / "petbase.git"
    petbase.mkdir()
    files = subprocess.run(["git", "ls-files"], cwd=CHECKOUT, capture_output=True, text=True, check=True).stdout
    for name in ("Pulumi.prod.yaml", "Pulumi.staging.yaml", "Pulumi.yaml", "README.md", "CHANGELOG.md", ".gitignore"):
        assert name in files
        (petbase / name).write_text((CHECKOUT / name).read_text())
    first = "git init --initial-branch main\ngit add --all\ngit commit --message first"
    assert run(petbase, first).returncode == 0
    assert run(tmp_path, "git init --bare --initial-branch main yours.git").returncode == 0
    names = {"PETBASE": str(petbase), "YOURS": str(tmp_path / "yours.git")}
    done = run(tmp_path, SET_UP, names)
    assert done.returncode == 0, done.stderr
    found = Repositories(petbase, tmp_path / "petbase")
    found.stack_file.write_text(found.stack_file.read_text().replace("example.com", "example.org"))
    assert not is_example(found.stack_file)
    return found


def test_an_update_leaves_a_filled_in_stack_file_alone(repositories: Repositories) -> None:
    mine = repositories.stack_file.read_text()
    assert run(repositories.copy, FILL_IN).returncode == 0
    commit(repositories.petbase, "README.md", "A later version.\n")
    done = run(repositories.copy, UPDATE)
    assert (done.returncode, done.stderr) == (0, done.stderr)
    assert repositories.stack_file.read_text() == mine
    assert (repositories.copy / "README.md").read_text() == "A later version.\n"
    status = run(repositories.copy, "git status --porcelain --branch").stdout
    assert status == "## main...origin/main\n"


def test_a_plain_pull_is_what_the_page_says(repositories: Repositories) -> None:
    run(repositories.copy, FILL_IN)
    commit(repositories.petbase, "README.md", "A later version.\n")
    plain = run(repositories.copy, "git pull petbase main")
    (told,) = re.findall(r"stops with `(Need [^`]*)`", _PAGE)
    assert plain.returncode != 0
    assert told in plain.stderr
    assert run(repositories.copy, "git pull --no-rebase petbase main").returncode == 0


def test_a_file_that_is_filled_in_and_not_committed_does_not_stop_a_pull(repositories: Repositories) -> None:
    mine = repositories.stack_file.read_text()
    commit(repositories.petbase, "README.md", "A later version.\n")
    assert run(repositories.copy, "git pull petbase main").returncode == 0
    assert repositories.stack_file.read_text() == mine


def test_an_example_that_changes_after_all_is_kept_as_mine(repositories: Repositories) -> None:
    mine = repositories.stack_file.read_text()
    run(repositories.copy, FILL_IN)
    theirs = (repositories.petbase / "Pulumi.prod.yaml").read_text()
    commit(repositories.petbase, "Pulumi.prod.yaml", theirs.replace("domain: example.com", "domain: example.net"))
    assert "CONFLICT" in run(repositories.copy, UPDATE).stdout
    assert run(repositories.copy, CONFLICT).returncode == 0
    assert repositories.stack_file.read_text() == mine


@pytest.mark.parametrize("name", ["postgres-db-2026-11-22-03-00-01.tgz", "Pulumi.prod.yaml.bak.1763794801", ".env"])
def test_what_must_not_be_committed_is_ignored(repositories: Repositories, name: str) -> None:
    (repositories.copy / name).write_text("secret")
    assert name not in run(repositories.copy, "git status --porcelain --untracked-files").stdout
