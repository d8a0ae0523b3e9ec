"""An app that leaves while another comes, with the real engine: what the preview says, and what stays."""

import pytest

from tests.faults.support.nouns import ROWS, fill, rows
from tests.faults.support.site import Site


# tests/components/test_app_removal.py has what is said of each edit, in every run.
@pytest.mark.soak
def test_one_that_goes_while_another_comes_is_said_with_both_names_and_its_schema_stays(site: Site) -> None:
    site.up(apps={"apples": {}})
    fill(site.bench, "apples")
    site.said.clear()
    site.engine({"apps": {"plums": {}}}).up()  # with its preview, which says so
    said = "\n".join(site.said)
    assert 'apps.apples is removed; its data stays in the schema "apples". ./petbase kept lists it' in said
    assert "apples is removed and plums is added: two apps, and plums starts without data" in said
    assert rows(site.bench, "apples") == ROWS
