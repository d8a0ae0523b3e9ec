"""A dump back into the shared database: whole, every object its app's again, nothing touched before all is known."""

import io
import re
import shlex
import sys
import tarfile
from pathlib import Path

import pytest

from operate.dumps.store import Store
from tests.support.hosts.estate import ROWS, Estate
from tests.support.operate import Petbase, Pulumi

DATED = r"db before \d{4}-\d\d-\d\d \d\d:\d\d:\d\d"


def _answers(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))


def test_a_dropped_table_comes_back_to_its_app(petbase: Petbase, estate: Estate, dump: str) -> None:
    estate.sql("DROP TABLE fruits.fruits CASCADE;")
    ran = petbase("restore", "--key", dump, "--yes")
    assert (ran.code, ran.out) == (0, f"db holds {dump} again: fruits, shop.\n")
    assert estate.as_app("fruits", "INSERT INTO fruits (name) VALUES ('cherry'); " + ROWS) == "apple banana cherry"
    assert estate.as_app("fruits", "SELECT count(*) FROM names;") == "3"
    foreign = "SELECT count(*) FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname = 'fruits'"
    assert estate.sql(f"{foreign} AND pg_get_userbyid(relowner) <> 'fruits';") == "0"


@pytest.mark.soak
def test_what_came_since_the_dump_does_not_stop_it(petbase: Petbase, estate: Estate, dump: str) -> None:
    """pg_restore alone stops at a table that refers to a restored one, and at a schema that is not empty."""
    estate.as_app(
        "fruits",
        "CREATE TABLE baskets (fruit int REFERENCES fruits (id)); CREATE TYPE colour AS ENUM ('red'); "
        "CREATE FUNCTION two() RETURNS int LANGUAGE sql AS 'SELECT 2'; CREATE VIEW more AS SELECT * FROM names; "
        "CREATE DOMAIN short AS text; CREATE SEQUENCE numbers; CREATE MATERIALIZED VIEW kept AS SELECT * FROM fruits; "
        "CREATE TABLE days (day date) PARTITION BY RANGE (day); CREATE TABLE first_days PARTITION OF days DEFAULT;",
    )
    assert petbase("restore", "--key", dump, "--yes").code == 0
    left = "SELECT relname FROM pg_class WHERE relnamespace = 'fruits'::regnamespace AND relkind <> 'i' ORDER BY 1;"
    assert estate.sql(left).split() == ["fruits", "fruits_id_seq", "names"]


@pytest.mark.soak
def test_a_schema_that_the_dump_does_not_know_stays(petbase: Petbase, estate: Estate, dump: str) -> None:
    estate.sql("CREATE SCHEMA later; CREATE TABLE later.notes (text text); INSERT INTO later.notes VALUES ('kept');")
    try:
        ran = petbase("restore", "--key", dump, "--yes")
        assert ran.code == 0
        assert re.search(r"later\.notes +\d+ +\S+ \S+ +stays", ran.err)
        assert re.search(r"fruits\.fruits +2 +\S+ \S+ +the dump's version, or removed", ran.err)
        assert estate.sql("SELECT text FROM later.notes;") == "kept"
    finally:
        estate.sql("DROP SCHEMA later CASCADE;")


@pytest.mark.soak
def test_a_dump_of_public_says_so(petbase: Petbase, estate: Estate) -> None:
    """An app with `access: superuser` lives there, and pg_restore's list has no line for that schema."""
    estate.sql("CREATE TABLE public.plain (id int); INSERT INTO public.plain VALUES (7);")
    try:
        petbase("backup")
        estate.sql("CREATE TABLE public.newer (id int); DROP TABLE public.plain;")
        assert petbase("restore", "--yes").out.endswith(" again: fruits, public, shop.\n")
        assert estate.sql("SELECT id FROM public.plain; SELECT to_regclass('public.newer') IS NULL;") == "7\nt"
    finally:
        estate.sql("DROP TABLE IF EXISTS public.plain, public.newer;")


def test_the_old_data_stays_under_its_date_and_one_command_brings_it_back(
    petbase: Petbase, estate: Estate, dump: str
) -> None:
    estate.sql("INSERT INTO fruits.fruits (name) VALUES ('damson');")
    ran = petbase("restore", "--key", dump, "--yes", "--no-safety-dump")
    assert estate.sql(ROWS) == "apple banana"
    back = re.search(
        rf"^The data from before is kept as \"({DATED})\"\. To go back to it: \./petbase (.*)$", ran.err, re.MULTILINE
    )
    assert back
    ran = petbase(*shlex.split(back[2]), "--yes", "--no-safety-dump")
    assert (ran.code, ran.out) == (0, f'db holds "{back[1]}" again.\n')
    assert estate.as_app("fruits", ROWS) == "apple banana damson"


@pytest.mark.soak
def test_the_safety_dump_holds_what_was_there(petbase: Petbase, estate: Estate, dump: str) -> None:
    estate.sql("INSERT INTO fruits.fruits (name) VALUES ('damson');")
    ran = petbase("restore", "--key", dump, "--yes")
    safety = re.search(r"^It is also in the safety dump (\S+)$", ran.err, re.MULTILINE)
    assert safety
    assert f"safety dump: {safety[1]}\n" in ran.err
    assert petbase("restore", "--key", safety[1], "--yes", "--no-safety-dump").code == 0
    assert estate.sql(ROWS) == "apple banana damson"


@pytest.mark.soak
def test_a_second_restore_does_not_bring_the_accident_back(petbase: Petbase, estate: Estate, dump: str) -> None:
    """The safety dump of the first is younger than any other, and holds the data that it was for (test_store.py)."""
    estate.sql("DROP TABLE fruits.fruits CASCADE;")
    assert petbase("restore", "--app", "fruits", "--yes").code == 0
    with Store(estate.stack) as store:
        safety, *others = store.dumps()
        assert (safety.key.partition("/")[0], safety.counts) == ("safety", False)
        assert store.find(None) == next(one for one in others if one.key == dump)
    assert petbase("restore", "--yes", "--no-safety-dump").code == 0
    assert estate.sql(ROWS) == "apple banana"


@pytest.mark.soak
def test_without_a_safety_dump_none_is_made(petbase: Petbase, estate: Estate, dump: str) -> None:
    ran = petbase("restore", "--yes", "--no-safety-dump")
    assert (ran.code, "safety" in ran.err) == (0, False)
    with Store(estate.stack) as store:
        assert [found.key for found in store.dumps()] == [dump]


@pytest.mark.soak
def test_the_services_name_has_to_be_typed(
    petbase: Petbase, estate: Estate, dump: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    estate.sql("INSERT INTO fruits.fruits (name) VALUES ('damson');")
    for typed, expected in (
        ("yes\n", 'petbase: Cancelled: you typed "yes", not "db". Nothing was changed.\n'),
        ("", "petbase: Cancelled: there was no answer. Nothing was changed. In a script: --yes\n"),
    ):
        _answers(monkeypatch, typed)
        ran = petbase("restore", "--key", dump)
        assert (ran.code, ran.out) == (2, "")
        assert ran.err.endswith(f"Type db to overwrite it: {chr(10) if not typed else ''}{expected}")
        assert estate.sql(ROWS) == "apple banana damson"
    _answers(monkeypatch, "db\n")
    assert petbase("restore", "--key", dump).code == 0
    assert estate.sql(ROWS) == "apple banana"


def _downloaded(petbase: Petbase, key: str, folder: Path) -> Path:
    file = folder / "dump.tgz"
    assert petbase("download", "--key", key, "--output", str(file)).code == 0
    return file


@pytest.mark.soak
def test_a_file_is_restored(petbase: Petbase, estate: Estate, dump: str, tmp_path: Path) -> None:
    file = _downloaded(petbase, dump, tmp_path)
    estate.sql("TRUNCATE fruits.fruits;")
    assert petbase("restore", "--file", str(file), "--yes", "--no-safety-dump").code == 0
    assert estate.sql(ROWS) == "apple banana"


@pytest.mark.soak
def test_the_inner_export_alone_is_restored(petbase: Petbase, estate: Estate, dump: str, tmp_path: Path) -> None:
    with tarfile.open(_downloaded(petbase, dump, tmp_path)) as tar:
        tar.extract("backup/export", tmp_path, filter="data")
    estate.sql("TRUNCATE fruits.fruits;")
    assert petbase("restore", "--file", f"{tmp_path}/backup/export", "--yes", "--no-safety-dump").code == 0
    assert estate.sql(ROWS) == "apple banana"


@pytest.mark.soak
def test_an_encrypted_dump_opens_by_the_stacks_own_passphrase(
    petbase: Petbase, estate: Estate, locked_dump: Path, pulumi: Pulumi
) -> None:
    pulumi.stack("test", estate.outputs, backupPassphrase="a passphrase")
    estate.sql("TRUNCATE fruits.fruits;")
    assert petbase("restore", "--file", str(locked_dump), "--yes", "--no-safety-dump").code == 0
    assert estate.sql(ROWS) == "apple banana"
