"""Schemas that a platform puts into each of its databases: they are its own plumbing, and stay there.

Supabase: the list of its CLI's `db dump`. Heroku: event triggers in `_heroku`, extensions in `heroku_ext`.
"""

from collections.abc import Collection
from dataclasses import dataclass

from host.postgres.roles import EXTENSIONS
from host.postgres.schema_record import PETBASE


@dataclass(frozen=True)
class Platform:
    """`marks` are schemas by which it is known, all of them; `own` those that it makes."""

    name: str
    marks: frozenset[str]
    own: frozenset[str]


_SUPABASE = {"auth", "storage", "realtime", "_realtime", "_analytics", "_supavisor", "pgbouncer", "vault", "pgsodium"}
_SUPABASE |= {"pgsodium_masks", "graphql", "graphql_public", "supabase_functions", "supabase_migrations", "net", "cron"}
_SUPABASE |= {"etl", "pgmq", "pgtle", "dbdev", "repack", "tiger", "tiger_data", "topology"}
PLATFORMS = (
    Platform("Supabase", frozenset({"auth", "storage"}), frozenset(_SUPABASE)),
    Platform("Heroku", frozenset({"_heroku"}), frozenset({"_heroku", "heroku_ext"})),
    Platform("Heroku", frozenset({"heroku_ext"}), frozenset({"_heroku", "heroku_ext"})),
    Platform("RDS", frozenset({"rdsadmin"}), frozenset({"rdsadmin"})),
    Platform("Cloud SQL", frozenset({"google_vacuum_mgmt"}), frozenset({"google_vacuum_mgmt"})),
    Platform("Aiven", frozenset({"aiven_extras"}), frozenset({"aiven_extras"})),
)
"""A name such as `auth` counts only beside the other marks of its platform: else it is the app's."""


SUPABASE_FUNCTIONS = """
CREATE SCHEMA auth;
CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE AS 'SELECT NULL::uuid';
CREATE FUNCTION auth.role() RETURNS text LANGUAGE sql STABLE AS 'SELECT NULL::text';
CREATE FUNCTION auth.email() RETURNS text LANGUAGE sql STABLE AS 'SELECT NULL::text';
CREATE FUNCTION auth.jwt() RETURNS jsonb LANGUAGE sql STABLE AS 'SELECT NULL::jsonb';
"""
"""What a dump of Supabase's CLI refers to and does not make. In their place a table loads, and they go with `auth`."""
SUPABASE = frozenset({"auth", "storage"})


def left_out(schemas: Collection[str], take: Collection[str] = (), leave: Collection[str] = ()) -> dict[str, str]:
    """Why each schema is left out that is. `take` and `leave` are what a person wants otherwise."""
    found = dict.fromkeys((EXTENSIONS, PETBASE), "the name is Petbase's own")
    for platform in PLATFORMS:
        if platform.marks <= {*schemas}:
            found |= dict.fromkeys(platform.own - {*take}, f"{platform.name}'s own; to bring it along: --take")
    found |= dict.fromkeys(leave, "--leave")
    return {name: why for name, why in found.items() if name in schemas}
