"""Roles that a dump names, found in what pg_dump writes before anything that an app wrote."""

import pytest

from host.archive.entry import Entry
from host.loading.named_roles import named


@pytest.mark.parametrize(
    ("kind", "definition", "roles"),
    [
        ("POLICY", "CREATE POLICY few ON a.t USING ((a.f(i) > 0));\n", []),
        ("POLICY", "CREATE POLICY few ON a.t TO notes WITH CHECK (true);\n", ["notes"]),
        (
            "POLICY",
            'CREATE POLICY few ON a.t AS RESTRICTIVE FOR SELECT TO b, "c ""d" USING (x = \' TO e \');\n',
            ["b", 'c "d'],
        ),
        ("POLICY", 'CREATE POLICY "x TO y" ON "a TO b"."c, d" USING (true);\n', []),
        ("USER MAPPING", "CREATE USER MAPPING FOR fruits SERVER s OPTIONS (\n    x ' FOR y'\n);\n", ["fruits"]),
        ("TABLE", "CREATE TABLE a.t (x text DEFAULT ' TO b');\n", []),
    ],
)
def test_roles_are_read_where_pg_dump_writes_them(kind: str, definition: str, roles: list[str]) -> None:
    assert named(Entry(1, kind, "a", "t", "owner", definition=definition)) == ["owner", *roles]
