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
    assert (estate.sql(ROWS), "safety" in ran.err) == ("apple banana", False)
    with Store(estate.stack) as store:
        assert [found.key for found in store.dumps()] == [dump]
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
