"""docs/tokens.md: each resource and each lookup of an account has a row that says which permission a 403 is about."""

import ast
import re
from collections.abc import Iterator

from tests.docs.drawn.errors import CHECKOUT

_ACCOUNTS = ("cloudflare", "hcloud")
_TABLE = (CHECKOUT / "docs/tokens.md").read_text().partition("### A 403")[2].partition("\n## ")[0]


def asked() -> Iterator[str]:
    """The providers' names that the program calls: resources and `get_…`; argument classes ask for nothing."""
    for path in sorted((CHECKOUT / "components").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            match node:
                case ast.Call(func=ast.Attribute(value=ast.Name(id=provider), attr=name)) if provider in _ACCOUNTS:
                    if not name.endswith("Args"):
                        yield name


def test_every_resource_and_lookup_has_one_row_and_no_row_is_left_over() -> None:
    rows = [row.rpartition(" | ")[2] for row in _TABLE.splitlines() if row.startswith("| ")][1:]
    named = [name for row in rows for name in re.findall(r"`(\w+)`", row)]
    # The lists of permission groups and of tokens are asked for by two paths: the account's and the user's.
    assert set(named) == set(asked())
    assert len(named) == len(set(named)) + 2
    assert len(named) > 15


def test_a_path_of_cloudflare_names_a_permission_of_the_table_above() -> None:
    given = re.findall(r"^\| ([A-Z][\w ]+: \w+) \|", (CHECKOUT / "docs/tokens.md").read_text(), re.MULTILINE)
    asked_for = set(re.findall(r"^\| `/[^|]*\| ([A-Z][\w ]+: \w+) \|", _TABLE, re.MULTILINE))
    assert asked_for == set(given)
