"""A dump in any form that pg_dump writes, and in what people pack them, becomes the app's schema."""

import gzip
import io
import lzma
import shutil
import tarfile

import pytest

from host.core.errors import HostError
from tests.host.imports.staged import Importer
from tests.support.dumps import packed

TABLE = """
CREATE TABLE t (id serial PRIMARY KEY, name text); INSERT INTO t (name) VALUES ('apple'), (E'a\\nb\\\\');
CREATE VIEW v AS SELECT name FROM public.t; CREATE INDEX ON t (lower(name));
"""
FORMS = {
    "custom": ["--format=custom"],
    "tar": ["--format=tar"],
    "plain": ["--format=plain"],
    "plain, made anew": ["--format=plain", "--create", "--clean"],
    "plain, by INSERT": ["--format=plain", "--inserts"],
}
OWNERS = """
SELECT relname::text, relowner::regrole::text FROM pg_class
WHERE relnamespace = 'fruits'::regnamespace AND relkind IN ('r', 'v', 'S') ORDER BY 1
"""


def check(importer: Importer) -> None:
    live = importer.container
    assert live.sql("SELECT id, name FROM t ORDER BY id", role="fruits") == [(1, "apple"), (2, "a\nb\\")]
    assert live.value("INSERT INTO t (name) VALUES ('cherry') RETURNING id", role="fruits") == 3
    assert live.sql(OWNERS) == [("t", "fruits"), ("t_id_seq", "fruits"), ("v", "fruits")]


@pytest.mark.parametrize(
    "form", ["custom", "tar", "plain", *(pytest.param(one, marks=pytest.mark.soak) for one in [*FORMS][3:])]
)
def test_each_form_of_pg_dump_comes(importer: Importer, form: str) -> None:
    importer.source(TABLE)
    importer.file(*FORMS[form])
    done = importer.run()
    check(importer)
    assert (done["tables"], done["rows"], bool(done["unchecked"])) == (1, 2, "INSERT" in form)
    (aside,) = done["restored"]["old"]
    assert importer.container.sql(f'SELECT name FROM "{aside}".old') == [("pear",)]


@pytest.mark.parametrize("top", [pytest.param("", marks=pytest.mark.soak), "shop/"])
def test_a_folder_comes_as_a_tar(importer: Importer, top: str) -> None:
    importer.source(TABLE)
    folder = importer.file("--format=directory", name="folder")
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w:gz") as tar:
        for one in sorted(folder.iterdir()):
            tar.add(one, f"{top}{one.name}")
    importer.put(target.getvalue())
    shutil.rmtree(folder)
    importer.run()
    check(importer)


@pytest.mark.parametrize("form", [*(pytest.param(one, marks=pytest.mark.soak) for one in [*FORMS][:2]), "plain"])
def test_what_is_packed_is_unpacked(importer: Importer, form: str) -> None:
    importer.source(TABLE)
    importer.put(gzip.compress(importer.file(*FORMS[form]).read_bytes()))
    importer.run()
    check(importer)


def test_xz_a_tar_of_one_file_and_what_dokku_makes_are_unpacked(importer: Importer) -> None:
    importer.source(TABLE)
    export = importer.file("--format=custom").read_bytes()
    for content in (lzma.compress(export), packed(export), packed(export, "latest.dump")):
        importer.put(content)
        assert importer.look()["facts"]["form"] == "a dump in custom format"


OTHERS = {
    b"PK\x03\x04....": "it is a zip archive; unpack it first",
    b"-- MySQL dump 10.13": "it is of MySQL",
    b"<!DOCTYPE html>": "it is a web page",
    b"\xff\xfe-\x00-\x00": "it is UTF-16, as PowerShell's > writes; make it with: pg_dump --file NAME",
    b"\x00\x01\x02": "it is neither text nor any other form that pg_dump writes",
    b"\n": "it is empty",
    gzip.compress(b"", mtime=0): "it is empty",
}


@pytest.mark.parametrize("content", OTHERS)
def test_what_is_no_dump_is_named(importer: Importer, content: bytes) -> None:
    importer.put(content)
    with pytest.raises(HostError) as caught:
        importer.look()
    assert str(caught.value) == (
        f"this is not a PostgreSQL dump: {OTHERS[content]}; nothing was changed. Make one with: pg_dump --format custom"
    )
    assert importer.runner.removed == 2


def test_a_dump_that_is_cut_off_changes_nothing(importer: Importer) -> None:
    importer.source(TABLE)
    for form in ("custom", "tar"):
        whole = importer.file(*FORMS[form]).read_bytes()
        importer.put(whole[: len(whole) // 2])
        with pytest.raises(HostError, match=r"; nothing was changed"):
            importer.run()
        assert importer.container.sql("SELECT name FROM old", role="fruits") == [("pear",)]


@pytest.mark.parametrize("left", [0.5, 0.9])
@pytest.mark.parametrize("program", ["pg_dump", "pg_dumpall"])
def test_plain_sql_that_is_cut_off_is_not_taken_for_whole(importer: Importer, program: str, left: float) -> None:
    """psql would load half of the rows, none of the indexes, and end well."""
    importer.source(TABLE)
    whole = importer.file(program=program).read_bytes()
    importer.put(whole[: int(len(whole) * left)])
    with pytest.raises(HostError) as caught:
        importer.run()
    assert str(caught.value) == "the dump is cut off: its end is missing; nothing was changed. Take another dump"


def test_a_dump_that_is_gone_is_sent_again(importer: Importer) -> None:
    with pytest.raises(HostError, match="the dump is not on the server any more; nothing was changed"):
        importer.look()
