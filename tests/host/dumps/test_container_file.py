"""A dump goes into the container as a file; one that unpacks to more than the disk holds is stopped before the end."""

import stat
import subprocess
from pathlib import Path

import pytest

from host.dumps.container_file import _PUT
from host.dumps.unpack import is_full
from host.programs.runner import Answer


def put(file: Path, content: bytes, free_kib: int, tools: Path) -> Answer:
    (tools / "df").write_text(f'#!/bin/sh\n[ "$*" = "-P -k {file.parent}" ] && echo "x 9 9 {free_kib} 9% /"\n')
    (tools / "df").chmod(0o755)
    words = ["sh", "-c", _PUT, "sh", str(file)]
    done = subprocess.run(
        words, input=content, capture_output=True, env={"PATH": f"{tools}:/usr/bin:/bin"}, check=False
    )
    return Answer(done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    (tmp_path / "bin").mkdir()
    return tmp_path / "bin"


def test_it_is_written_for_its_owners_eyes_only_and_what_was_there_goes(tmp_path: Path, tools: Path) -> None:
    file = tmp_path / "a dump"
    file.write_text("older and longer than the new one")
    assert put(file, b"PGDMP", 65536 + 1, tools) == Answer()
    assert (file.read_bytes(), stat.S_IMODE(file.stat().st_mode)) == (b"PGDMP", 0o600)


def test_all_the_room_may_be_used_and_not_a_byte_more(tmp_path: Path, tools: Path) -> None:
    file = tmp_path / "dump"
    assert put(file, b"x" * 2048, 65536 + 2, tools).ok
    stopped = put(file, b"x" * 2049, 65536 + 2, tools)
    assert (stopped.code, stopped.stderr) == (1, "no space left: 64 MB of the disk stay free\n")
    assert is_full(stopped)
    assert file.stat().st_size == 2048


@pytest.mark.parametrize("free_kib", [0, 65535, 65536])
def test_without_room_nothing_is_written(tmp_path: Path, tools: Path, free_kib: int) -> None:
    file = tmp_path / "dump"
    assert is_full(put(file, b"x", free_kib, tools))
    assert not file.exists()
