"""Which failed statements of a foreign dump matter, by what psql and pg_restore print."""

import pytest

from host.staging.failures import of_pg_restore, of_psql

LEFT = {"auth"}
PSQL = """psql:/tmp/x.sql:1: ERROR:  role "anon" does not exist
psql:/tmp/x.sql:1: STATEMENT:  ALTER SCHEMA auth OWNER TO anon;
psql:/tmp/x.sql:4: ERROR:  type "public.citext" does not exist
LINE 1: CREATE TABLE public.t (
                     ^
psql:/tmp/x.sql:4: STATEMENT:  CREATE TABLE public.t (
 a public.citext
);
psql:/tmp/x.sql:5: error: invalid command \\restrict
"""
RESTORE = """pg_restore: error: could not execute query: ERROR:  extension "citext" is not available
DETAIL:  Could not open extension control file
Command was: CREATE EXTENSION IF NOT EXISTS "citext" WITH SCHEMA public;


pg_restore: error: COPY failed for table "t": ERROR:  invalid byte sequence
CONTEXT:  COPY t, line 1
pg_restore: warning: errors ignored on restore: 2
"""


def test_psqls_errors_are_read_with_their_statements() -> None:
    first, second = of_psql(PSQL)
    assert (first.reason, first.statement) == ('role "anon" does not exist', "ALTER SCHEMA auth OWNER TO anon;")
    assert second.reason == 'type "public.citext" does not exist'
    assert second.statement.startswith("CREATE TABLE public.t (\n a public.citext\n);")
    assert [one.matters(LEFT) for one in (first, second)] == [False, True]


def test_pg_restores_errors_are_read_with_their_commands() -> None:
    first, second = of_pg_restore(RESTORE)
    assert (first.extension, first.matters(LEFT)) == ("citext", False)
    assert (second.reason, second.statement, second.matters(LEFT)) == ("invalid byte sequence", "", True)


NO_ROLE = 'role "anon" does not exist'
STATEMENTS = {
    "CREATE POLICY p ON public.t TO anon USING (true);": (NO_ROLE, False, "policy p ON public.t"),
    "CREATE POLICY p ON public.t USING (public.f());": ("no function", True, ""),
    "ALTER TABLE ONLY public.t\n    ADD CONSTRAINT k FOREIGN KEY (a) REFERENCES auth.users(id);": (
        "no relation",
        False,
        "table constraint k on public.t",
    ),
    "ALTER TABLE ONLY public.t ADD CONSTRAINT k FOREIGN KEY (a) REFERENCES jobs.t(id);": ("no relation", True, ""),
    "ALTER TABLE auth.t ADD COLUMN x int;": ("no relation", False, ""),
    'COPY "auth".users (id) FROM stdin;': ("no relation", False, ""),
    "COPY public.users (id) FROM stdin;": ("no relation", True, ""),
    "ALTER TABLE public.t OWNER TO anon;": (NO_ROLE, False, ""),
    "GRANT ALL ON TABLE public.t TO anon;": (NO_ROLE, False, ""),
    "CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION f();": ("no", False, ""),
    "CREATE FUNCTION public.f() RETURNS int": ("no language", True, ""),
}


@pytest.mark.parametrize("statement", STATEMENTS)
def test_what_is_the_platforms_does_not_matter_and_what_holds_data_does(statement: str) -> None:
    reason, matters, lost = STATEMENTS[statement]
    (failure,) = of_psql(f"psql:x:1: ERROR:  {reason}\npsql:x:1: STATEMENT:  {statement}\n")
    assert (failure.matters(LEFT), failure.lost(LEFT)) == (matters, lost)
