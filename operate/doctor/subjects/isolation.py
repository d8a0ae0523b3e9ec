"""Does each app stay in its own schema: rights in the database that would let it, or anybody else, out of there."""

from collections.abc import Iterator

from components.dokku import shell
from host.loading.loaders import PREFIX as LOADING
from host.report.model.database import PostgresReport, RoleReport, SuperuserFunction
from host.report.model.doctor import DoctorReport
from operate.doctor.findings import Finding, bad, hint
from operate.stack.outputs import Stack

_RESERVED = "pg_use_reserved_connections"
# What lets a role look at the server's state and at nobody's data.
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
    """Nothing where PostgreSQL does not answer: the database has a line of its own."""
    postgres: PostgresReport | None = report.database.postgres.value
    if postgres is None:
        return
    of_apps = {app.role for app in stack.apps.values() if app.access == "schema"}
    for role in postgres.roles:
        yield from _rights(role, is_of_app=role.name in of_apps)
        yield from _memberships(role)
    for function in postgres.superuser_functions:
        yield _function(function)


def _rights(role: RoleReport, *, is_of_app: bool) -> Iterator[Finding]:
    """Petbase gives no role a right beyond its schemas, and takes it from an app's role when its commands run again."""
    for right in role.rights:
        about, says = f"role {role.name}", f"has the right {right}, which Petbase gives to no role"
        take = shell.line("./petbase", "psql", "-c", f"ALTER ROLE {quoted(role.name)} NO{right}")  # shown, not run
        take = "./petbase doctor --repair" if is_of_app else f"unless you gave it: {take}"
        yield Finding("bad", about, says, f"{take}; then find out how it came (docs/isolation.md)", again=is_of_app)


def _memberships(role: RoleReport) -> Iterator[Finding]:
    """Petbase makes no role a member of PostgreSQL's own, but for those that load a dump, while they do."""
    for group in role.member_of:
        if group == _RESERVED and role.name.startswith(LOADING):
            continue
        says = f"is a member of {group}, which Petbase makes no role"
        take = shell.line("./petbase", "psql", "-c", f"REVOKE {group} FROM {quoted(role.name)}")  # shown, not run
        level = hint if group in _HARMLESS else bad
        yield level(f"role {role.name}", says, f"unless you made it one: {take}")


def _function(function: SuperuserFunction) -> Finding:
    """It may be meant."""
    who = ", ".join(function.grantees)
    statement = f"REVOKE EXECUTE ON ROUTINE {function.routine} FROM {who}"  # shown, not run
    revoke = shell.line("./petbase", "psql", "-c", statement)
    less = "ALTER ROUTINE … OWNER TO a role that may do no more than it needs (docs/isolation.md)"
    says = f"runs with the superuser's rights for {', '.join(function.callers)}"
    return hint(f"function {function.routine}", says, f"{revoke}, or {less}")


def quoted(name: str) -> str:
    """A name as an SQL identifier, for a person to paste."""
    plain = name.isascii() and name.replace("_", "a").isalnum() and name.islower() and not name[0].isdigit()
    return name if plain else '"' + name.replace('"', '""') + '"'
