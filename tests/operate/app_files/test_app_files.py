"""Files of an app, with the real restic against a store that checks signatures."""

import os
import time

from host.files.drill import DrillFiles
from host.files.restore import RestoreFiles
from host.files.run import RunFiles
from tests.operate.app_files.conftest import PASSPHRASE, STORAGE, UPLOADS, Files

RUN, DRILL, RESTORE = RunFiles("db"), DrillFiles("db"), RestoreFiles("db", "fruits")


def test_way(files: Files) -> None:
    t = time.time()
    print(files.send(files.ensure(), PASSPHRASE), time.time() - t)
    t = time.time()
    print(files.send(RUN), time.time() - t)
    t = time.time()
    print(files.send(DRILL), time.time() - t)
    files.path(f"{UPLOADS}/photo").write_text("worm")
    t = time.time()
    print(files.send(RESTORE), time.time() - t)
    print(os.listdir(files.path(STORAGE)))
    assert files.path(f"{UPLOADS}/photo").read_text() == "apple"
    assert 0
