"""`./petbase import` on a server: from a URL and from dumps, and what a hostile one cannot do there."""

import io
import json
import sys
from pathlib import Path

import pytest

from sandbox.store import Store, account, faults
from tests.examples.postgres import PASSWORD
from tests.operate.imports.elsewhere import Elsewhere
from tests.support.hosts.estate import ROWS, Estate
from tests.support.operate import Petbase, Pulumi

QUICK = ["--yes", "--no-safety-dump"]
ITEMS = "SELECT string_agg(name, ' ' ORDER BY id) FROM items;"


def test_a_database_comes_by_its_url_and_goes_back(
    petbase: Petbase, estate: Estate, elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PETBASE_IMPORT_URL", elsewhere.url)
    petbase.secrets = [*petbase.secrets, PASSWORD]
    ran = petbase("import", "fruits", *QUICK)
    assert (ran.code, ran.out) == (0, "fruits holds shop at 127.0.0.1: 1 table, 2 rows.\n"), ran.err
    assert "source     shop at 127.0.0.1, a database of PostgreSQL 16.14" in ran.err
    assert "schemas    public (1 table), which becomes fruits\n" in ran.err
    assert "replaces   1 table of fruits with about 2 rows, which stay aside" in ran.err
    assert estate.as_app("fruits", ITEMS) == "kiwi fig"
    (old,) = json.loads(petbase("kept", "--json").out)["aside"]
    assert old["dump"] == "import from shop at 127.0.0.1"
    assert petbase("restore", "--kept", old["name"], *QUICK).code == 0
    assert estate.as_app("fruits", ROWS) == "apple banana"


@pytest.mark.soak
def test_a_look_touches_nothing(petbase: Petbase, estate: Estate, elsewhere: Elsewhere) -> None:
    ran = petbase("import", "fruits", "--from", str(elsewhere.dump("custom")), "--look", "--json")
    found = json.loads(ran.out)
    assert (found["source"], found["form"], found["server"]) == ("shop.dump", "a dump in custom format", "16.14")
    assert found["schemas"] == [{"name": "public", "tables": 1, "becomes": "fruits", "why": ""}]
    assert estate.as_app("fruits", ROWS) == "apple banana"
    assert estate.connection.run("docker", "ps", "--all", "--format", "{{.Names}}").count("petbase") == 0


@pytest.mark.soak
@pytest.mark.parametrize("form", ["plain", "directory"])
def test_a_dump_comes_and_a_person_is_asked(
    petbase: Petbase, estate: Estate, elsewhere: Elsewhere, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    dump = str(elsewhere.dump(form))
    monkeypatch.setattr(sys, "stdin", io.StringIO("no\nfruits\n"))
    ran = petbase("import", "fruits", "--from", dump, "--no-safety-dump")
    assert (ran.code, ran.err.splitlines()[-1]) == (
        2,
        'Type fruits to replace its data: petbase: Cancelled: you typed "no", not "fruits". Nothing was changed.',
    )
    assert estate.as_app("fruits", ROWS) == "apple banana"
    ran = petbase("import", "fruits", "--from", dump, "--no-safety-dump")
    assert (ran.code, ran.out) == (0, "fruits holds shop.dump: 1 table, 2 rows.\n"), ran.err
    assert estate.as_app("fruits", ITEMS) == "kiwi fig"


HOSTILE = """
\\! id >/petbase-was-here; touch /tmp/petbase-was-here /var/lib/dokku/petbase-was-here
\\copy (SELECT 1) TO '/var/lib/dokku/petbase-was-here'
COPY (SELECT 1) TO PROGRAM 'cat >/dev/null';
\\connect petbase_source
CREATE ROLE shop LOGIN SUPERUSER PASSWORD 'x'; ALTER ROLE shop SUPERUSER;
CREATE ROLE fruits SUPERUSER; ALTER ROLE fruits SUPERUSER;
CREATE ROLE backdoor SUPERUSER LOGIN PASSWORD 'x'; GRANT pg_execute_server_program TO fruits;
CREATE TABLE public.items (id int PRIMARY KEY, name text);
CREATE FUNCTION public.wrap(int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS
  $$ BEGIN EXECUTE 'ALTER ROLE fruits SUPERUSER'; RETURN 1; EXCEPTION WHEN OTHERS THEN RETURN 1; END $$;
CREATE TABLE public.trap (id int GENERATED ALWAYS AS (public.wrap(1)) STORED, x int CHECK (public.wrap(x) = 1));
COPY public.items (id, name) FROM stdin;
1\tevil
\\.
COPY public.trap (x) FROM stdin;
1
\\.
CREATE INDEX ix ON public.items (public.wrap(id));
CREATE FUNCTION public.hook() RETURNS event_trigger LANGUAGE plpgsql AS
  $$ BEGIN EXECUTE 'ALTER ROLE fruits SUPERUSER'; EXCEPTION WHEN OTHERS THEN END $$;
CREATE EVENT TRIGGER hook ON ddl_command_end EXECUTE FUNCTION public.hook();
SELECT set_config('search_path', 'fruits;ALTER/**/ROLE/**/fruits/**/SUPERUSER;--', false);
ALTER ROLE fruits IN DATABASE petbase_source SET search_path FROM CURRENT;
CREATE POLICY p ON public.items TO shop, postgres USING (true);
GRANT ALL ON public.items TO shop;
"""
STATE = """
SELECT json_agg(a ORDER BY rolname) FROM pg_authid a;
SELECT json_agg(m ORDER BY roleid, member) FROM pg_auth_members m;
SELECT json_agg(s ORDER BY setrole) FROM pg_db_role_setting s;
SELECT json_agg(evtname ORDER BY evtname) FROM pg_event_trigger;
SELECT string_agg(extname, ' ' ORDER BY extname) FROM pg_extension;
"""


@pytest.mark.soak
def test_a_hostile_dump_reaches_nothing_but_the_apps_own(petbase: Petbase, estate: Estate, tmp_path: Path) -> None:
    before = estate.sql(STATE)
    dump = tmp_path / "hostile.sql"
    dump.write_text(HOSTILE)
    ran = petbase("import", "fruits", "--from", str(dump), *QUICK)
    assert ran.code == 0, ran.err
    assert estate.as_app("fruits", "SELECT name FROM items;") == "evil"
    assert estate.sql(STATE) == before
    found = estate.connection.run("find", "/", "-xdev", "-name", "petbase-was-here")
    assert found.strip() == ""
    root = estate.host.machine.root
    assert not list(root.rglob("petbase-was-here"))
    assert not Path("/petbase-was-here").exists()
    assert not Path("/tmp/petbase-was-here").exists()


@pytest.mark.soak
def test_files_come_first_and_a_file_that_does_not_come_leaves_the_database_alone(
    petbase: Petbase,
    estate: Estate,
    *,
    elsewhere: Elsewhere,
    running_store: Store,
    pulumi: Pulumi,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    account.create_bucket(running_store.root, "photos")
    account.put_token(running_store.root, "7" * 32, "7f" * 32, "photos", write=True)
    told = {"name": "photos", "endpoint": running_store.endpoint, "region": "auto", "key": "", "public": None}
    told |= {"accessKeyId": "7" * 32, "secretAccessKey": "7f" * 32}
    apps = estate.outputs["apps"]
    pulumi.stack("test", {**estate.outputs, "apps": {**apps, "fruits": {**apps["fruits"], "bucket": told}}})
    (tmp_path / "files").mkdir()
    (tmp_path / "files/kiwi.jpg").write_bytes(b"a kiwi")
    words = ["import", "fruits", "--from", str(elsewhere.dump("custom")), "--files", str(tmp_path / "files"), *QUICK]
    faults.order(running_store.root, times=0, status=400, code="InvalidArgument", method="PUT", key="kiwi")
    ran = petbase(*words)
    assert (ran.code, ran.out) == (1, f"photos holds {tmp_path / 'files'}: 0 files, 0 bytes copied.\n")
    assert estate.as_app("fruits", ROWS) == "apple banana"
    faults.clear(running_store.root)
    monkeypatch.setattr(sys, "stdin", io.StringIO("fruits\n"))
    ran = petbase(*[word for word in words if word != "--yes"])
    assert "Type fruits to replace its data and copy 1 file into its bucket: " in ran.err
    assert ran.out.splitlines() == [
        f"photos holds {tmp_path / 'files'}: 1 file, 6 bytes copied.",
        "fruits holds shop.dump: 1 table, 2 rows.",
    ], ran.err
    assert estate.as_app("fruits", ITEMS) == "kiwi fig"
    found = json.loads(petbase(*words, "--json").out)
    assert (found["rows"], found["files"]["same"]) == (2, 1)
