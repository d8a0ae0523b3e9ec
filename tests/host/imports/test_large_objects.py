"""Large objects belong to a database, not to a schema: they come along, and no number is given twice."""

import pytest

from host.core.errors import HostError
from tests.host.imports.staged import Importer

PHOTOS = """
CREATE DOMAIN photo AS oid; CREATE TABLE t (name text, o oid, p photo);
INSERT INTO t SELECT 'apple', o, o FROM lo_from_bytea(4711, convert_to(repeat('x', 100000), 'UTF8')) AS o;
INSERT INTO t VALUES ('none', NULL, NULL), ('kiwi', lo_from_bytea(4712, 'kiwi'), 0);
COMMENT ON LARGE OBJECT 4712 IS E'a ''photo''';
"""
FORMS = ["--format=plain", *(pytest.param(f"--format={one}", marks=pytest.mark.soak) for one in ("custom", "tar"))]
LIVE = """
SELECT name, o::bigint, p::bigint, length(lo_get(o)), rolname, obj_description(o, 'pg_largeobject')
FROM t JOIN pg_largeobject_metadata m ON m.oid = o JOIN pg_roles r ON r.oid = lomowner ORDER BY name
"""
COMMENT = "a 'photo'"
CAME = [("apple", 4711, 4711, 100_000, "fruits", None), ("kiwi", 4712, 0, 4, "fruits", COMMENT)]
HELD = "SELECT c.oid::bigint FROM pg_class c WHERE relnamespace = 'fruits'::regnamespace ORDER BY 1"
COUNT = "SELECT count(*) FROM pg_largeobject_metadata"


def refused(importer: Importer, *, look: bool = True, url: str = "") -> str:
    before = importer.container.sql(HELD)
    with pytest.raises(HostError) as caught:
        importer.look(url=url) if look else importer.run(url=url)
    assert importer.container.sql(HELD) == before
    return str(caught.value)


def test_they_come_and_one_that_changed_since_the_last_import_leaves_the_old_data_its_own(importer: Importer) -> None:
    importer.source(PHOTOS)
    assert importer.look(url=importer.url)["facts"]["large_objects"] == 2
    done = importer.run(url=importer.url)
    assert (done["facts"]["large_objects"], done["facts"]["left_out"], done["facts"]["notes"]) == (2, [], [])
    assert importer.container.sql(LIVE, role="fruits") == CAME
    assert importer.look(url=importer.url)["facts"]["notes"] == [
        "large objects that fruits has here and that differ by now get other numbers, also in fruits.t.o, fruits.t.p: "
        "4711, 4712"
    ]
    importer.source("SELECT lo_put(4712, 0, 'plum')")
    (aside,) = importer.run(url=importer.url)["restored"]["old"]
    kiwi = "SELECT convert_from(lo_get(o), 'UTF8') FROM {}.t WHERE name = 'kiwi'"
    assert importer.container.value(kiwi.format("fruits")) == "plum"
    assert importer.container.value(kiwi.format(f'"{aside}"')) == "kiwi"
    assert importer.container.value(COUNT) == 3, "the one that is the same came once"


@pytest.mark.parametrize("form", FORMS)
def test_they_come_from_each_form_of_a_dump(importer: Importer, form: str) -> None:
    importer.source(PHOTOS)
    importer.file(form)
    assert importer.look()["facts"]["large_objects"] == 2
    assert importer.container.value(COUNT) == 0
    importer.run()
    assert importer.container.sql(LIVE, role="fruits") == CAME


def test_one_whose_number_another_app_has_gets_another_and_its_columns_follow(importer: Importer) -> None:
    importer.source(PHOTOS)
    importer.file("--format=custom")
    importer.container.app("shop", "SELECT lo_from_bytea(4711, 'of the shop'), lo_from_bytea(16384, 'too')")
    (note,) = importer.look()["facts"]["notes"]
    assert note == ("large objects whose numbers are taken here get others, also in fruits.t.o, fruits.t.p: 4711")
    assert importer.run()["facts"]["notes"] == [note]
    moved = ("apple", 16385, 16385, 100_000, "fruits", None)
    assert importer.container.sql(LIVE, role="fruits") == [moved, CAME[1]]
    assert importer.container.sql("SELECT lo_get(4711), lo_get(16384)") == [(b"of the shop", b"too")]


NOT_MOVED = (
    "the source's large object 4711 cannot keep its number, which shop has here, and no column of type oid refers to "
    "it, so it cannot get another; nothing was changed. Remove it in the source (vacuumlo), if nothing uses it; or "
    "import a dump without large objects: pg_dump --no-blobs --format custom"
)


def test_one_that_no_column_refers_to_cannot_get_another_number(importer: Importer) -> None:
    """Its number may be anywhere, in a column of texts even."""
    importer.container.app("shop", "SELECT lo_from_bytea(4711, 'of the shop')")
    importer.source("CREATE TABLE t (o text); INSERT INTO t SELECT lo_from_bytea(4711, 'apple')")
    assert refused(importer, url=importer.url) == NOT_MOVED
    importer.source("ALTER TABLE t ADD other oid")
    assert refused(importer, look=False, url=importer.url) == NOT_MOVED
    importer.file("--format=custom", "--no-blobs")
    importer.run()
    assert importer.container.value("SELECT convert_from(lo_get(4711), 'UTF8')") == "of the shop"
    importer.container.sql("ALTER LARGE OBJECT 4711 OWNER TO fruits")
    assert refused(importer, look=False, url=importer.url).endswith(
        "Remove the one here, if nothing uses it: ./petbase psql --app fruits -c 'SELECT lo_unlink(4711)'"
    )


def test_one_that_the_user_may_not_read_is_named_before_anything_is_read(importer: Importer) -> None:
    importer.source(
        "CREATE ROLE weak LOGIN PASSWORD 'weak'; CREATE TABLE t (); GRANT SELECT ON t TO weak;"
        "SELECT lo_create(4711), lo_create(4712); GRANT SELECT ON LARGE OBJECT 4712 TO PUBLIC"
    )
    weak = importer.url.replace("postgres:" + "p" * 32, "weak:weak")
    assert refused(importer, url=weak) == (
        "the source's user may not read the large object 4711; nothing was changed. Use a user that may, as the owner "
        "of the database, or leave out the schema: --leave SCHEMA"
    )
