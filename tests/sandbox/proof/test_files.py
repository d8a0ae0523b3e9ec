"""What the proof takes for a restored folder; stand-ins for ./petbase here, the real one in `make sandbox`."""

from pathlib import Path

import pytest

from sandbox import workspace
from sandbox.host.machine import Machine
from sandbox.proof.example import Example, ProofError
from sandbox.proof.files import lose_and_restore
from sandbox.proof.petbase import Petbase

_PATH = "/var/lib/dokku/data/storage/notes"
_RESTORE = "./petbase restore --app notes --files"
_TOLD = [
    "a file of notes, hello.txt, is backed up: ./petbase backup --files",
    f"its folder is removed, and restored: {_RESTORE}",
    f"      {_PATH}/hello.txt holds the same 32 bytes",
]


class Here:
    """A sandbox folder with a host's disk, and a ./petbase that copies the folder away and back."""

    def __init__(self, root: Path, patch: pytest.MonkeyPatch) -> None:
        self.root, self.told = root, list[str]()
        (root / "hosts/one").mkdir(parents=True)
        (root / "hosts/one/machine.json").write_text("{}")
        self.folder = Machine.all(root)[0].root / _PATH.lstrip("/")
        self.folder.mkdir(parents=True)
        patch.setattr(workspace, "CHECKOUT", root)
        self.petbase(f"mkdir -p {self.folder} && cp {root}/kept/* {self.folder}")

    def petbase(self, restore: str) -> None:
        script = self.root / "petbase"
        backup = f"mkdir -p {self.root}/kept && cp {self.folder}/* {self.root}/kept"
        script.write_text(f"#!/bin/sh\nif [ $1 = backup ]; then {backup}; else {restore}; fi\n")
        script.chmod(0o755)

    def prove(self, files: list[str]) -> list[str]:
        self.told.clear()
        notes = Example("notes", self.root, {"apps": {"notes": {"files": files}}}, 1, self.told.append)
        lose_and_restore(notes, Petbase(self.root))
        return self.told


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Here:
    return Here(tmp_path, monkeypatch)


def test_the_folder_is_lost_and_comes_back_each_time(here: Here) -> None:
    assert here.prove([_PATH]) == _TOLD
    assert here.prove([_PATH]) == _TOLD


def test_without_a_backup_of_files_there_is_nothing_to_prove(here: Here) -> None:
    assert here.prove([]) == []
    assert here.folder.exists()


@pytest.mark.parametrize("restore", ["true", "mkdir -p {folder}; echo other >{folder}/hello.txt"])
def test_a_file_that_does_not_come_back_as_it_was_is_no_proof(here: Here, restore: str) -> None:
    here.petbase(restore.format(folder=here.folder))
    with pytest.raises(ProofError, match=rf"^{_PATH}/hello\.txt is not what was backed up$"):
        here.prove([_PATH])


def test_a_proof_that_was_cut_off_restores_the_folder_first(here: Here) -> None:
    (here.folder / "own.txt").write_text("somebody's\n")
    here.prove([_PATH])
    for file in here.folder.iterdir():
        file.unlink()
    here.folder.rmdir()
    assert here.prove([_PATH]) == [f"an earlier proof was cut off: {_RESTORE}", *_TOLD]
    assert (here.folder / "own.txt").read_text() == "somebody's\n"
