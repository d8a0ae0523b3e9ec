"""Is the database well: it answers, in the declared version, with room for connections, and nothing blocks it."""

from collections.abc import Iterator

from components.dokku import shell
from host.core.fact import Fact
from host.report.model.database import CollationChange, IdleSession, PostgresReport
from host.report.model.doctor import DoctorReport
from host.values.prepared_transactions import HOW_TO_ROLL_BACK
from host.values.sql_names import ending, identifier, printable_sql
from host.values.versions import is_older, major
from operate.doctor.findings import Finding, bad, drifted, hint, unknown, well
from operate.stack.outputs import Stack

_FULL, _FILLS = 0.95, 0.8  # of all connections
_NOTIFY_FILLS = 25  # percent of 8 GB
_TOO_MANY = "too many clients"
_END = "SELECT pg_terminate_backend(PID)"  # shown, not run


def findings(stack: Stack, report: DoctorReport) -> Iterator[Finding]:
    """What keeps it from answering, alone; else all that is to be said of it."""
    about, services = f"database {stack.service}", report.dokku.services
    if services.value is None:
        yield unknown(about, f"dokku postgres:list says: {services.reason}")
        return
    if stack.service not in services.value:
        yield Finding("bad", about, "is not on the server", "docs/disaster.md", again=True)
        return
    postgres = report.database.postgres.value
    if postgres is None or not report.database.status.among("running"):
        yield silent(stack.service, report.database.status, report.database.postgres)
        yield from _crowded(stack, report.database.postgres.reason)
        return
    yield version(stack, postgres)
    yield connections(postgres)
    yield from _limits(postgres)
    if postgres.locks.problem:
        yield hint("dump locks", postgres.locks.problem, f"write {postgres.locks.repair}, which restarts PostgreSQL")
    if exposed := report.database.exposed.value:
        yield bad(about, f"is exposed on {exposed}", f"./petbase ssh dokku postgres:unexpose {stack.service}")
    yield from _notify_queue(postgres.notify_percent)
    yield from map(_idle_session, postgres.idle_sessions)
    for forgotten in postgres.prepared_transactions:
        yield hint("sessions", forgotten.problem, f"end it: {HOW_TO_ROLL_BACK}")
    yield from map(_collation_change, postgres.collation_changes)
    yield from _foreign_objects(report)


def silent(service: str, status: Fact[str], postgres: Fact[PostgresReport]) -> Finding:
    """Why the database answers no query."""
    says = f"answers no query; its container is: {status.value or status.reason}"
    if status.among("running"):
        says += f" ({postgres.reason})"
    start, logs = (f"./petbase ssh dokku postgres:{verb} {service}" for verb in ("start", "logs"))
    return bad(f"database {service}", says, f"{start}, or look at {logs}")


def version(stack: Stack, postgres: PostgresReport) -> Finding:
    """Is it the declared one? A default changes with a release, and no server follows it by itself."""
    about, runs, wanted = f"database {stack.service}", postgres.version, stack.version
    if runs == wanted or (not stack.version_declared and is_older(wanted, runs)):
        return well(about, f"PostgreSQL {runs} answers")
    same_major = major(runs) == major(wanted)
    if not stack.version_declared:
        write = f'write version: "{wanted}", and pulumi up'
        upgrade = write if same_major else f"./petbase upgrade-database {wanted}"
        return hint(about, f"PostgreSQL {runs}; Petbase's default is now {wanted}", upgrade)
    says = f"PostgreSQL {runs}; the stack file says {wanted}"
    if same_major:
        return drifted(about, says)
    return bad(about, says, f'write version: "{runs}"; another major needs a dump and a restore')


def connections(postgres: PostgresReport) -> Finding:
    """How many are in use."""
    used, most = postgres.connections, postgres.max_connections
    says = f"{used} of {most} in use"
    repair = "./petbase psql -c 'SELECT usename, count(*) FROM pg_stat_activity GROUP BY 1'; then apps.APP.connections"
    level = bad if used >= _FULL * most else hint if used >= _FILLS * most else None
    return level("connections", says, repair) if level else well("connections", says)


def _limits(postgres: PostgresReport) -> Iterator[Finding]:
    """An app has no fewer than a useful number by default, and a limit may have been set by hand."""
    more = postgres.limits - postgres.room
    if more > 0:
        says = f"the apps may open {postgres.limits} in all, and PostgreSQL has {postgres.room} for them"
        repair = f"write database: {{config: {{max_connections: {postgres.max_connections + more}}}}}"
        yield hint("connections", says, f"{repair}, or lower apps.APP.connections")


def _notify_queue(percent: int) -> Iterator[Finding]:
    """Once it is full no app's NOTIFY works, and it takes up to 8 GB of the disk."""
    if percent < _NOTIFY_FILLS:
        return
    says = f"the queue of NOTIFY is {percent}% full: a session that listens stays in a transaction and reads nothing"
    oldest = "SELECT pid, usename, xact_start FROM pg_stat_activity ORDER BY xact_start LIMIT 3"
    yield hint("notifications", says, f"{shell.line('./petbase', 'psql', '-c', oldest)}; {_END} ends one")


def _crowded(stack: Stack, reason: str) -> Iterator[Finding]:
    """The superuser's own connections are reserved, and an app that is a superuser takes them too."""
    mighty = [name for name, app in stack.apps.items() if app.access != "schema"] if _TOO_MANY in reason else []
    for name in mighty:
        says = "has access: superuser, so PostgreSQL limits its connections in no way"
        yield hint(f"app {name}", says, f"./petbase ssh dokku ps:restart {name}; then docs/isolation.md")


def _idle_session(session: IdleSession) -> Finding:
    """What it locked stays locked: dumps and migrations of its neighbours wait for it."""
    says = f"session {session.pid} of {session.role} has been idle in a transaction for {session.seconds // 60} minutes"
    end = shell.line("./petbase", "psql", "-c", ending(session.pid))
    return hint("sessions", f"{says}; what it locks stops dumps and other apps", f"end it: {end}")


def _foreign_objects(report: DoctorReport) -> Iterator[Finding]:
    """What a restore by hand leaves to the superuser; a link gives every object back to its schema's role."""
    foreign = report.database.foreign_objects
    if foreign.value is None:
        yield unknown("owners", foreign.reason)
    for found in foreign.value or ():
        objects = f"its {found.example} belongs" if found.count == 1 else f"{found.count} objects belong"
        example = "" if found.count == 1 else f", as {found.example}"
        owners = ", ".join(map(identifier, found.owners))
        yield drifted(f"schema {found.schema}", f"{objects} to {owners}{example}, and may be refused to its app")


def _collation_change(change: CollationChange) -> Finding:
    """Another C library or ICU may sort otherwise, so that an index no longer finds what is there."""
    used = f"the collation {printable_sql(change.collation)} in version" if change.collation else "collations"
    says = (
        f"its indexes were built with {used} {change.built_with} and the image provides {change.provided}, "
        "so they may miss rows"
    )
    database = identifier(change.database)
    altered = f"COLLATION {change.collation}" if change.collation else f"DATABASE {database}"
    word = "" if change.collation else "COLLATION "
    refresh = f"ALTER {altered} REFRESH {word}VERSION"  # shown, not run
    steps = (f"REINDEX DATABASE {database}", printable_sql(refresh))  # shown, not run
    repair = "; ".join(shell.line("./petbase", "psql", "-c", step) for step in steps)
    return bad(f"database {change.database}", says, repair)
