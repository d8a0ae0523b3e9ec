"""The check that finds SQL with a value pasted in."""

import pytest

from toolchain.sql_check import offences


@pytest.mark.parametrize(
    "line",
    [
        "f'SELECT * FROM {table}'",
        "f'ALTER ROLE \"{app}\" NOLOGIN'",
        "'DROP SCHEMA %s' % name",
        "'GRANT USAGE ON SCHEMA x TO ' + role",
        "'CREATE ROLE {}'.format(role)",
        "f'''\n  UPDATE t SET x = {value}\n'''",
    ],
)
def test_a_value_in_a_statement_is_found(line: str) -> None:
    assert offences(f"x = {line}\n") == [1]


@pytest.mark.parametrize(
    "line",
    [
        "'SELECT * FROM t WHERE a = :\\'name\\''",
        'psql.execute("ALTER ROLE :\\"app\\" NOLOGIN", app=app)',
        "'SELECT 1;' 'SELECT 2;'",
        "f'a set of {count} rows'",
    ],
)
def test_a_statement_beside_its_values_is_not(line: str) -> None:
    assert offences(f"x = {line}\n") == []


def test_a_statement_that_is_shown_to_a_person_is_not() -> None:
    assert offences('x = f"DROP TABLE {name}"  # shown, not run\n') == []


@pytest.mark.parametrize(
    "line", ["_OBJECTS + 'SELECT 1'", "_A + _B + 'SELECT 1'", "f'BEGIN; {_DROP} COMMIT; SELECT 1'"]
)
def test_statements_put_together_from_constants_are_not(line: str) -> None:
    assert offences(f"x = {line}\n") == []
