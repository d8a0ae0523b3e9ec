"""The program's modules, compiled once when it is installed: else a server compiles those in use at every call."""

import importlib.util
import marshal
import os
import shutil
import zipfile
from pathlib import Path

# A file without its source that Python reads unchecked (PEP 552); the folder's name holds the release and the Python.
_HEADER = importlib.util.MAGIC_NUMBER + (1).to_bytes(4, "little") + bytes(8)


def save(program: Path, folder: Path) -> None:
    """Put what `program` holds into `folder`, which is there whole or not at all."""
    beside = folder.with_name(f"{folder.name}+")
    shutil.rmtree(beside, ignore_errors=True)
    with zipfile.ZipFile(program) as archive:
        for name in archive.namelist():
            code = compile(archive.read(name), f"{program}/{name}", "exec", dont_inherit=True)
            file = beside / f"{name}c"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(_HEADER + marshal.dumps(code))
    os.sync()  # Python does not compile anew what a power cut left empty: each command would fail
    shutil.rmtree(folder, ignore_errors=True)
    beside.rename(folder)
