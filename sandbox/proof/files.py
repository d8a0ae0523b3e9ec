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
        (folder / _NAME).write_text(_HOLDS)
        app.say(f"a file of {app.name}, {_NAME}, into the backups: ./petbase backup --files")
        petbase.must("backup", "--files")
        app.say(f"its folder goes, and comes back: ./petbase restore --app {app.name} --files")
        shutil.rmtree(folder)
        petbase.must("restore", "--app", app.name, "--files", "--yes")
        if (folder / _NAME).read_text() != _HOLDS:
            raise ProofError(f"{path}/{_NAME} is not what was backed up")
        app.say(f"      {path}/{_NAME} holds the same {len(_HOLDS)} bytes")
