"""Each edit of tests/docs/edits.yaml in words: the plan says the same of it as docs/stack-file.md."""

from typing import Any

import pytest

from operate.plan import plan as planning
from operate.plan.resource import Plan
from operate.stack import stack_files
from operate.summary import summary
from tests.docs.edits import BASES, EDITS, SECRETS, Edit, edited
from tests.operate.plan.test_plan import write

_MADE: dict[str, Plan] = {}


def plan(base: str, change: Any, secrets: tuple[str, ...] = ()) -> Plan:
    needed = ("backupPassphrase", *SECRETS.get(base, ()))
    write(
        stack_files.CHECKOUT,
        "live",
        edited(BASES[base], change),
        **{key: {"secure": "v1:x:y"} for key in (*needed, *secrets)},
    )
    return planning.plan("live")


@pytest.mark.soak  # half a second each; test_summary.py has the chief ones
@pytest.mark.usefixtures("checkout")
@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.key)
def test_the_plan_says_of_an_edit_what_the_page_says(edit: Edit) -> None:
    before = _MADE.get(edit.base) or _MADE.setdefault(edit.base, plan(edit.base, {}))
    found = summary.summarize(before.resources, plan(edit.base, edit.change, edit.secrets), "Heading")
    text = " ".join(" ".join(found.lines).split())
    assert bool(found.refused) == bool(edit.refused), text
    assert ("Nothing to do." in text) == (not edit.touches)
    if edit.refused:
        return
    restarts_an_app, restarts_postgres = edit.does.startswith("restarts the app"), "restarts PostgreSQL" in edit.does
    assert (f"restarts {edit.app}" in text) == restarts_an_app, text
    assert ("restarts PostgreSQL" in text) == restarts_postgres, text
    assert ("are off" in text) == edit.does.startswith("the server is off"), text
    assert ("builds" in text) == edit.does.startswith("builds"), text
    in_place = bool(edit.touches) and edit.does.startswith(("in place", "nothing"))
    assert ("Nothing restarts, and nothing is down." in text or "Deploys wait" in text) == in_place, text
    assert ": restarts nothing" not in text, "a change without a word for it"
