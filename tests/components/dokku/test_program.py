"""A remote command is one line of words; the program that it calls is the same file on every machine."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from components.dokku import install, program
from host import cli
from host.app.ensure import EnsureApp
from host.app.remove import RemoveApp
from host.settings.table import AppSettings

OLDEST = "python3.10"
FRUITS = EnsureApp("fruits", domain=("fruits.example.com",), declared=True)


def test_a_command_is_one_line_that_a_person_can_type() -> None:
    assert program.line("prod", FRUITS) == (
        "/usr/local/lib/petbase/prod/petbase-host app ensure fruits --domain fruits.example.com --declared"
    )


def test_defaults_are_left_out() -> None:
    assert program.line("prod", EnsureApp("fruits")) == "/usr/local/lib/petbase/prod/petbase-host app ensure fruits"


def test_another_user_than_root_needs_sudo() -> None:
    assert program.line("prod", RemoveApp("fruits"), user="admin") == (
        "sudo --non-interactive /usr/local/lib/petbase/prod/petbase-host app remove fruits"
    )
    assert install.install("prod", "admin") == (
        f"sudo --non-interactive sh -s -- {program.digest()} /usr/local/lib/petbase/prod"
    )


def test_a_release_reruns_the_commands_that_it_touches_and_no_others(monkeypatch: pytest.MonkeyPatch) -> None:
    sources = dict(program._sources())

    def revisions() -> tuple[str, str]:
        program._revision.cache_clear()
        program._imports.cache_clear()
        return program.revision_of(EnsureApp), program.revision_of(RemoveApp)

    monkeypatch.setattr(program, "_sources", lambda: sources)
    ensure, remove = revisions()
    sources["host/app/ensure.py"] += "\n# a better comment\n"
    assert revisions() == (ensure, remove)
    sources["host/app/ensure.py"] += "\nX = 1\n"
    assert revisions()[0] != ensure
    assert revisions()[1] == remove
    sources["host/core/ownership.py"] += "\nX = 1\n"
    assert revisions()[1] != remove
    monkeypatch.undo()
    revisions()


def test_the_program_is_the_same_file_whenever_it_is_built() -> None:
    first = program.archive()
    program.archive.cache_clear()
    assert program.archive() == first
    names = zipfile.ZipFile(BytesIO(first)).namelist()
    assert names == sorted(names)
    assert "host/__main__.py" in names


def test_files_of_other_releases_go_after_a_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    old, young, other = (tmp_path / name for name in ("petbase-a.pyz", "petbase-b.pyz", "petbase-a.txt"))
    for path in (old, young, other):
        path.touch()
    for path in (old, other):
        os.utime(path, (0, 0))
    program.built.cache_clear()
    assert program.built().read_bytes() == program.archive()
    assert sorted(tmp_path.iterdir()) == sorted([young, other, program.built()])
    program.built.cache_clear()


def test_the_program_runs_without_anything_that_pip_installs(tmp_path: Path) -> None:
    path = tmp_path / "petbase-host"
    path.write_bytes(program.archive())
    done = subprocess.run([sys.executable, "-I", "-S", path, "--help"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "app" in done.stdout


def test_what_the_installation_compiled_is_not_read_again_and_is_of_one_release(tmp_path: Path) -> None:
    path = tmp_path / "petbase-host"

    def run(content: bytes, word: str) -> int:
        path.write_bytes(content)
        return subprocess.run([sys.executable, path, word], capture_output=True, check=False).returncode

    whole = program.archive()
    assert run(whole, "--compile") == 0
    (left,) = tmp_path.glob("petbase-host-*")
    left.rename(f"{left}+")  # as a call that was cut off leaves it
    assert run(whole, "--compile") == 0
    assert sorted(tmp_path.iterdir()) == [path, left]
    unreadable = whole.replace(b"def parse(", b"def PARSE(")
    assert run(unreadable, "--help") == 0
    other = re.sub(rb"-[0-9a-f]{8}-", b"-00000000-", unreadable, count=1)
    assert run(other, "--help") == 1


def test_the_oldest_python_that_the_program_takes_reads_every_command() -> None:
    found = [str(one) for one in Path.home().glob(f".pyenv/versions/*/bin/{OLDEST}")]
    if not (python := next(iter(found), "") or shutil.which(OLDEST)):
        pytest.skip(f"{OLDEST} is not installed")
    code = "from host import cli; cli._parser(cli.load()); print(cli.parse(['app', 'ensure', 'fruits']).app)"
    ran = subprocess.run([python, "-c", code], capture_output=True, text=True, cwd=program._FOLDER.parent, check=False)
    assert (ran.stdout, ran.stderr) == ("fruits\n", "")


def test_fields_of_commands_have_types_and_no_texts_which_python_3_10_would_not_read() -> None:
    """`_: KW_ONLY` is no type: under `from __future__ import annotations` its get_type_hints refuses it."""
    for cls in (*cli.load(), AppSettings):
        assert [one for one in vars(cls).get("__annotations__", {}).values() if isinstance(one, str)] == []


def test_a_line_says_what_it_declares() -> None:
    for user in ("root", "admin"):
        assert program.command_of(program.line("prod", FRUITS, user=user, revision=True)) == FRUITS


def test_a_line_of_another_release_does_too() -> None:
    line = program.line("prod", FRUITS)
    assert program.command_of(f"{line} --colour red") == FRUITS


@pytest.mark.parametrize("text", ["", "dokku apps:list", "/usr/local/lib/petbase/prod/petbase-host no such", "sh -c x"])
def test_another_line_declares_nothing(text: str) -> None:
    assert program.command_of(text) is None
