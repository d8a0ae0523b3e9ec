"""Stored settings, taken apart."""

import pytest

from host.values.stored_setting import elements


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("search_path", "fruits, extensions", ["fruits", "extensions"]),
        ("search_path", '"$user", public,"Ünï ""x"" , y"', ["$user", "public", 'Ünï "x" , y']),
        ("search_path", "Fruits , PUBLIC", ["fruits", "public"]),
        ("search_path", "", []),
        ("search_path", '""', [""]),
        (
            "search_path",
            "fruits;ALTER/**/ROLE/**/fruits/**/SUPERUSER;--",
            ["fruits;alter/**/role/**/fruits/**/superuser;--"],
        ),
        ("search_path", '"fruits', None),
        ("search_path", "a b", None),
        ("search_path", "a,", None),
        ("search_path", ",a", None),
        ("session_preload_libraries", "$libdir/Mine, auto_explain", ["$libdir/Mine", "auto_explain"]),
        ("statement_timeout", "30s", ["30s"]),
        ("role", 'a", b', ['a", b']),
        ("my.own", "a'b, c", ["a'b, c"]),
    ],
)
def test_a_value_is_taken_apart_as_postgresql_does(name: str, value: str, found: list[str] | None) -> None:
    assert elements(name, value) == found
