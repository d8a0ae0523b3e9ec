"""What a verdict proposes to a person who is the superuser."""

import pytest

from host.archive.shares import Kind, Loader
from host.loading.verdict import failed, reason, why_stopped
from host.programs.runner import Answer

_APP = Loader(Kind.APP, "fruits")


def repair(function: str) -> str:
    """What is proposed for an error in a function of that name, as PostgreSQL prints it."""
    context = f"CONTEXT:  PL/pgSQL function {function} line 3 at RETURN"
    output = f'pg_restore: error: ERROR:  relation "kinds" does not exist\n{context}\n'
    return failed(_APP, ("fruits",), [], output).repair


@pytest.mark.parametrize("name", ["known(text)", "fruits.known(text,integer[])", '"known"', "known(character varying)"])
def test_a_plain_function_is_named_in_the_statement(name: str) -> None:
    assert repair(name) == (
        f"The function {name} names something without its schema, and a restore has no search_path. In the live "
        f"database: ALTER FUNCTION {name} SET search_path = SCHEMA, extensions; then ./petbase backup"
    )


@pytest.mark.parametrize(
    "name",
    [
        "f() OWNER TO evil; ALTER ROLE evil SUPERUSER; --",
        'fruits."f() SECURITY DEFINER; --"()',
        '"a" RESET ALL; DROP SCHEMA notes CASCADE; --"',
        "f(text); SELECT 1",
    ],
)
def test_a_function_whose_name_is_a_statement_is_not_proposed_as_one(name: str) -> None:
    shown = '"' + name.replace('"', '""') + '"'
    assert repair(name) == (
        f"The function {shown} names something without its schema, and a restore has no search_path. In the live "
        "database: ALTER FUNCTION NAME SET search_path = SCHEMA, extensions; then ./petbase backup"
    )


def test_a_message_with_line_breaks_is_one_line_and_whole() -> None:
    output = 'pg_restore: error: ERROR:  "a\nb" is not one of\n  yours\nDETAIL:  more\nCommand was: CREATE …\n'
    assert reason(output) == '"a b" is not one of yours'
    assert reason(f"ERROR:  {'x' * 201}\n") == f"{'x' * 200} …"
    assert reason("could not open file\n") == "could not open file"
    assert reason("") == "no reason given"


@pytest.mark.parametrize(
    ("stages", "why"),
    [
        ((Answer(1, "", "pg_dump: error: ERROR:  permission denied\n"), Answer()), "permission denied"),
        ((Answer(), Answer(1, "", "no such container\n")), "no such container"),
        ((Answer(), Answer(1, "", "cat: write error: No space left on device\n")), "the server's disk is full"),
    ],
)
def test_a_pipeline_stopped_for_what_its_first_failed_stage_says(stages: tuple[Answer, ...], why: str) -> None:
    assert why_stopped(*stages) == why
