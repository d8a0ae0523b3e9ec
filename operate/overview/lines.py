"""The lines of ./petbase status, each judged as doctor judges it."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from host.report.model.app import Certificate
from host.report.model.status import AppStatus, StatusReport
from operate.core import terminal
from operate.core.errors import PetbaseError
from operate.doctor.findings import Finding, bad, drifted, hint, unknown, well, with_stack
from operate.doctor.subjects import app_files, database, dumps
from operate.doctor.subjects import apps as doctor_apps
from operate.doctor.subjects import backups as doctor_backups
from operate.doctor.subjects import host as doctor_host
from operate.overview import address, app_state
from operate.overview.look import Look
from operate.stack.app_outputs import App
from operate.stack.outputs import Stack


def lines(look: Look) -> list[Finding]:
    """Server, database, apps, backups, disk, certificate, alerts."""
    return [with_stack(look.stack.name, one) for one in _lines(look)]


def _lines(look: Look) -> Iterator[Finding]:
    stack, report = look.stack, look.server
    if isinstance(report, PetbaseError):
        if look.left:
            yield look.left
            return
        yield unknown("server", str(report), "./petbase doctor; where it is gone for good: docs/disaster.md")
        yield _newest_dump(look, None)
        return
    yield _server(stack, report)
    yield _database(stack, report)
    urls = address.urls(stack)
    for one in report.apps:
        yield from _app(one, stack.apps[one.name], urls[one.name], look.at)
    yield _newest_dump(look, doctor_backups.watched_since(report.watch))
    yield doctor_backups.not_restored() if stack.backups.found else _restore_test(look, report)
    if files := app_files.line(stack, report.files, report.machine.now):
        yield files
    yield doctor_host.disk_finding(report.machine.disk)
    yield from _certificate(stack, report)
    yield from alerts(report)


def _server(stack: Stack, report: StatusReport) -> Finding:
    memory = doctor_host.memory_finding(report.machine.memory)
    says = f"{stack.server.address}, memory: {memory.says}"
    if memory.level == "well" and report.machine.restart_wanted:
        return hint("server", f"{stack.server.address}, its updates want a restart", "./petbase ssh reboot")
    return Finding(memory.level, "server", says, memory.repair if memory.level != "well" else "")


def _database(stack: Stack, report: StatusReport) -> Finding:
    about, postgres = f"database {stack.service}", report.postgres.value
    if postgres is None or not report.database.among("running"):
        return database.silent(stack.service, report.database, report.postgres)
    load = database.connections(postgres)
    says = f"PostgreSQL {postgres.version}, connections: {load.says}"
    if stack.version_declared and postgres.version != stack.version:
        return hint(about, f"{says}; the stack file says {stack.version}", "./petbase doctor")
    return Finding(load.level, about, says, load.repair)


def _app(found: AppStatus, app: App, urls: Sequence[str], now: datetime) -> Iterator[Finding]:
    about = f"app {found.name}"
    if not found.exists:
        yield drifted(about, "is not on the server")
        return
    where = ", ".join([*urls[:1], app_state.deployed(found, now)])
    problems = list(doctor_apps.runs(found, app))
    yield from (Finding(one.level, about, f"{one.says}; {where}", one.repair) for one in problems)
    if not problems:
        yield well(about, f"runs, {where}")


def _newest_dump(look: Look, since: datetime | None) -> Finding:
    if isinstance(look.dumps, PetbaseError):
        return unknown("newest dump", str(look.dumps))
    return dumps.newest(look.stack, look.newest, look.at, since)


def _restore_test(look: Look, report: StatusReport) -> Finding:
    at = datetime.fromtimestamp(report.drill.at, UTC)
    tested = dumps.Tested(report.drill.dump, at) if report.drill.at else None
    has_dump = isinstance(look.dumps, PetbaseError) or look.newest is not None
    return dumps.restore_test(
        look.stack, tested, look.at, doctor_backups.watched_since(report.watch), has_dump=has_dump
    )


def _certificate(stack: Stack, report: StatusReport) -> Iterator[Finding]:
    """The certificate that ends first, and those that could not be read."""
    for app in report.apps:
        if app.exists and not app.certificate.known:
            yield unknown(
                f"certificate {app.name}", app.certificate.reason, f"./petbase ssh dokku certs:report {app.name}"
            )
    if first := first_certificate(report):
        name, ends = first
        yield doctor_apps.certificate(name, ends, stack.apps[name].tls, report.machine.now)


def first_certificate(report: StatusReport) -> tuple[str, int] | None:
    """The app whose certificate ends first, and when, in seconds of the epoch; None where no app has one."""
    found = [(app.name, app.certificate.value or Certificate(None)) for app in report.apps]
    known = [(name, one.ends) for name, one in found if one.ends is not None]
    return min(known, key=lambda one: one[1], default=None)


def alerts(report: StatusReport) -> Iterator[Finding]:
    """What the last check found; and whether anyone is alerted when the server is off."""
    watch = report.watch
    if watch.status is None:
        yield hint("alerts", "the server has not checked itself yet; it does so every 15 minutes")
        return
    now = datetime.fromtimestamp(report.machine.now, UTC)
    checked = f"checked {terminal.age(datetime.fromisoformat(watch.status.at), now)} ago"
    if doctor_backups.silence(watch, report.machine.now):
        yield bad("alerts", f"the check has stopped: {checked}", "./petbase doctor")
    for problem in watch.status.problems:
        yield bad("alert", problem, "./petbase doctor")
    if not watch.has_alarm:
        yield doctor_backups.no_alert()
    elif watch.status.ok:
        yield well("alerts", f"none, {checked}")
