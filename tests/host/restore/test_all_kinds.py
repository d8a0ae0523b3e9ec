"""Every kind of thing that an app can make comes back by each way of restoring, in all of its schemas."""

from typing import Any

import pytest

from host.core.errors import HostError
from host.postgres.owners import restore_owners
from host.postgres.psql import Psql
from host.restore.look import LookAtDump
from host.restore.run import PutBack, RunRestore
from host.scratch.fingerprint import of_database
from tests.host.container import SERVICE, Container
from tests.host.restore.kinds import KINDS, PUBLICATION, ROWS, SECOND
from tests.host.restore.test_run import FRUITS, NAME, WHOLE, again, sent
from tests.host.scratch.loaded import OWNERS, restored, verdicts

PUBLICATIONS = """
SELECT pubname::text, pubowner::regrole::text, (
  SELECT string_agg(name, ' ' ORDER BY name) FROM pg_publication_rel, CAST(prrelid::regclass AS text) AS name
  WHERE prpubid = p.oid)
FROM pg_publication p
"""


@pytest.fixture
def full(container: Container) -> Container:
    """The app fruits, which has all of them, beside notes; a dump of it on the server."""
    container.app("notes", "CREATE TABLE t AS SELECT 1 AS id")
    container.app("fruits", KINDS)
    container.sql("GRANT CREATE ON DATABASE db TO fruits")
    container.sql(SECOND, role="fruits")
    sent(container)
    return container


def schemas(container: Container) -> dict[str, str]:
    found = of_database(container.host, SERVICE, SERVICE).schemas
    return {name: found[name] for name in ("fruits", "jobs")}


def rows(container: Container) -> list[tuple[Any, ...]]:
    return container.sql(ROWS, role="fruits")


@pytest.mark.parametrize("command", [FRUITS, WHOLE], ids=["app", "whole"])
def test_all_kinds_come_back(full: Container, command: RunRestore) -> None:
    held, before, owners = schemas(full), rows(full), full.sql(OWNERS)
    full.sql("DROP TABLE jobs.job CASCADE; DELETE FROM parts; DROP TYPE hours CASCADE", role="fruits")
    done = full.run(command)
    assert schemas(full) == held
    assert rows(full) == before
    assert [one for one in full.sql(OWNERS) if one[0] in ("fruits", "jobs", "notes")] == owners
    full.run(PutBack(SERVICE, done["old"][0]))
    assert full.sql("SELECT count(*) FROM parts", role="fruits") == [(0,)]


def test_a_publication_is_its_apps_again_after_a_whole_restore(full: Container) -> None:
    full.sql(PUBLICATION, role="fruits")
    sent(full)
    before = full.sql(PUBLICATIONS)
    assert before == [("changes", "fruits", "fruits.child fruits.things jobs.job")]
    full.sql("DROP PUBLICATION changes", role="fruits")
    full.run(WHOLE)
    assert full.sql(PUBLICATIONS) == before


def test_publications_that_an_apps_own_restore_leaves_behind_are_known_before(full: Container) -> None:
    full.sql(PUBLICATION, role="fruits")
    assert full.run(LookAtDump(SERVICE, NAME))["publications"] == {"fruits": ["changes"], "jobs": ["changes"]}
    full.run(FRUITS)
    assert " before " in full.sql(PUBLICATIONS)[0][2]
    again(full)
    left = full.run(LookAtDump(SERVICE, NAME))["publications"]
    assert {*left}.isdisjoint({"fruits", "jobs"})


def test_a_cast_to_a_type_of_another_app_stops_it(full: Container) -> None:
    full.sql("CREATE TYPE notes.kind AS (a int); GRANT USAGE ON SCHEMA notes TO fruits")
    full.sql("CREATE CAST (fruits.mood AS notes.kind) WITH INOUT")
    with pytest.raises(
        HostError, match=r"something outside the schema fruits, jobs depends on it: cast from fruits.mood"
    ):
        full.run(FRUITS)


def test_an_expression_that_takes_more_stack_to_spell_than_to_parse_stops_no_dump(container: Container) -> None:
    """With PostgreSQL's own limit pg_dump fails, so one app would stop the dumps of all."""
    container.app("fruits", f"CREATE TABLE deep (x int CHECK ({'+'.join(['x'] * 8000)} > 0))")
    restore_owners(Psql(container.host, SERVICE))
    assert verdicts(restored(container))["fruits"] == ""
