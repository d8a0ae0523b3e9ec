"""What each app's role may open, so that all of them at their limits stop no dump, no `up` and no restore."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest

from host.link.connections import share_connections
from host.link.ensure import EnsureLink, RemoveLink
from host.values.connections import LEAST, RESERVED
from tests.examples import postgres
from tests.host.container import SERVICE, Container
from tests.host.link.answers import LINKED
from tests.host.postgres.real import Database
from tests.host.scratch.loaded import restored, verdicts

LIMITS = "SELECT rolname::text, rolconnlimit FROM pg_roles WHERE rolcanlogin AND NOT rolsuper ORDER BY 1"


def link(database: Database, app: str, connections: int | None = None) -> None:
    """An app's role, as a link leaves it with the connections of its stack file."""
    names = {"schema": app, "role": app, "connections": connections}
    database.psql.host.state.write(f"apps/{app}/links/db", access="schema", stack="prod", **names)
    database.run(f'CREATE ROLE "{app}" LOGIN')


def limits(database: Database) -> dict[str, int]:
    share_connections(database.psql.host, "db")
    return dict(database.run(LIMITS))


def test_the_limits_of_all_apps_together_leave_room_however_many_there_are(database: Database) -> None:
    for number, share in enumerate([40, 40, 30, 22, 18, 15], 1):
        link(database, f"app{number}")
        assert limits(database) == {f"app{one}": share for one in range(1, number + 1)}
    assert share * number <= 100 - 3 - RESERVED


def test_what_the_stack_file_says_comes_first_and_the_others_share_the_rest(database: Database) -> None:
    link(database, "big", 60)
    link(database, "small", 2)
    for app in ("fruits", "notes"):
        link(database, app)
    assert limits(database) == {"big": 60, "small": 2, "fruits": 14, "notes": 14}


def test_an_app_has_a_useful_number_even_where_that_is_too_much_in_all(database: Database) -> None:
    link(database, "big", 89)
    for app in ("fruits", "notes"):
        link(database, app)
    assert limits(database) == {"big": 89, "fruits": LEAST, "notes": LEAST}


def test_nothing_is_written_where_all_have_their_share(database: Database) -> None:
    link(database, "fruits")
    database.run("CREATE ROLE by_hand LOGIN; CREATE ROLE mighty LOGIN SUPERUSER CONNECTION LIMIT 3")
    link(database, "removed")
    database.run("ALTER ROLE removed NOLOGIN")
    assert limits(database) == {"fruits": 40, "by_hand": -1}
    assert database.value("SELECT rolconnlimit FROM pg_roles WHERE rolname = 'removed'") == -1
    rows = database.run("SELECT rolname::text, xmin::text FROM pg_authid ORDER BY 1")
    assert limits(database) == {"fruits": 40, "by_hand": -1}
    assert database.run("SELECT rolname::text, xmin::text FROM pg_authid ORDER BY 1") == rows


def test_an_app_that_holds_its_role_stops_no_other_ones_link(database: Database) -> None:
    for app in ("fruits", "notes"):
        link(database, app)
    with psycopg.connect(database.server.url(database.name)) as session:
        session.execute("SET SESSION AUTHORIZATION fruits")
        session.execute("ALTER ROLE fruits PASSWORD 'other'")
        assert limits(database) == {"fruits": -1, "notes": 40}
        session.rollback()
    assert limits(database) == {"fruits": 40, "notes": 40}


def test_links_that_come_and_go_change_the_others(database: Database) -> None:
    database.psql.host.state.write("apps/a/links/db", access="superuser", stack="prod")
    for app in ("b", "c", "d"):
        link(database, app)
    database.command(EnsureLink("fruits", service="db", schema="fruits", connections=20), LINKED)
    assert dict(database.run(LIMITS)) == {"fruits": 20, "b": 23, "c": 23, "d": 23}
    database.command(RemoveLink("fruits", service="db"), LINKED)
    assert dict(database.run(LIMITS)) == {"b": 30, "c": 30, "d": 30}


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Container]:
    """PostgreSQL as `database ensure` starts it, with room for few."""
    settings = {"max_connections": "30", "reserved_connections": str(RESERVED)}
    server = postgres.start(tmp_path, socket_asks="trust", settings=settings)
    found = Container.of(server, tmp_path)
    found.sql(f'CREATE DATABASE "{SERVICE}"', "postgres")
    yield found
    server.stop()


def test_apps_at_their_limits_stop_no_dump_no_up_and_no_restore(small: Container) -> None:
    for app in ("fruits", "notes"):
        small.app(app, "CREATE TABLE t (n int PRIMARY KEY); INSERT INTO t VALUES (1)")
        small.host.state.write(f"apps/{app}/links/db", access="schema", stack="prod", schema=app, role=app)
    share_connections(small.host, SERVICE)
    assert dict(small.sql(LIMITS)) == {"fruits": 10, "notes": 10}
    with ExitStack() as stack:
        for app in ("fruits", "notes"):
            where = f"host={small.server.sockets} port={small.server.port} user={app} dbname={SERVICE}"
            for _ in range(10):
                stack.enter_context(psycopg.connect(where))
            with pytest.raises(psycopg.OperationalError, match='too many connections for role "'):
                psycopg.connect(where)
        small.sql("CREATE ROLE by_hand LOGIN; GRANT CONNECT ON DATABASE db TO by_hand")
        with pytest.raises(psycopg.OperationalError, match="remaining connection slots are reserved"):
            small.sql("SELECT 1", role="by_hand")
        share_connections(small.host, SERVICE)
        assert verdicts(restored(small)) == {"fruits": "", "notes": ""}
