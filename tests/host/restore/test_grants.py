"""Grants and REVOKEs made by hand, after each kind of restore: as they were when the dump was made."""

import pytest

from host.placing.settle import settle
from host.postgres.grants import Rows, read_grants
from host.postgres.owners import restore_owners
from host.postgres.psql import Psql
from host.restore.run import PutBack, RunRestore
from host.scratch.database import RESTORED
from tests.host.container import SERVICE, Container
from tests.host.restore.test_run import FRUITS, NAME, WHOLE, sent
from tests.host.scratch.loaded import restored, verdicts

MADE = """
CREATE TABLE t (id int, name text);
CREATE FUNCTION secret() RETURNS int SECURITY DEFINER LANGUAGE sql AS 'SELECT 1';
REVOKE EXECUTE ON FUNCTION secret() FROM PUBLIC;
GRANT USAGE ON SCHEMA fruits TO auditor;
GRANT SELECT (name) ON t TO auditor;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
"""


@pytest.fixture
def live(container: Container) -> Container:
    """An app with grants to a role that somebody made by hand, in a dump; since then they were taken back."""
    container.sql("CREATE ROLE auditor")
    container.app("fruits")
    container.sql("GRANT CREATE ON DATABASE db TO fruits")
    restore_owners(Psql(container.host, SERVICE))
    container.sql(MADE, role="fruits")
    return container


def granted(container: Container, database: str = SERVICE) -> Rows:
    return [
        row
        for row in read_grants(Psql(container.host, SERVICE, database))
        if "fruits" in (row["schema"], row["owner"]) and not row["schema"].startswith("fruits before")
    ]


def taken_back(container: Container) -> None:
    container.sql(
        "REVOKE ALL ON SCHEMA fruits FROM auditor; GRANT EXECUTE ON FUNCTION secret() TO PUBLIC", role="fruits"
    )
    container.sql("REVOKE ALL (name) ON t FROM auditor; GRANT ALL ON t TO PUBLIC", role="fruits")


@pytest.mark.parametrize("command", [WHOLE, FRUITS], ids=["whole", "app"])
def test_default_privileges_of_later_open_nothing_that_was_closed_and_close_nothing(
    live: Container, command: RunRestore
) -> None:
    """PostgreSQL gives them to what is made anew, and a restore makes everything anew."""
    live.sql("CREATE FUNCTION open() RETURNS int LANGUAGE sql AS 'SELECT 1'; GRANT EXECUTE ON FUNCTION open TO PUBLIC")
    live.sql("ALTER FUNCTION open SET SCHEMA fruits; ALTER FUNCTION fruits.open OWNER TO fruits")
    live.sql("CREATE TABLE closed (id serial)", role="fruits")
    sent(live)
    live.sql("ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO PUBLIC", role="fruits")
    objects = "SELECT relname::text, relacl::text FROM pg_class WHERE relnamespace = 'fruits'::regnamespace ORDER BY 1"
    may = "SELECT has_function_privilege('auditor', 'fruits.open()', 'EXECUTE'), has_table_privilege('auditor', %s)"
    may = may % "'fruits.closed', 'SELECT'"
    assert live.sql(may) == [(True, False)], live.sql(objects)
    live.run(command)
    assert live.sql(may) == [(True, False)], live.sql(objects)


@pytest.mark.parametrize("command", [WHOLE, FRUITS], ids=["whole", "app"])
def test_they_come_back_as_they_were_and_go_back(live: Container, command: RunRestore) -> None:
    before = granted(live)
    sent(live)
    taken_back(live)
    since = granted(live)
    done = live.run(command)
    assert granted(live) == before != since
    if command is WHOLE:
        live.run(PutBack(SERVICE, done["old"][0]))
        assert granted(live) == since


def test_beside_the_live_database_too(live: Container) -> None:
    before = granted(live)
    sent(live)
    live.run(RunRestore(SERVICE, NAME, dump="x.tgz", into="look"))
    assert granted(live, "look") == before


def test_a_dump_without_a_record_gets_those_that_are_live(live: Container) -> None:
    before = granted(live)
    live.sql("CREATE DATABASE old TEMPLATE db", "postgres")
    live.sql("DROP SCHEMA petbase CASCADE", "old")
    live.dump(f"petbase_sent.{NAME}", "old")
    live.run(WHOLE)
    assert granted(live) == before


def test_a_role_that_is_not_here_is_made_without_a_login(live: Container) -> None:
    before = granted(live)
    sent(live)
    live.sql("DROP OWNED BY auditor; DROP ROLE auditor")
    live.run(WHOLE)
    assert granted(live) == before
    assert live.sql("SELECT rolcanlogin FROM pg_roles WHERE rolname = 'auditor'") == [(False,)]
    assert any("the dump names the role auditor, which is not here" in step for step in live.steps)


@pytest.mark.parametrize("command", [WHOLE, FRUITS], ids=["whole", "app"])
def test_what_was_passed_on_by_another_role_comes_back(live: Container, command: RunRestore) -> None:
    live.sql("CREATE ROLE third; GRANT USAGE ON SCHEMA fruits TO auditor WITH GRANT OPTION", role="postgres")
    live.sql("GRANT SELECT ON t TO auditor WITH GRANT OPTION", role="fruits")
    live.sql("SET ROLE auditor; GRANT USAGE ON SCHEMA fruits TO third; GRANT SELECT ON fruits.t TO third")
    restore_owners(Psql(live.host, SERVICE))
    before = granted(live)
    sent(live)
    done = live.run(command)
    assert granted(live) == before
    live.run(PutBack(SERVICE, done["old"][0]))
    may = "SELECT has_table_privilege('third', 'fruits.t', 'SELECT'), has_schema_privilege('third', 'fruits', 'USAGE')"
    assert live.sql(may) == [(True, True)]


def test_they_come_back_though_what_is_in_public_does_not(live: Container) -> None:
    """As on a new server, where the record in the dump is all that is known of them."""
    live.sql(
        "CREATE FUNCTION public.here(int) RETURNS bool IMMUTABLE LANGUAGE plpgsql AS "
        "$$ BEGIN IF current_database() <> 'db' THEN RAISE 'not here'; END IF; RETURN true; END $$;"
        "CREATE TABLE public.odd (x int CHECK (public.here(x))); INSERT INTO public.odd VALUES (1)"
    )
    before = granted(live)
    assert verdicts(restored(live)) == {
        "fruits": "",
        "Petbase's own records": "",
        "what belongs to the superuser": "not here",
    }
    taken_back(live)
    settle(live.host, SERVICE, RESTORED)
    assert granted(live, RESTORED) == before
