"""What the sandbox makes of Pulumi.sandbox.yaml before the engine reads it."""

import copy
from pathlib import Path

import pytest

from sandbox import restic, workspace
from sandbox.store import Store


@pytest.mark.parametrize(("binary", "backed_up"), [(Path("restic"), ["notes"]), (None, [])])
def test_files_are_backed_up_where_there_is_restic(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, binary: Path | None, backed_up: list[str]
) -> None:
    monkeypatch.setattr(restic, "find", lambda: binary)
    monkeypatch.setattr(Store, "endpoint", "http://127.0.0.1:1")
    apps = workspace.filled_in(tmp_path)["apps"]
    assert [name for name, app in apps.items() if app.get("backup")] == backed_up


def test_a_section_that_is_wrong_is_the_programs_to_name() -> None:
    for apps in (None, ["blog"], {"blog": None}):
        left = copy.deepcopy(apps)
        workspace._leave_out_backups(left)
        assert left == apps
