"""Does each app stay in its own schema: rights in the database that would let it, or another role, out of there."""

from collections.abc import Iterator, Set

from components.dokku import shell
from host.core.fact import Fact
from host.loading.loaders import PREFIX as LOADING
from host.report.model import database
from host.report.model.doctor import DoctorReport
from host.values.sql_names import identifier, printable_sql
from operate.doctor.findings import Finding, bad, hint, unknown
from operate.stack.outputs import Stack

_RESERVED = "pg_use_reserved_connections"
# What lets a role look at the server's state, and at no data.
_HARMLESS = {
    "pg_monitor",
    "pg_read_all_settings",
    "pg_read_all_stats",
    "pg_stat_scan_tables",
    "pg_signal_backend",
    "pg_checkpoint",
    _RESERVED,
}


def findings(stack: Stack, report: DoctorReport) -> Iterator[Finding]:
    """Nothing where PostgreSQL does not answer: database.py has a line for that."""
    postgres: database.PostgresReport | None = report.database.postgres.value
    if postgres is None:
        return
    of_apps = {app.role for app in stack.apps.values() if app.access == "schema"}
    for role in postgres.roles:
        yield from _rights(role, is_of_app=role.name in of_apps)
        yield from _memberships(role)
    for function in postgres.superuser_functions:
        yield _function(function)
    yield from _given(stack, report.database.rights, of_apps)


def _given(stack: Stack, rights: Fact[database.RightsReport], of_apps: Set[str]) -> Iterator[Finding]:
    """Memberships first: what one gives is there as long as it is. An app that may do more than its own is out of its
    schema; a role that was made by hand may be meant.
    """
    if rights.value is None:
        yield unknown("rights", rights.reason)
        return
    known = _memberships_of_apps(stack)
    for one in rights.value.memberships:
        # A removed app's role keeps its memberships, and cannot log in.
        if one.may_add or (one.can_login and (one.role, one.group) not in known):
            yield _membership(one, of_apps)
    for grant in rights.value.grants:
        yield _grant(grant, of_apps)
    yield from map(_ownership, rights.value.owners)


def _memberships_of_apps(stack: Stack) -> set[tuple[str, str]]:
    """What links give: the role of a shared schema, and sight of schemas that the stack file has under `reads`."""
    apps = [app for app in stack.apps.values() if app.access == "schema"]
    shared = {(app.role, app.schema) for app in apps}
    return shared | {(app.schema, f"{schema} readers") for app in apps for schema in app.link.reads}


def _rights(role: database.RoleReport, *, is_of_app: bool) -> Iterator[Finding]:
    """Petbase gives no role a right beyond its schemas, and takes it from an app's role when its commands run again."""
    for right in role.rights:
        about, says = f"role {role.name}", f"has the right {right}, which Petbase gives to no role"
        take = shell.line("./petbase", "psql", "-c", f"ALTER ROLE {identifier(role.name)} NO{right}")  # shown, not run
        take = "./petbase doctor --repair" if is_of_app else f"unless you gave it: {take}"
        yield Finding("bad", about, says, f"{take}; then find out how it came (docs/isolation.md)", again=is_of_app)


def _memberships(role: database.RoleReport) -> Iterator[Finding]:
    """Petbase makes no role a member of PostgreSQL's own, but for those that load a dump, while they do."""
    for group in role.member_of:
        if group == _RESERVED and role.name.startswith(LOADING):
            continue
        says = f"is a member of {group}, which Petbase makes no role"
        take = shell.line("./petbase", "psql", "-c", f"REVOKE {group} FROM {identifier(role.name)}")  # shown, not run
        level = hint if group in _HARMLESS else bad
        yield level(f"role {role.name}", says, f"unless you made it one: {take}")


def _membership(one: database.Membership, of_apps: Set[str]) -> Finding:
    says = f"is a member of {one.group}, which Petbase did not make it"
    says += ", and may let other roles in" if one.may_add else ""
    says += ": it can become a superuser" if one.mighty else ""
    level = bad if one.mighty or one.role in of_apps else hint
    return level(f"role {one.role}", says, _unless("you made it one", one.takes_back))


def _grant(grant: database.Grant, of_apps: Set[str]) -> Finding:
    thing = f"{grant.kind} {grant.example}".strip()
    if grant.count > 1:
        thing = f"{grant.count} {grant.kind}s of the schema {identifier(grant.schema)}, such as {grant.example}"
    says = f"has {', '.join(grant.privileges)} on {printable_sql(thing)}, which Petbase did not give"
    level = bad if not grant.role or grant.role in of_apps else hint
    about = f"role {grant.role}" if grant.role else "every role"
    return level(about, says, _unless("you gave it", *grant.takes_back))


def _ownership(one: database.Ownership) -> Finding:
    more = f" and {one.count - 1} more" if one.count > 1 else ""
    says = f"owns the {printable_sql(one.example)}{more}, which should belong to {one.proper}"
    return bad(f"role {one.role}", says, _unless("it is meant", one.takes_back))


def _unless(meant: str, *statements: str) -> str:
    options = [word for one in statements for word in ("-c", printable_sql(one))]
    return f"unless {meant}: {shell.line('./petbase', 'psql', *options)}"


def _function(function: database.SuperuserFunction) -> Finding:
    """It may be meant."""
    who = ", ".join(function.grantees)
    statement = f"REVOKE EXECUTE ON ROUTINE {function.routine} FROM {who}"  # shown, not run
    revoke = shell.line("./petbase", "psql", "-c", printable_sql(statement))
    less = "ALTER ROUTINE … OWNER TO a role that may do no more than it needs (docs/isolation.md)"
    says = f"runs with the superuser's rights for {', '.join(function.callers)}"
    return hint(f"function {function.routine}", says, f"{revoke}, or {less}")
