"""A folder of an app, lost with its file, and back from the backups."""

import shutil

from sandbox.host.machine import Machine
from sandbox.proof.example import Example, ProofError
from sandbox.proof.petbase import Petbase

_NAME, _HOLDS = "hello.txt", "Hello from the folder of notes.\n"


def lose_and_restore(app: Example, petbase: Petbase) -> None:
    """Only where the app's files are backed up: the stack file says so, and this machine has restic."""
    for path in app.outputs["apps"][app.name].get("files", [])[:1]:
        folder = Machine.all(app.folder)[0].root / path.lstrip("/")
        restore = ("restore", "--app", app.name, "--files")
        if not folder.exists():
            app.say(f"an earlier proof was cut off: ./petbase {' '.join(restore)}")
            petbase.must(*restore, "--yes")
        file = folder / _NAME
        file.write_text(_HOLDS)
        app.say(f"a file of {app.name}, {_NAME}, is backed up: ./petbase backup --files")
        petbase.must("backup", "--files")
        app.say(f"its folder is removed, and restored: ./petbase {' '.join(restore)}")
        shutil.rmtree(folder)
        petbase.must(*restore, "--yes")
        if not file.exists() or file.read_text() != _HOLDS:
            raise ProofError(f"{path}/{_NAME} is not what was backed up")
        app.say(f"      {path}/{_NAME} holds the same {len(_HOLDS)} bytes")
