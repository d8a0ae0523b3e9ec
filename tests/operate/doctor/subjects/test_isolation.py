"""Rights in the database that Petbase did not give: each is named, with the statement that takes it away."""

from dataclasses import replace
from typing import Any

import pytest

from host.core.fact import Fact
from host.report.model.database import Grant, Membership, Ownership, RightsReport, RoleReport, SuperuserFunction
from host.report.model.doctor import DoctorReport
from operate.doctor.findings import Finding
from operate.doctor.subjects import isolation
from tests.operate.doctor.faults import REPAIR, Line, app, lines_of, stack, wrong
from tests.support.operate import outputs
from tests.support.report import RIGHTS, UNKNOWN, WELL, with_database, with_postgres


def _roles(*roles: RoleReport) -> list[Finding]:
    return list(isolation.findings(stack(), with_postgres(roles=roles)))


def _rights(**changed: Any) -> DoctorReport:
    return with_database(rights=Fact(replace(RIGHTS, **changed)))


def _members(*members: Membership) -> DoctorReport:
    return _rights(memberships=(*members, Membership("gone", "notes readers", False, False, False, "REVOKE x FROM y")))


def _grant(*what: Any) -> DoctorReport:
    return _rights(grants=(Grant(*what),))


_REVOKE = "REVOKE SELECT ON TABLE notes.notes FROM fruits"
FAULTS = {
    "a function with the superuser's rights": with_postgres(
        superuser_functions=(SuperuserFunction("public.wipe(integer)", ("fruits", "shop"), ("PUBLIC",)),)
    ),
    "a grant on another app's table": _grant("fruits", ("SELECT",), "table", "notes", 1, "notes.notes", (_REVOKE,)),
    "what a role owns in the superuser's place": _rights(
        owners=(Ownership("guest", 2, "table public.t", "postgres", "ALTER TABLE public.t OWNER TO postgres"),)
    ),
    "rights that cannot be asked": with_database(rights=UNKNOWN),
    "a member of a role of PostgreSQL's": with_postgres(
        roles=(RoleReport("fruits", True, (), ("pg_execute_server_program", "pg_monitor")),)
    ),
    "a member of another app": _members(Membership("fruits", "notes", False, True, False, "REVOKE notes FROM fruits")),
    "a member of the superuser": _members(
        Membership("guest", "postgres", True, False, True, "REVOKE postgres FROM guest")
    ),
    "a member of an app, made by hand": _members(
        Membership("guest", "notes", False, True, False, "REVOKE notes FROM guest")
    ),
}
LINES = lines_of(__file__, FAULTS)


@pytest.mark.parametrize("fault", FAULTS)
def test_what_petbase_did_not_give_is_named_with_what_takes_it_back(fault: str) -> None:
    assert wrong(isolation.findings(stack(), FAULTS[fault])) == LINES[fault]


def test_ordinary_roles_are_nothing_to_speak_of() -> None:
    assert list(isolation.findings(stack(), WELL)) == []
    assert list(isolation.findings(stack(), with_database(postgres=UNKNOWN))) == []


@pytest.mark.parametrize("right", ["SUPERUSER", "CREATEROLE", "CREATEDB", "REPLICATION", "BYPASSRLS"])
def test_a_role_with_a_right_that_petbase_did_not_give_is_named(right: str) -> None:
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


def test_a_role_that_loads_a_dump_is_given_what_it_needs_for_that() -> None:
    loading = ("pg_use_reserved_connections",)
    assert _roles(RoleReport("petbase load fruits", True, (), loading)) == []
    assert [one.level for one in _roles(RoleReport("fruits", True, (), loading))] == ["hint"]
    assert [one.level for one in _roles(RoleReport("petbase load x", True, (), ("pg_read_all_data",)))] == ["bad"]


def _given(rights: RightsReport, **sections: Any) -> list[Line]:
    return wrong(isolation.findings(stack(**sections), with_database(rights=Fact(rights))))


def test_a_grant_of_a_role_made_by_hand_may_be_meant() -> None:
    statements = ('SET ROLE "a b"', 'REVOKE SELECT ON ALL TABLES IN SCHEMA notes FROM "a ""\x1b[2J"')
    grant = Grant('a "\x1b[2J', ("INSERT", "SELECT"), "table", "notes", 12, "notes.notes", statements)
    assert _given(replace(RIGHTS, grants=(grant,))) == [
        (
            "hint",
            'role a "\x1b[2J',
            "has INSERT, SELECT on 12 tables of the schema notes, such as notes.notes, which Petbase did not give",
            "unless you gave it: ./petbase psql -c 'SET ROLE \"a b\"' -c 'REVOKE SELECT ON ALL TABLES IN SCHEMA notes "
            'FROM U&"a ""\\+00001B[2J"\'',
        )
    ]


def test_what_every_role_may_do_is_named() -> None:
    grant = Grant("", ("USAGE",), "schema", "", 1, "notes", ("REVOKE USAGE ON SCHEMA notes FROM PUBLIC",))
    ((level, about, says, _),) = _given(replace(RIGHTS, grants=(grant,)))
    assert (level, about, says) == ("bad", "every role", "has USAGE on schema notes, which Petbase did not give")


def test_what_reads_and_a_shared_schema_give_is_nothing_to_speak_of() -> None:
    given = (
        Membership("fruits", "shop", False, True, False, ""),
        Membership("shop", "notes readers", False, True, False, ""),
    )
    link = {**outputs()["apps"]["fruits"]["link"], "reads": ["notes"]}
    apps = app(schema="shop", link=link)
    assert _given(replace(RIGHTS, memberships=given), apps=apps) == []
    (found,) = _given(replace(RIGHTS, memberships=(replace(given[1], may_add=True),)), apps=apps)
    assert found[2] == "is a member of notes readers, which Petbase did not make it, and may let other roles in"
