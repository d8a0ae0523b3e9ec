"""Apps as the blogs make them: the superuser's link, tables in public. Made on an estate, and removed again."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg

from host.app.ensure import EnsureApp
from host.link.drop_data import DropData
from tests.faults.support import nouns
from tests.faults.support.bench import Bench
from tests.support.hosts.estate import Estate
from tests.support.operate import Pulumi, outputs

STACK = "petbase/test"
FILL = """
CREATE TYPE mood AS ENUM ('ripe', 'raw');
CREATE TABLE {0}_rows (id serial PRIMARY KEY, name text, state mood DEFAULT 'ripe');
CREATE TABLE {0}_kinds (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, of int REFERENCES {0}_rows (id));
CREATE TABLE {0}_days (day date) PARTITION BY RANGE (day);
CREATE TABLE {0}_days_1 PARTITION OF {0}_days DEFAULT;
CREATE VIEW {0}_names AS SELECT name FROM {0}_rows;
CREATE MATERIALIZED VIEW {0}_sums AS SELECT count(*) AS sum FROM {0}_rows;
CREATE SEQUENCE {0}_free;
CREATE FUNCTION {0}_best(wanted mood) RETURNS text LANGUAGE sql AS '
  SELECT name FROM {0}_rows WHERE state = wanted LIMIT 1';
INSERT INTO {0}_rows (name) VALUES ('apple'), ('banana');
"""

# What belongs to an extension, a column or a table goes with it, or stays with it.
_EMPTY = """
SELECT format('DROP %s IF EXISTS %s CASCADE', kind, object) FROM (
  SELECT 'pg_class'::regclass AS catalog, oid, CASE relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW'
    WHEN 'f' THEN 'FOREIGN TABLE' WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END AS kind, oid::regclass::text AS object,
    relnamespace AS schema, 1 AS turn FROM pg_class WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
  UNION ALL SELECT 'pg_proc'::regclass, oid, 'ROUTINE', oid::regprocedure::text, pronamespace, 2 FROM pg_proc
  UNION ALL SELECT 'pg_type'::regclass, oid, 'TYPE', oid::regtype::text, typnamespace, 3 FROM pg_type
    WHERE typtype IN ('e', 'd', 'r', 'c')
) thing JOIN pg_namespace n ON n.oid = schema
  WHERE nspname = 'public' AND NOT EXISTS (
    SELECT FROM pg_depend d WHERE d.classid = catalog AND d.objid = thing.oid AND objsubid = 0
      AND (deptype IN ('i', 'e') OR deptype = 'a' AND refobjsubid > 0))
  ORDER BY turn \\gexec
"""


@dataclass(frozen=True)
class Legacy:
    estate: Estate
    apps: tuple[str, ...]

    @property
    def bench(self) -> Bench:
        return Bench(self.estate.host, "test")

    def url(self, app: str) -> str:
        return self.bench.env(app)["DATABASE_URL"]

    def ask(self, app: str, text: str, url: str = "") -> list[tuple[object, ...]]:
        """SQL over a new connection with the app's DATABASE_URL, as the app would make it."""
        with self.bench.database(url or self.url(app)) as session:
            done = session.execute(text.encode())
            return done.fetchall() if done.description else []

    def refused(self, app: str, text: str) -> str:
        """The first line of what PostgreSQL says to that SQL, which must fail."""
        try:
            self.ask(app, text)
        except psycopg.Error as problem:
            return str(problem).splitlines()[0]
        raise AssertionError(f"{app} may: {text}")


@contextmanager
def legacy(estate: Estate, pulumi: Pulumi, *apps: str) -> Iterator[Legacy]:
    """`apps` made, linked as the superuser, known to the stack `test`; afterwards gone, with all that they made."""
    template = {**outputs()["apps"]["fruits"], "access": "superuser", "schema": "public", "role": "postgres"}
    more = {app: {**template, "ownSchema": app} for app in apps}
    pulumi.stack("test", {**estate.outputs, "apps": {**estate.outputs["apps"], **more}})
    made = Legacy(estate, apps)
    for app in apps:
        made.bench.done(EnsureApp(app, domain=(f"{app}.localhost",)))
        made.bench.done(nouns.link(app, access="superuser"))
    try:
        yield made
    finally:
        _remove(made)


def _remove(made: Legacy) -> None:
    for name in ("stop", "count"):
        made.bench.steer(name, None)
    for app in made.apps:
        for noun in (nouns.link(app), nouns.app(app)):
            made.bench.done(nouns.gone(noun))
    # Emptied, not made anew: pg_dump writes down a schema public that is not the one of initdb.
    made.estate.sql("SET client_min_messages = warning;\n" + _EMPTY)
    for app in made.apps:
        made.bench.done(DropData(app, service="db"))
