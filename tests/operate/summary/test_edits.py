"""Each edit of tests/docs/edits.yaml in words: the plan says the same of it as docs/stack-file.md."""

from typing import Any

import pytest

from operate.plan.resource import Plan
from operate.summary import summary
from tests.docs.edits import BASES, EDITS, SECRETS, Edit, edited
from tests.operate.summary.plans import plan_of


def plan(base: str, change: Any, secrets: tuple[str, ...] = ()) -> Plan:
    return plan_of(edited(BASES[base], change), "backupPassphrase", *SECRETS.get(base, ()), *secrets)


@pytest.mark.soak  # half a second each; test_summary.py has the chief ones
@pytest.mark.usefixtures("checkout")
@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.key)
def test_the_plan_says_of_an_edit_what_the_page_says(edit: Edit) -> None:
    found = summary.summarize(plan(edit.base, {}).resources, plan(edit.base, edit.change, edit.secrets), "Heading")
    text = " ".join(" ".join(found.lines).split())
    assert bool(found.refused) == bool(edit.refused), text
    seen = edit.touches != "~Stash" and bool(edit.touches)  # the stack's record of its apps is not
    assert ("Nothing to do." in text) == (not seen and not edit.refused)
    if edit.refused:
        return
    restarts_an_app, restarts_postgres = edit.does.startswith("restarts the app"), "restarts PostgreSQL" in edit.does
    assert (f"restarts {edit.app}" in text) == restarts_an_app, text
    assert ("restarts PostgreSQL" in text) == restarts_postgres, text
    assert ("leave the server off" in text) == edit.does.startswith("the server is off"), text
    assert ("builds" in text) == edit.does.startswith("builds"), text
    in_place = seen and edit.does.startswith(("in place", "nothing"))
    assert ("Nothing restarts, and nothing is down." in text or "Deploys wait" in text) == in_place, text
    assert ": restarts nothing" not in text, "a change without a word for it"
