"""One run at a time, and what a killed one leaves."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from sandbox.engine.alone import alone, left_locks, wait_until_gone
from sandbox.engine.diagnostics import EngineError
from tests.support.hosts.sandbox_host import wait_for


def lock(root: Path, stack: str, pid: int) -> None:
    folder = root / "state" / ".pulumi" / "locks" / "organization" / "petbase" / stack
    folder.mkdir(parents=True)
    (folder / "abc.json").write_text(json.dumps({"pid": pid, "username": "me", "hostname": "here"}))


def test_a_second_run_is_refused_with_the_firsts_process(tmp_path: Path) -> None:
    with alone(tmp_path), pytest.raises(EngineError) as caught, alone(tmp_path):
        pass
    assert str(caught.value) == (
        f"another run is at work in {tmp_path} (process {os.getpid()}); wait until it is done, or end it"
    )


def test_after_a_run_the_next_one_may(tmp_path: Path) -> None:
    for _ in range(2):
        with alone(tmp_path):
            pass


def test_the_sandbox_is_its_owners_only(tmp_path: Path) -> None:
    with alone(tmp_path / "sandbox"):
        assert (tmp_path / "sandbox").stat().st_mode & 0o777 == 0o700


def test_locks_are_found_per_stack(tmp_path: Path) -> None:
    lock(tmp_path, "sandbox", 12)
    lock(tmp_path, "other", 13)
    assert left_locks(tmp_path, "sandbox") == [12]
    assert left_locks(tmp_path, "nothing") == []


def test_a_dead_process_is_gone(tmp_path: Path) -> None:
    assert tmp_path.exists()
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    wait_until_gone([ended.pid])


def test_another_program_with_the_same_number_is_not_the_engine() -> None:
    wait_until_gone([os.getpid()])


@pytest.mark.skipif(not Path("/proc").exists(), reason="looks for processes in /proc")
def test_an_engine_that_still_works_is_waited_for_and_then_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "pulumi"
    script.write_text("#!/bin/sh\nread -r _\n")
    script.chmod(0o755)
    working = subprocess.Popen([script], stdin=subprocess.PIPE)
    try:
        wait_for(lambda: Path(f"/proc/{working.pid}/comm").read_text() == "pulumi\n")
        monkeypatch.setattr("sandbox.engine.alone._ORPHAN_SECONDS", 0.3)
        with pytest.raises(EngineError) as caught:
            wait_until_gone([working.pid])
    finally:
        working.communicate()
    assert str(caught.value) == (
        f"the engine of an earlier run is still at work (process {working.pid}); wait, or end it"
    )
