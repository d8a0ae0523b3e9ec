"""`restore-from` by its own command alone, on the bench host: what a new server lacks, and what comes meanwhile."""

import subprocess

import pytest
from psycopg.sql import SQL, Identifier

from components.dokku import database, program
from host.core import stdin
from tests.faults.support.watched import KEY, SECRET, SERVICE, SPEC, Watched

_NAMED = """
CREATE ROLE "the ""tenant"" x";
CREATE ROLE reporting;
CREATE POLICY few ON fruits TO "the ""tenant"" x", reporting USING (true);
CREATE FOREIGN DATA WRAPPER nothing;
CREATE SERVER far FOREIGN DATA WRAPPER nothing;
CREATE USER MAPPING FOR reporting SERVER far;
CREATE FOREIGN TABLE away (id int) SERVER far;
"""
_ROLES_GO = """
DROP OWNED BY "the ""tenant"" x", reporting;
DROP ROLE "the ""tenant"" x", reporting;
"""
# An app's first migration, in the middle of the restore.
_MEANWHILE = f"""#!/bin/sh
case "$*" in *"psql "*petbase_restore*)
  if [ ! -e /run/meanwhile ]; then
    echo 'CREATE TABLE mine AS SELECT 1 AS precious' |
      /usr/bin/docker exec --interactive dokku.postgres.{SERVICE} psql -U postgres -d {SERVICE} >/run/meanwhile
  fi ;;
esac
exec /usr/bin/docker "$@"
"""


def ask(watched: Watched, text: str) -> list[object]:
    """SQL as the superuser."""
    with watched.bench.database(service=SERVICE) as session:
        done = session.execute(text.encode())
        return [row[0] for row in done.fetchall()] if done.description else []


def emptied(watched: Watched) -> None:
    """The service with nothing in it but Petbase's own record, as a new one is whose apps were linked."""
    with watched.bench.database(service=SERVICE) as session:
        for (name,) in session.execute("SELECT nspname FROM pg_namespace WHERE nspname !~ '^(pg_|inform)'").fetchall():
            session.execute(SQL("DROP SCHEMA {} CASCADE").format(Identifier(name)))
        session.execute(b"DROP FOREIGN DATA WRAPPER IF EXISTS nothing CASCADE; CREATE SCHEMA public")
        session.execute("SELECT lo_unlink(oid) FROM pg_largeobject_metadata")
        session.execute("CREATE SCHEMA petbase; CREATE TABLE petbase.anything ()")


def refilled(watched: Watched, path: str = "", source: str = "latest") -> "subprocess.CompletedProcess[str]":
    """The program's command."""
    command = database.refill(SERVICE, source, SPEC, watched.store.endpoint)
    line = f"{path}{program.line(watched.bench.stack, command)}"
    return watched.bench.host.ssh(line, stdin=stdin.text("4711", 1, (KEY, SECRET, "")))


@pytest.mark.soak
def test_roles_that_a_policy_or_a_mapping_names_are_made_where_the_server_has_none(watched: Watched) -> None:
    """On a new server the links come later, and the roles of people not at all."""
    ask(watched, _NAMED)
    watched.dump()
    emptied(watched)
    ask(watched, _ROLES_GO)
    done = refilled(watched)
    assert done.returncode == 0, done.stdout
    for role in ('the "tenant" x', "reporting"):
        assert f"tower: the dump names the role {role}, which is not here; it is made, without a login\n" in done.stdout
    assert ask(watched, "SELECT count(*) FROM fruits") == [3]
    assert ask(watched, "SELECT unnest(roles) FROM pg_policies ORDER BY 1") == ["reporting", 'the "tenant" x']
    assert (
        ask(watched, "SELECT rolcanlogin FROM pg_roles WHERE rolname IN ('reporting', 'the \"tenant\" x')")
        == [False] * 2
    )
    assert watched.databases() == ["postgres", "template0", "template1", "tower"]
    emptied(watched)
    ask(watched, _ROLES_GO)


@pytest.mark.soak
def test_tables_that_came_while_the_dump_was_restored_are_kept(watched: Watched) -> None:
    watched.dump()
    emptied(watched)
    watched.bench.root("mkdir -p /root/meanwhile; cat >/root/meanwhile/docker", _MEANWHILE)
    watched.bench.root("chmod +x /root/meanwhile/docker; rm -f /run/meanwhile")
    done = refilled(watched, "PATH=/root/meanwhile:$PATH ")
    assert done.returncode == 0, done.stdout
    (old,) = [name for name in watched.databases() if name.startswith("tower before ")]
    assert f"tower: tables that came meanwhile (1) stay in the database {old}. Look: ./petbase kept\n" in done.stdout
    inside = f"docker exec dokku.postgres.{SERVICE}"
    held = watched.bench.root(f"{inside} psql --username postgres --dbname '{old}' -tAc 'SELECT precious FROM mine'")
    assert held == "1\n"
    assert ask(watched, "SELECT count(*) FROM fruits") == [3]
    watched.bench.root(f"{inside} dropdb --username postgres '{old}'")


@pytest.mark.soak
def test_a_dump_is_named_as_it_is_listed_with_its_path_or_without(watched: Watched) -> None:
    dump = watched.dump()
    watched.put(f"prod/verified/{dump}", watched.get(f"prod/{dump}"))
    for source in (dump, f"prod/{dump}", f"prod/verified/{dump}"):
        emptied(watched)
        done = refilled(watched, source=source)
        assert done.returncode == 0, done.stdout
        assert ask(watched, "SELECT count(*) FROM fruits") == [3]
