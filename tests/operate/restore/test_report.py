"""What a restore says when it has ended."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from host.loading.verdict import Verdict
from host.placing.restored import Restored
from operate.core.errors import PetbaseError
from operate.restore import report
from operate.restore.outcome import Outcome
from operate.restore.request import Choice

STACK = cast(Any, SimpleNamespace(name="prod", service="db", apps={}))
OLD = ("notes before 2026-11-22 18:30:05", "shop before 2026-11-22 18:30:06")
FAILED = Verdict("fruits", ("fruits",), "not here", "rows of fruits.t", "Mend it.")


def test_apps_that_changed_places_one_at_a_time_go_back_one_at_a_time(capsys: pytest.CaptureFixture[str]) -> None:
    restored = Restored(OLD, verdicts=(FAILED,), kept=("fruits", "public"), one_by_one=True)
    ended = Outcome("x.tgz", restored, ["fruits", "notes", "shop"], 1.0, [])
    report.told(STACK, Choice(), ended, json=False)
    said = " ".join(capsys.readouterr().err.split())
    for name in OLD:
        assert f"./petbase restore --stack prod --kept '{name}'" in said
    with pytest.raises(PetbaseError) as caught:
        report.require_all(ended)
    assert str(caught.value) == (
        "Not all of it could be restored; fruits stays as it was.\n"
        "fruits: cannot be restored (rows of fruits.t): not here. Mend it."
    )


def test_all_schemas_of_one_app_go_back_together(capsys: pytest.CaptureFixture[str]) -> None:
    report.told(STACK, Choice(), Outcome("x.tgz", Restored(OLD), ["shop"], 1.0, []), json=False)
    said = " ".join(capsys.readouterr().err.split())
    assert (OLD[0] in said, OLD[1] in said) == (True, False)
