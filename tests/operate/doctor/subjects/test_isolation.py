"""Rights in the database that Petbase gave to nobody: each is named, with the statement that takes it away."""

import pytest

from host.report.model.database import RoleReport, SuperuserFunction
from operate.doctor.findings import Finding
from operate.doctor.subjects import isolation
from tests.operate.doctor.faults import REPAIR, app, stack, wrong
from tests.support.report import UNKNOWN, WELL, with_database, with_postgres


def _roles(*roles: RoleReport) -> list[Finding]:
    return list(isolation.findings(stack(), with_postgres(roles=roles)))


def test_ordinary_roles_are_nothing_to_speak_of() -> None:
    assert list(isolation.findings(stack(), WELL)) == []
    assert list(isolation.findings(stack(), with_database(postgres=UNKNOWN))) == []


@pytest.mark.parametrize("right", ["SUPERUSER", "CREATEROLE", "CREATEDB", "REPLICATION", "BYPASSRLS"])
def test_a_role_with_a_right_that_nobody_gave_it_is_named(right: str) -> None:
    assert wrong(_roles(RoleReport("back door", True, (right,), ()))) == [
        (
            "bad",
            "role back door",
            f"has the right {right}, which Petbase gives to no role",
            f"""unless you gave it: ./petbase psql -c 'ALTER ROLE "back door" NO{right}'; then find out how it came """
            "(docs/isolation.md)",
        )
    ]


def test_an_apps_role_loses_its_rights_when_every_command_runs_again() -> None:
    (found,) = _roles(RoleReport("fruits", True, ("SUPERUSER",), ()))
    assert (found.again, found.repair) == (True, f"{REPAIR}; then find out how it came (docs/isolation.md)")
    superuser = stack(apps=app(access="superuser", schema="public", role="postgres"))
    (found,) = isolation.findings(superuser, with_postgres(roles=(RoleReport("fruits", True, ("SUPERUSER",), ()),)))
    assert not found.again


def test_a_membership_in_a_role_of_postgresqls_own_is_named() -> None:
    assert wrong(_roles(RoleReport("fruits", True, (), ("pg_execute_server_program", "pg_monitor")))) == [
        (
            "bad",
            "role fruits",
            "is a member of pg_execute_server_program, which Petbase makes no role",
            "unless you made it one: ./petbase psql -c 'REVOKE pg_execute_server_program FROM fruits'",
        ),
        (
            "hint",
            "role fruits",
            "is a member of pg_monitor, which Petbase makes no role",
            "unless you made it one: ./petbase psql -c 'REVOKE pg_monitor FROM fruits'",
        ),
    ]


def test_a_role_that_loads_a_dump_is_given_what_it_needs_for_that() -> None:
    loading = ("pg_use_reserved_connections",)
    assert _roles(RoleReport("petbase load fruits", True, (), loading)) == []
    assert [one.level for one in _roles(RoleReport("fruits", True, (), loading))] == ["hint"]
    assert [one.level for one in _roles(RoleReport("petbase load x", True, (), ("pg_read_all_data",)))] == ["bad"]


def test_a_function_with_the_superusers_rights_is_named() -> None:
    function = SuperuserFunction("public.wipe(integer)", ("fruits", "shop"), ("PUBLIC",))
    assert wrong(isolation.findings(stack(), with_postgres(superuser_functions=(function,)))) == [
        (
            "hint",
            "function public.wipe(integer)",
            "runs with the superuser's rights for fruits, shop",
            "./petbase psql -c 'REVOKE EXECUTE ON ROUTINE public.wipe(integer) FROM PUBLIC', or ALTER ROUTINE … OWNER "
            "TO a role that may do no more than it needs (docs/isolation.md)",
        )
    ]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("fruits", "fruits"),
        ("fruits_2", "fruits_2"),
        ("9", '"9"'),
        ("Fruits", '"Fruits"'),
        ('a"b', '"a""b"'),
        ("é", '"é"'),
    ],
)
def test_a_name_is_quoted_where_sql_needs_it(name: str, shown: str) -> None:
    assert isolation.quoted(name) == shown
