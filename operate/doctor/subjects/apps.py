"""Is each app as declared: there, running, with its domains, linked as its own role; when its certificate ends."""

from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import urlsplit

from host.postgres.psql import database_name, host_name
from host.report.model.app import AppReport
from host.report.model.database import RoleReport
from host.report.model.doctor import DoctorReport
from host.report.model.status import AppStatus
from host.watch.limits import CERTIFICATE_DAYS
from operate.core.yaml_text import plain
from operate.doctor.findings import Finding, bad, drifted, hint, unknown, well
from operate.doctor.subjects import settings as doctor_settings
from operate.stack.app_outputs import App
from operate.stack.outputs import Stack

_DAY = 86_400
_SOON = 21  # days
_RENEWALS = {
    "origin-ca": "a new one: pulumi up",
    "letsencrypt": "a new one: ./petbase ssh dokku letsencrypt:enable {app}",
    "own": "put the new one into its secrets (docs/names.md), then pulumi up",
    "none": "a new one: ./petbase ssh dokku letsencrypt:enable {app}, or dokku certs:update {app}",
}


def findings(stack: Stack, report: DoctorReport) -> Iterator[Finding]:
    """One line for an app where all is well; else one for each thing that is not."""
    if report.dokku.apps.value is None:
        yield unknown("apps", f"dokku apps:list says: {report.dokku.apps.reason}")
        return
    for name, app in stack.apps.items():
        found = report.app(name)
        if found is None:
            yield drifted(f"app {name}", "is not on the server")
            continue
        problems = [*runs(found, app), *_gap(found), *_domains(found, app), *_link(stack, found, app, report)]
        problems += doctor_settings.findings(found, app.settings)
        yield from problems or [well(f"app {name}", _well(found, app))]
        yield from _certificate(found, app, report.machine.now)
    yield from _undeclared(stack, report)


def _well(found: AppReport, app: App) -> str:
    state = "runs" if found.running.among("all") else "is there"
    return f"{state}, answers to {' '.join(_hosts(app))}, role {app.role}"


def _hosts(app: App) -> list[str]:
    return [urlsplit(url).hostname or "" for url in app.urls]


def runs(found: AppReport | AppStatus, app: App) -> Iterator[Finding]:
    """Nothing for an app whose processes all run."""
    name, about = found.name, f"app {found.name}"
    logs = f"./petbase logs {name}"
    if found.deployed.value is None or found.running.value is None:
        yield unknown(about, f"whether it runs: {found.deployed.reason or found.running.reason}")
    elif not found.deployed.value:
        yield hint(about, "was not pushed yet", f"git push {app.git_remote} main")
    elif found.running.value == "some":
        yield bad(about, "not all of its processes run", f"./petbase ssh dokku ps:report {name}; {logs}")
    elif found.running.value == "none":
        yield bad(about, "does not run", f"./petbase ssh dokku ps:start {name}; why: {logs}")


def _gap(found: AppReport) -> Iterator[Finding]:
    """What is missing of Dokku's files about an app that runs. Names that are have their own line."""
    gap = found.gap.value
    if gap and gap.verb and not found.running.among("none"):
        yield bad(f"app {found.name}", gap.says, f"./petbase ssh dokku {gap.verb}")


def _domains(found: AppReport, app: App) -> Iterator[Finding]:
    about = f"app {found.name}"
    if found.domains.value is None:
        yield unknown(about, f"its domains: {found.domains.reason}")
        return
    missing = [host for host in _hosts(app) if host not in found.domains.value]
    if missing and found.found:
        add = f"./petbase ssh dokku domains:add {found.name} {' '.join(missing)}"
        says = f"was here before Petbase and does not answer to {', '.join(missing)}"
        yield hint(about, says, f"{add}; or name them in apps.{found.name}.domains")
    elif missing:
        yield drifted(about, f"does not answer to {', '.join(missing)}")


def _link(stack: Stack, found: AppReport, app: App, report: DoctorReport) -> Iterator[Finding]:
    name, about, links, url = found.name, f"app {found.name}", report.database.links.value, found.database_url.value
    service, database = host_name(stack.service), database_name(stack.service)
    if links is not None and name not in links:
        yield drifted(about, f"is not linked to {stack.service}")
    elif url is None:
        yield unknown(about, f"its DATABASE_URL: {found.database_url.reason}")
    elif not url.is_set:
        yield drifted(about, "has no DATABASE_URL")
    elif (url.host, url.database) != (service, database):
        there, here = (url.database, database) if url.host == service else (url.host or "no PostgreSQL", service)
        yield bad(
            about,
            f"its DATABASE_URL leads to {plain(there)}, not to {here}",
            f"./petbase ssh dokku config:unset {name} DATABASE_URL, then ./petbase doctor --repair",
        )
    elif url.role == app.role:
        if app.access == "schema":
            yield from _role(name, app.role, report)
        if not url.opens:
            yield drifted(about, f"the password in its DATABASE_URL is not the one of the role {app.role}")
    elif url.role == "postgres":
        yield bad(about, f"comes in as the superuser and not as {app.role}", f"./petbase isolate {name}")
    elif url.role == name and app.access == "superuser":
        # Running every command again would give it the superuser's URL, which does not see the tables that were moved.
        again = f"take access: superuser out of apps.{name} in the stack file, then pulumi up"
        yield bad(about, "has its own role, as after ./petbase isolate, and not the superuser's link", again)
    else:
        yield drifted(about, f"comes in as {url.role} and not as {app.role}")


def _role(name: str, role: str, report: DoctorReport) -> Iterator[Finding]:
    """What is wrong with the app's role but its rights, which isolation.py looks at for all roles."""
    postgres = report.database.postgres.value
    if postgres is None:
        return  # database.py has a line for that
    found: RoleReport | None = next((one for one in postgres.roles if one.name == role), None)
    if found is None:
        yield drifted(f"app {name}", f"the database has no role {role}")
    elif not found.can_login:
        yield drifted(f"app {name}", f"the role {role} may not log in")


def _certificate(found: AppReport, app: App, now: int) -> Iterator[Finding]:
    name, about = found.name, f"certificate {found.name}"
    if found.certificate.value is None:
        yield unknown(about, found.certificate.reason, f"./petbase ssh dokku certs:report {name}")
        return
    ends = found.certificate.value.ends
    if ends is None:
        if app.tls == "letsencrypt" and found.deployed.among(False):
            again = "./petbase doctor --repair"
            yield Finding("hint", about, "Let's Encrypt gave none yet; do its names lead here?", again, again=True)
        elif app.tls != "none":
            yield drifted(about, "the app shows none")
        return
    yield certificate(name, ends, app.tls, now)


def certificate(name: str, ends: int, tls: str, now: int) -> Finding:
    """How long an app's certificate lasts. `ends` and `now` are in seconds of the epoch."""
    about, days = f"certificate {name}", (ends - now) // _DAY
    day = f"{datetime.fromtimestamp(ends, UTC):%Y-%m-%d}"
    says = f"ends {day}, {days} days left" if days >= 0 else f"ended {day}"
    level = bad if days < CERTIFICATE_DAYS else hint if days < _SOON else None
    return level(about, says, _RENEWALS[tls].format(app=name)) if level else well(about, says)


def _undeclared(stack: Stack, report: DoctorReport) -> Iterator[Finding]:
    """Apps and services that no stack has: made by hand, or by a git push to a name that was not there."""
    for name in report.undeclared_services:
        says = "is on the server, but no stack has it and it is not backed up"
        look = f"what it is: ./petbase ssh dokku postgres:info {name}"
        yield hint(f"service {name}", says, f"{look}; to remove it: ./petbase ssh dokku postgres:destroy {name}")
    for app in report.undeclared_apps:
        linked = stack.service in app.services
        if app.owner == stack.name:
            says = "is on the server but not in the stack file: a run that failed or was cut off left it there"
            yield hint(f"app {app.name}", says, f"to remove it: ./petbase ssh dokku apps:destroy {app.name}")
        # One with another database can be in another stack only.
        if not app.owner and (linked or not app.services):
            access = "access: superuser, " if linked else ""
            line = f"to add it to the stack file: apps: {{{plain(app.name)}: {{{access}take-over: true}}}}"
            remove = f"to remove it: ./petbase ssh dokku apps:destroy {app.name}"
            where = f"the server, linked to {stack.service}," if linked else "the server,"
            yield hint(f"app {app.name}", f"is on {where} but not in the stack file", f"{line}; {remove}")
