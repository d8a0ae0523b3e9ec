"""Whose data may stay behind in an upgrade, by the apps of the stack; and what is said of it in the end."""

from dataclasses import replace
from typing import Any
from unittest.mock import Mock

import pytest

from host.loading.verdict import Verdict
from host.restore.facts import OldService
from host.upgrade.course import Upgraded
from operate.core.errors import RefusedError
from operate.whole import old_data
from operate.whole.upgrade import Done, Upgrade
from operate.whole.upgrade_report import told
from tests.operate.doctor.faults import stack

HELD = Verdict("fruits", ("fruits",), "not here", "rows of fruits.t", "Mend it")
OLD = OldService("db-before-18", "17.6", 2, (HELD,))


def test_an_app_that_shares_a_schema_stands_for_that_schemas_data() -> None:
    found = stack()
    shared = replace(found, apps={"blog": replace(found.apps["fruits"], schema="shop")})
    assert old_data.named(shared, ["blog", "shop"], ["public", "shop"]) == ("shop",)


def test_another_name_is_refused() -> None:
    with pytest.raises(RefusedError) as problem:
        old_data.named(stack(), ["frutis"], ["fruits", "public"])
    assert str(problem.value) == (
        '--hold-back "frutis": no data of that name; nothing was changed. There is: fruits, public'
    )


def test_the_only_copy_of_an_apps_data_is_not_dropped_before_a_question() -> None:
    with pytest.raises(RefusedError) as problem:
        old_data.drop(stack(), Mock(), [OLD], [], yes=True)
    assert str(problem.value).startswith("db-before-18 has the only copy of the data of fruits; nothing was dropped.")


def test_the_end_says_where_the_data_is_and_how_it_is_brought_over(capsys: Any) -> None:
    job = Upgrade(stack(), Mock(), Mock(), "18.4", ("fruits",))
    told(job, Done(Upgraded("18.4", 0, held_back=(HELD,)), 3), None)
    out, err = capsys.readouterr()
    assert "data of fruits  held back, only in db-before-18: not here" in out
    lines = [line.strip() for line in err.splitlines() if line.startswith("  ")]
    assert lines == [
        "./petbase ssh --stack test dokku postgres:start db-before-18",
        "./petbase ssh --stack test dokku postgres:connect db-before-18",
        "./petbase ssh --stack test dokku postgres:export db-before-18 >old.dump",
        "./petbase restore --stack test --file old.dump --app fruits",
        "./petbase ssh --stack test dokku postgres:stop db-before-18",
    ]
    assert job.again == "./petbase upgrade-database 18.4 --hold-back fruits --stack test"
