"""Whose an entry of a dump is, and when it comes."""

import pytest

from host.archive.entry import DATA, NO_SECTION, POST_DATA, Entry
from host.archive.shares import EXTENSIONS, SHARED, SUPERUSER, Kind, Loader, Phase
from host.archive.whose import shares

FRUITS = Loader(Kind.APP, "fruits")
SCHEMAS = (
    Entry(1, "SCHEMA", "", "fruits", "fruits"),
    Entry(2, "SCHEMA", "", "extensions", "postgres"),
    Entry(3, "SCHEMA", "", "fruits before 2026-11-22 18:30:05", "postgres"),
)
OLD = "fruits before 2026-11-22 18:30:05"


def share(entry: Entry, *others: Entry, **how: tuple[str, ...]) -> tuple[Loader, Phase]:
    found = shares([*SCHEMAS, *others, entry], **how)
    return found.loader(entry), found.phase(entry)


@pytest.mark.parametrize(
    ("entry", "loader", "phase"),
    [
        (Entry(9, "TABLE", "fruits", "t", "fruits"), FRUITS, Phase.PRE),
        (Entry(9, "TABLE", "fruits", "t", "postgres"), FRUITS, Phase.PRE),
        (Entry(9, "TABLE", "public", "t", "fruits"), FRUITS, Phase.PRE),
        (Entry(9, "TABLE", "public", "t", "postgres"), SHARED, Phase.PRE),
        (Entry(9, "FOREIGN TABLE", "public", "t", "postgres"), SUPERUSER, Phase.PRE),
        (Entry(9, "FOREIGN TABLE", "fruits", "t", "postgres"), FRUITS, Phase.PRE),
        (Entry(9, "TABLE", OLD, "t", "fruits"), FRUITS, Phase.PRE),
        (Entry(9, "TABLE", OLD, "t", "postgres"), Loader(Kind.ASIDE, OLD), Phase.PRE),
        (Entry(9, "INDEX", "fruits", "i", "fruits", POST_DATA), FRUITS, Phase.POST),
        (Entry(9, "POLICY", "fruits", "t p", "fruits", POST_DATA), FRUITS, Phase.GUARD),
        (Entry(9, "MATERIALIZED VIEW DATA", "fruits", "m", "fruits", POST_DATA), FRUITS, Phase.REFRESH),
        (Entry(9, "TABLE DATA", "extensions", "job", "postgres", DATA), EXTENSIONS, Phase.ROWS),
        (Entry(9, "BLOB", "", "4711", "fruits"), SUPERUSER, Phase.ROWS),
        (Entry(9, "EVENT TRIGGER", "", "e", "postgres", POST_DATA), SUPERUSER, Phase.LAST),
        (Entry(9, "ACL", "fruits", "TABLE t", "fruits", NO_SECTION), SUPERUSER, Phase.NEVER),
        (Entry(9, "OPERATOR CLASS", "fruits", "o", "fruits"), SUPERUSER, Phase.PRE),
        (Entry(9, "EXTENSION", "", "vector", "", needs=(2,)), SUPERUSER, Phase.EXTENSION),
    ],
)
def test_an_entry_is_its_owners(entry: Entry, loader: Loader, phase: Phase) -> None:
    assert share(entry) == (loader, phase)


def test_a_foreign_table_that_may_run_something_is_not_made_by_the_superuser() -> None:
    function = Entry(8, "FUNCTION", "fruits", "f()", "fruits")
    table = Entry(9, "FOREIGN TABLE", "public", "t", "postgres", needs=(8,))
    assert share(table, function) == (SHARED, Phase.PRE)


def test_another_superusers_things_are_the_superusers() -> None:
    assert share(Entry(9, "TABLE", "public", "t", "root"), superusers=("root",)) == (SHARED, Phase.PRE)


def test_an_extension_in_an_apps_schema_is_the_apps_where_it_may_create_it() -> None:
    citext = Entry(9, "EXTENSION", "", "citext", "", needs=(1,))
    assert share(citext, trusted=("citext",)) == (FRUITS, Phase.EXTENSION)
    assert share(citext) == (SUPERUSER, Phase.EXTENSION)


@pytest.mark.parametrize(
    ("definition", "owner", "loader"),
    [
        (
            "CREATE FUNCTION fruits.f() RETURNS int\n    LANGUAGE c STRICT\n    AS '$libdir/x', 'f';",
            "postgres",
            SUPERUSER,
        ),
        ("CREATE FUNCTION fruits.f() RETURNS int\n    LANGUAGE c STRICT\n    AS '$libdir/x', 'f';", "fruits", FRUITS),
        (
            "CREATE FUNCTION fruits.f() RETURNS int\n    LANGUAGE sql LEAKPROOF\n    AS $$ SELECT 1 $$;",
            "postgres",
            SUPERUSER,
        ),
        ("CREATE FUNCTION fruits.f() RETURNS int\n    LANGUAGE c SECURITY DEFINER\n    AS 'x';", "postgres", FRUITS),
        (
            "CREATE FUNCTION fruits.f() RETURNS int\n    LANGUAGE plpgsql\n    AS $$\n    LANGUAGE c\n$$;",
            "postgres",
            FRUITS,
        ),
    ],
)
def test_the_superuser_makes_only_functions_that_no_other_role_can_make(
    definition: str, owner: str, loader: Loader
) -> None:
    assert share(Entry(9, "FUNCTION", "fruits", "f()", owner, definition=definition))[0] == loader


@pytest.mark.parametrize(
    ("definition", "loader"),
    [
        ("CREATE CAST (fruits.mood AS text) WITH FUNCTION fruits.f(fruits.mood);\n", FRUITS),
        ("CREATE CAST (fruits.mood AS text) WITHOUT FUNCTION AS ASSIGNMENT;\n", SUPERUSER),
        ('CREATE CAST (fruits.") WITHOUT FUNCTION" AS text) WITH FUNCTION fruits.f(fruits.mood);\n', FRUITS),
    ],
)
def test_a_cast_is_made_by_its_types_owner(definition: str, loader: Loader) -> None:
    mood = Entry(8, "TYPE", "fruits", "mood", "fruits")
    assert share(Entry(9, "CAST", "", "CAST …", "", definition=definition, needs=(8,)), mood)[0] == loader


def test_a_cast_of_system_types_is_the_superusers() -> None:
    assert share(Entry(9, "CAST", "", "CAST …", "", definition="CREATE CAST (xid AS int) WITH INOUT;"))[0] == SUPERUSER


def test_a_server_whose_wrapper_checks_it_with_somebodys_function_is_not_the_superusers() -> None:
    check = Entry(7, "FUNCTION", "fruits", "check(text[], oid)", "fruits")
    wrapper = Entry(8, "FOREIGN DATA WRAPPER", "", "w", "postgres", needs=(7,))
    server = Entry(9, "SERVER", "", "s", "fruits", needs=(8,))
    assert share(server, check, wrapper)[0] == FRUITS
    assert share(server, Entry(8, "FOREIGN DATA WRAPPER", "", "w", "postgres"))[0] == SUPERUSER


def test_a_remark_comes_with_what_it_is_about() -> None:
    index = Entry(8, "INDEX", "fruits", "i", "fruits", POST_DATA)
    remark = Entry(9, "COMMENT", "fruits", "INDEX i", "fruits", NO_SECTION, needs=(8,))
    assert share(remark, index) == (FRUITS, Phase.POST)
    on_schema = Entry(9, "COMMENT", "", "SCHEMA fruits", "fruits", NO_SECTION, needs=(1,))
    assert share(on_schema) == (SUPERUSER, Phase.PRE)
