"""Dumps as platforms give them: what comes is the app's, what is the platform's own is left out and named."""

import pytest

from host.core.errors import HostError
from tests.host.imports.platforms import APP, HEROKU, SUPABASE, SUPABASE_APP, with_extension
from tests.host.imports.staged import Importer

FORMS = {"custom": ["--format=custom"], "plain": ["--format=plain"]}
OWNERS = """
SELECT DISTINCT relowner::regrole::text FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace
WHERE nspname IN ('fruits', 'auth')
"""
ROLES = "SELECT rolname::text FROM pg_roles WHERE rolname !~ '^(pg_|postgres$)' ORDER BY 1"


@pytest.mark.parametrize("form", FORMS)
def test_supabase(importer: Importer, form: str) -> None:
    importer.source(SUPABASE + APP + SUPABASE_APP)
    importer.file(*FORMS[form])
    done = importer.run()
    live, facts = importer.container, done["facts"]
    assert live.sql("SELECT name FROM items ORDER BY id", role="fruits") == [("apple",), ("banana",)]
    assert live.sql("SELECT name FROM profiles", role="fruits") == [("me",)]
    assert live.value("INSERT INTO items (name) VALUES ('cherry') RETURNING id", role="fruits") == 3
    assert (live.sql(OWNERS), live.sql(ROLES)) == ([("fruits",)], [("fruits",)])
    whys = {one["name"]: (one["becomes"], one["why"]) for one in facts["schemas"]}
    own = "Supabase's own; to bring it along: --take"
    assert whys == {
        "public": ("fruits", ""),
        "auth": ("", own),
        "extensions": ("", "the name is Petbase's own"),
        "graphql_public": ("", own),
        "storage": ("", own),
    }
    expected = {"default value for public.profiles.owner", "table constraint profiles_id_fkey on public.profiles"}
    assert expected <= {*facts["left_out"]}
    assert any("own rows" in one for one in facts["left_out"])
    assert not any("for all" in one for one in facts["left_out"])
    assert facts["notes"] == [
        "the function handle_new_user() names public in its text, which is called otherwise here"
    ] or facts["notes"] == [
        "the function fruits.handle_new_user() names public in its text, which is called otherwise here"
    ]
    assert live.value("SELECT proconfig::text FROM pg_proc WHERE proname = 'handle_new_user'") == "{search_path=fruits}"
    assert live.value("SELECT count(*) FROM pg_event_trigger WHERE evtname !~ '^petbase'") == 0


def test_what_supabases_cli_dumps(importer: Importer) -> None:
    """Without the schemas of Supabase, but with what refers to them; every name quoted."""
    importer.source(SUPABASE + APP + SUPABASE_APP)
    importer.file("--format=plain", "--quote-all-identifiers", "--schema=public")
    done = importer.run()
    assert importer.container.sql("SELECT name FROM profiles", role="fruits") == [("me",)]
    assert "default value for public.profiles.owner" in done["facts"]["left_out"]
    assert any("profiles_id_fkey" in one for one in done["facts"]["left_out"])


def test_supabase_with_its_users(importer: Importer) -> None:
    importer.source(SUPABASE + APP + SUPABASE_APP)
    done = importer.run(url=importer.url, take=("auth",))
    live = importer.container
    assert live.sql("SELECT email FROM auth.users", role="fruits") == [("me@example.com",)]
    assert live.sql(OWNERS) == [("fruits",)]
    assert live.value("SELECT confrelid::regclass::text FROM pg_constraint WHERE contype = 'f'") == "auth.users"
    assert not any("fkey" in one for one in done["facts"]["left_out"])


def test_what_rows_need_is_not_left_out(importer: Importer) -> None:
    importer.source(SUPABASE + APP + "CREATE TYPE auth.level AS ENUM ('one'); ALTER TABLE items ADD level auth.level")
    with pytest.raises(HostError) as caught:
        importer.look(url=importer.url)
    assert str(caught.value) == (
        "this needs what cannot come along: table column public.items.level; nothing was changed. If it needs another "
        "schema of the source, bring that too: --take SCHEMA; else change it in the source"
    )


@pytest.mark.parametrize("form", FORMS)
def test_heroku(importer: Importer, form: str) -> None:
    importer.source(APP + HEROKU)
    importer.file(*FORMS[form])
    with pytest.raises(HostError) as caught:
        importer.look()
    assert str(caught.value) == (
        "the source's tables need the extension vector, which only a superuser may add; nothing was changed. To "
        "allow it: extensions: [vector] under the app of the schema fruits, pulumi up, then import again"
    )
    importer.container.sql("CREATE SCHEMA extensions; CREATE EXTENSION vector SCHEMA extensions")
    done = importer.run()
    live, facts = importer.container, done["facts"]
    assert live.sql("SELECT v::text FROM vectors", role="fruits") == [("[1,2]",)]
    assert (
        live.value("SELECT extnamespace::regnamespace::text FROM pg_extension WHERE extname = 'vector'") == "extensions"
    )
    assert (live.sql(OWNERS), live.sql(ROLES)) == ([("fruits",)], [("fruits",)])
    assert facts["extensions"] == ["vector"]
    assert (
        live.value("SELECT proconfig::text FROM pg_proc WHERE proname = 'near'") == '{"search_path=fruits, extensions"}'
    )
    assert facts["roles"] == ([] if form == "custom" else ["u4ab7cd"]) or facts["roles"] == ["u4ab7cd"]
    assert not facts["left_out"]


def test_a_whole_server_of_which_one_database_holds_something(importer: Importer) -> None:
    """As Supabase gives its daily backups, and Coolify's and Dokploy's pg_dumpall."""
    importer.source(SUPABASE + APP)
    importer.file(program="pg_dumpall")
    importer.run()
    assert importer.container.sql("SELECT name FROM items ORDER BY id", role="fruits") == [("apple",), ("banana",)]


def test_a_whole_server_of_which_two_do(importer: Importer) -> None:
    importer.source(APP)
    importer.elsewhere.run("CREATE DATABASE other")
    importer.source(APP, "other")
    importer.file(program="pg_dumpall")
    with pytest.raises(HostError) as caught:
        importer.look()
    assert str(caught.value) == (
        "the dump is of a whole server; nothing was changed. Name one: --database NAME; it has: other, shop"
    )
    assert importer.look(database="shop")["facts"]["schemas"][0]["tables"] == 1


def test_an_extension_that_only_the_platform_needs_is_left_out(importer: Importer) -> None:
    importer.source(APP)
    dump = importer.file("--format=plain").read_bytes()
    importer.put(with_extension(dump, "pg_stat_statements", "public"))
    assert importer.look()["facts"]["missing"] == ["pg_stat_statements"]


def test_an_extension_that_a_table_needs_is_required(importer: Importer) -> None:
    importer.source(APP)
    dump = importer.file("--format=plain").read_bytes()
    importer.put(
        with_extension(dump, "citext", "public").replace(b"name text NOT NULL", b"name public.citext NOT NULL")
    )
    with pytest.raises(HostError) as caught:
        importer.look()
    assert str(caught.value).startswith(
        'the source does not load into this PostgreSQL: type "public.citext" does not exist (CREATE TABLE public.items '
    )
    assert str(caught.value).endswith(
        "nothing was changed. This server lacks the extension citext: give the database an image that has it. Mend "
        "it in the source, then run this again"
    )


def test_an_extension_is_needed_by_whatever_depends_on_it_and_by_nothing_else(importer: Importer) -> None:
    importer.source("CREATE EXTENSION vector; CREATE TABLE t ()")
    assert importer.look(url=importer.url)["facts"]["notes"] == [
        "no table needs the extension vector; if the app's statements do: extensions: [vector] in the stack file"
    ]
    importer.source("CREATE DOMAIN point AS vector(2)")
    with pytest.raises(
        HostError, match="the source's tables need the extension vector, which only a superuser may add"
    ):
        importer.look(url=importer.url)


SCHEMAS = {
    "nothing in public": (
        "CREATE SCHEMA mine CREATE TABLE t ()",
        {},
        "the source's schema public holds nothing; nothing was changed. Name the one",
    ),
    "no such schema": (
        APP,
        {"take": ("none",)},
        "the source has no schema none that holds anything; nothing was changed. It has: pub",
    ),
    "its main left out": (
        APP,
        {"leave": ("public",)},
        "--leave public would leave out what becomes the app's own schema",
    ),
    "two would be one": (
        APP + "CREATE SCHEMA fruits CREATE TABLE t ()",
        {},
        "the source's public and fruits would both be fruits here; nothing was changed. Leave one out: --leave fruits, "
        "or name the app's own: --was fruits --leave public",
    ),
    "another app's": (
        APP + "CREATE SCHEMA notes CREATE TABLE t ()",
        {},
        "the schema notes of the source is also one here, which belongs to notes; nothing was changed. Leave it out: "
        "--leave notes, or rename it in the source",
    ),
}


@pytest.mark.parametrize("case", SCHEMAS)
def test_schemas_that_cannot_come_are_refused(importer: Importer, case: str) -> None:
    sql, how, expected = SCHEMAS[case]
    importer.container.app("notes")
    importer.source(sql)
    with pytest.raises(HostError) as caught:
        importer.look(url=importer.url, **how)
    assert str(caught.value).startswith(expected)


def test_another_schema_than_public_becomes_the_apps_own(importer: Importer) -> None:
    importer.source("CREATE SCHEMA mine CREATE TABLE t (); CREATE TABLE public.other ()")
    found = importer.look(url=importer.url, was="mine", leave=("public",))["facts"]["schemas"]
    assert [(one["name"], one["becomes"], one["why"]) for one in found] == [
        ("mine", "fruits", ""),
        ("public", "", "--leave"),
    ]
