"""The order in which loading roles take turns."""

from host.archive.entry import DATA, Entry
from host.archive.order import in_order, turns, visits, with_needs
from host.archive.shares import Kind, Loader
from host.archive.whose import shares

SCHEMAS = (Entry(1, "SCHEMA", "", "a", "a"), Entry(2, "SCHEMA", "", "b", "b"))
A, B = Loader(Kind.APP, "a"), Loader(Kind.APP, "b")


def table(number: int, schema: str, *needs: int, kind: str = "TABLE") -> Entry:
    return Entry(number, kind, schema, f"t{number}", schema, needs=needs)


def taken(*entries: Entry) -> list[tuple[str, list[int]]]:
    found = shares([*SCHEMAS, *entries])
    return [(turn.loader.name, [entry.id for entry in turn.entries]) for turn in turns(entries, found)]


def test_who_needs_nothing_of_others_takes_one_turn() -> None:
    entries = (table(3, "a"), table(4, "b"), table(5, "a", 3), table(6, "b", 4))
    assert taken(*entries) == [("a", [3, 5]), ("b", [4, 6])]


def test_who_needs_something_of_others_waits_for_it() -> None:
    entries = (table(3, "a"), table(4, "b", 3), table(5, "a", 4), table(6, "b", 5), table(7, "a"))
    assert taken(*entries) == [("a", [3, 7]), ("b", [4]), ("a", [5]), ("b", [6])]


def test_a_circle_goes_by_the_dumps_order() -> None:
    entries = (table(3, "a", 4), table(4, "b", 3), table(5, "a"))
    assert taken(*entries) == [("a", [5]), ("a", [3]), ("b", [4])]


def test_views_take_turns_as_they_come() -> None:
    entries = (table(3, "a"), table(4, "b"), table(5, "b"), table(6, "a"))
    found = shares([*SCHEMAS, *entries])
    assert [turn.loader for turn in in_order(entries, found)] == [A, B, A]


def test_a_visit_is_what_needs_a_thing_in_anothers_schema() -> None:
    entries = (*SCHEMAS, table(3, "a"), table(4, "b", 3, 2), table(5, "b", 4))
    assert [(one.loader, one.schema, one.entry.id, one.needed.id) for one in visits(entries, shares(entries))] == [
        (B, "a", 4, 3)
    ]


def test_what_is_needed_comes_with_its_rows_and_partitions() -> None:
    entries = (
        table(3, "a"),
        table(4, "a"),
        Entry(5, "TABLE ATTACH", "a", "t4", "a", needs=(4, 3)),
        Entry(6, "TABLE DATA", "a", "t4", "a", DATA, needs=(4,)),
        table(7, "b", 3),
        table(8, "a"),
    )
    assert with_needs({7}, entries) == {3, 4, 5, 6, 7}
