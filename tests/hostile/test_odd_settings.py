"""Every setting that a role may change, at odd values all at once: of an app's role, of the database, of the server.

Each verb must do what it does without them, and the settings must be what they were.
"""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from tests.host.container import SERVICE, Container
from tests.hostile import state
from tests.hostile.app import Hostile
from tests.hostile.verbs import CHANGES_THE_ROLE, VERBS

pytestmark = pytest.mark.soak

# Another value than by default, as far from it as it may be, such as 1 ms for a limit of time. Not what concerns plans.
_ODD = """
SELECT name, CASE vartype WHEN 'bool' THEN CASE reset_val WHEN 'on' THEN 'off' ELSE 'on' END
    WHEN 'enum' THEN (SELECT max(v) FROM unnest(enumvals) AS v WHERE v <> reset_val)
    ELSE CASE WHEN name ~ 'timeout' THEN '1' WHEN reset_val = min_val THEN max_val ELSE min_val END END
  FROM pg_settings WHERE context = 'user' AND vartype <> 'string' AND COALESCE(cardinality(enumvals), 2) > 1
    AND name !~ '^(enable_|debug_|geqo|jit|log_|trace|vacuum|.*parallel|cpu_|tcp_|.*_cost$|transaction_[rid])'
"""
_TEXTS = {
    "DateStyle": "German, DMY",
    "TimeZone": "Asia/Kathmandu",
    "client_encoding": "LATIN1",
    "search_path": "notes, fruits",
    "default_tablespace": "pg_default",
    "temp_tablespaces": "pg_default",
    "default_table_access_method": "heap",
    "default_text_search_config": "simple",
    "lo_compat_privileges": "on",
}
_OF_ROLES_ALONE = {
    "role": "fruits",
    "session_replication_role": "replica",
    "restrict_nonsystem_relation_kind": "view",
    "exit_on_error": "on",
}
"""With one of these on a database neither an app nor the plugin's own dumps work there."""
_OF_THE_SERVER = {
    "default_transaction_read_only": "on",
    "array_nulls": "off",
    "idle_in_transaction_session_timeout": "500",
}
_DATA = r"""
CREATE TABLE odd (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, words text[], "größe" text, picture bytea,
  real float8, took interval, at timestamptz, day date, CHECK (words <> '{\\x}'), CHECK ("größe" = 'a\b' OR true),
  CHECK (real = NULL OR true));
INSERT INTO odd (words, "größe", picture, real, took, at, day) VALUES ('{NULL, "NULL", a\\b}', 'größe \n', '\x00ff',
  0.1::float8 + 0.2, '-1 year 2 days -03:04:05', '2026-03-04 05:06:07.89+05:45', '0044-03-15 BC');
CREATE VIEW seen AS SELECT words, '\d' AS digit FROM odd;
"""
_VALUES = "SELECT string_agg(o::text, ' '), (SELECT string_agg(s::text, ' ') FROM fruits.seen s) FROM fruits.odd o"
# The test's own sessions.
_PLAIN = {
    **dict.fromkeys(("statement_timeout", "transaction_timeout", "lock_timeout", "idle_session_timeout"), "0"),
    "idle_in_transaction_session_timeout": "0",
    "default_transaction_read_only": "off",
    "search_path": "fruits,public",
    "client_encoding": "UTF8",
    "array_nulls": "on",
    "standard_conforming_strings": "on",
    "DateStyle": "ISO",
    "TimeZone": "UTC",
    "bytea_output": "hex",
    "extra_float_digits": "1",
    "IntervalStyle": "postgres",
}


@pytest.fixture(scope="module")
def odd(hostile: Hostile) -> Iterator[Hostile]:
    container, sql = hostile.container, Container.sql
    container.sql(_DATA, role="fruits")
    settings = {**dict(container.sql(_ODD)), **_TEXTS, **_OF_ROLES_ALONE}
    for name, value in settings.items():
        for whom in ("ROLE fruits", f"ROLE fruits IN DATABASE {SERVICE}", f"DATABASE {SERVICE}"):
            if whom.startswith("ROLE") or name not in _OF_ROLES_ALONE:
                # Half a second: with less the plugin's own dumps do not begin.
                here = "500" if name.endswith("timeout") and whom.startswith("DATABASE") else value
                container.sql(f"ALTER {whom} SET {name} = '{here}'", "postgres")
    for name, value in _OF_THE_SERVER.items():
        container.sql(f"ALTER SYSTEM SET {name} = '{value}'", "postgres")
    container.sql("SELECT pg_reload_conf()", "postgres")

    def plainly(self: Container, text: str, database: str = SERVICE, role: str = "postgres") -> list[tuple[Any, ...]]:
        options = " ".join(f"-c {name}={value}" for name, value in _PLAIN.items())
        return sql(self, text, f"{database}' options='{options}", role)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Container, "sql", plainly)
        yield hostile


def test_they_are_odd(odd: Hostile) -> None:
    server = odd.container.server
    where = f"host={server.sockets} port={server.port} user=fruits dbname={SERVICE}"
    with pytest.raises(psycopg.Error), psycopg.connect(where, autocommit=True) as session:
        session.execute("CREATE TABLE more ()")


@pytest.mark.parametrize("verb", [*VERBS, *CHANGES_THE_ROLE])
def test_each_verb_does_what_it_does_without_them(odd: Hostile, verb: str) -> None:
    before, values = state.whole(odd.container), odd.container.sql(_VALUES)
    {**VERBS, **CHANGES_THE_ROLE}[verb](odd)
    own = ("ALTER ROLE fruits ",) if verb in CHANGES_THE_ROLE else ()
    assert state.differences(before, state.whole(odd.container), own) == []
    assert odd.container.sql(_VALUES) == values
