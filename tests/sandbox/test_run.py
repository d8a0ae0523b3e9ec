"""What `./petbase sandbox` says, and to whom."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sandbox import run


def test_lines_that_are_no_longer_read_end_nothing() -> None:
    """As `| head` leaves it: the engine's own thread says them, and what waits for it would wait for good."""
    reading, writing = os.pipe()
    os.close(reading)
    program = "import sys; from sandbox import run; run._say('one'); run._say('two'); print('on', file=sys.stderr)"
    with os.fdopen(writing, "w") as gone:
        done = subprocess.run(
            [sys.executable, "-c", program], stdout=gone, stderr=subprocess.PIPE, text=True, check=False
        )
    assert (done.returncode, done.stderr) == (0, "on\n")


@pytest.mark.parametrize("name", [None, "auth"])
def test_logs_prints_the_files_and_not_their_folder(
    name: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PETBASE_SANDBOX", str(tmp_path))
    folder = tmp_path / "hosts/1/log"
    folder.mkdir(parents=True)
    (folder / "auth.log").write_text("a login\n")
    assert (run.logs(name=name), *capfd.readouterr()) == (0, "a login\n", "")


def test_a_log_that_is_not_there_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PETBASE_SANDBOX", str(tmp_path))
    for name, said in (("cron", "no log cron in"), (None, "no log in")):
        assert run.logs(name=name) == 1
        assert capsys.readouterr().out == f"\n{said} {tmp_path / 'hosts'}; make sandbox makes them\n"
