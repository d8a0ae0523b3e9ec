"""Is each app as the stack tells it: there, running, by its names, linked, in its room; does its certificate last."""

from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import urlsplit

from operate.doctor import settings as doctor_settings
from operate.doctor.findings import Finding, bad, drifted, hint, unknown, well
from operate.server.report import ServerReport
from operate.stack.outputs import App, Stack

_DAY = 86_400
_SOON, _VERY_SOON = 21, 14  # days; the server's own check tells at 14, too
_RENEWALS = {
    "origin-ca": "a new one: pulumi up",
    "letsencrypt": "a new one: ./petbase ssh dokku letsencrypt:enable {app}",
    "own": "put the new one into its secrets (docs/names.md), then pulumi up",
    "none": "a new one: ./petbase ssh dokku letsencrypt:enable {app}, or dokku certs:update {app}",
}


def findings(stack: Stack, seen: ServerReport) -> Iterator[Finding]:
    """One line for an app where all is well; else one for each thing that is not."""
    if seen.value("apps") is None:
        yield unknown("apps", f"dokku apps:list says: {seen.reason('apps')}")
        return
    for name, app in stack.apps.items():
        if name not in seen.words("apps"):
            yield drifted(f"app {name}", "is not on the server")
            continue
        problems = [*_runs(name, app, seen), *_names(name, app, seen), *_room(stack, name, app, seen)]
        problems += doctor_settings.findings(name, app.settings, seen)
        yield from problems or [well(f"app {name}", _well(name, app, seen))]
        yield from _certificate(name, app, seen)


def _well(name: str, app: App, seen: ServerReport) -> str:
    state = "runs" if seen.value(f"running {name}") == "true" else "is there"
    return f"{state}, answers to {' '.join(_hosts(app))}, role {app.role}"


def _hosts(app: App) -> list[str]:
    return [urlsplit(url).hostname or "" for url in app.urls]


def _runs(name: str, app: App, seen: ServerReport) -> Iterator[Finding]:
    about = f"app {name}"
    if seen.value(f"deployed {name}") != "true":
        yield hint(about, "was not pushed yet", f"git push {app.git_remote} main")
    elif seen.value(f"running {name}") == "mixed":
        yield bad(
            about,
            "not all of its processes run",
            f"./petbase ssh dokku ps:report {name}; ./petbase ssh dokku logs {name}",
        )
    elif seen.value(f"running {name}") != "true":
        yield bad(about, "does not run", f"./petbase ssh dokku ps:start {name}; why: ./petbase ssh dokku logs {name}")


def _names(name: str, app: App, seen: ServerReport) -> Iterator[Finding]:
    there = seen.words(f"domains {name}")
    missing = [host for host in _hosts(app) if host not in there]
    if not missing:
        return
    if seen.values("found apps/" + name):
        add = f"./petbase ssh dokku domains:add {name} {' '.join(missing)}; or name them in apps.{name}.domains"
        yield hint(f"app {name}", f"was here before Petbase and does not answer to {', '.join(missing)}", add)
    else:
        yield drifted(f"app {name}", f"does not answer to {', '.join(missing)}")


def _room(stack: Stack, name: str, app: App, seen: ServerReport) -> Iterator[Finding]:
    about = f"app {name}"
    if seen.value("links") is not None and name not in seen.words("links"):
        yield drifted(about, f"is not linked to {stack.service}")
        return
    role, host = (*seen.words(f"url {name}"), "", "")[:2]
    service = "dokku-postgres-" + stack.service.replace("_", "-")
    if not role:
        yield drifted(about, "has no DATABASE_URL")
    elif host != service:
        yield bad(
            about,
            f"its DATABASE_URL leads to {host}, not to {service}",
            f"./petbase ssh dokku config:unset {name} DATABASE_URL, then ./petbase doctor --repair",
        )
    elif role != app.role and role == "postgres":
        yield bad(about, f"comes in as the superuser and not as {app.role}", f"./petbase isolate {name}")
    elif role != app.role:
        yield drifted(about, f"comes in as {role} and not as {app.role}")
    elif app.access == "schema":
        yield from _role(name, seen)


def _role(name: str, seen: ServerReport) -> Iterator[Finding]:
    if seen.value("server") is None:
        return  # said of the database
    state = seen.words(f"role {name}")
    if not state:
        yield drifted(f"app {name}", f"the database has no role {name}")
    elif state[0] != "login":
        yield drifted(f"app {name}", f"the role {name} may not log in")
    elif "super" in state:
        yield drifted(f"app {name}", f"the role {name} is a superuser")


def _certificate(name: str, app: App, seen: ServerReport) -> Iterator[Finding]:
    told = seen.value(f"certificate {name}")
    about, renew = f"certificate {name}", _RENEWALS[app.tls].format(app=name)
    if not told:
        if told is not None and app.tls == "letsencrypt" and seen.value(f"deployed {name}") != "true":
            again = "./petbase doctor --repair"
            yield Finding("hint", about, "Let's Encrypt gave none yet; do its names lead here?", again, again=True)
        elif told is not None and app.tls != "none":
            yield drifted(about, "the app shows none")
        return
    ends = _moment(told)
    if ends is None:
        yield unknown(about, f'"{told}" is no time that it could end at', f"./petbase ssh dokku certs:report {name}")
        return
    days = int((ends - seen.now).total_seconds() // _DAY)
    says = f"ends {ends:%Y-%m-%d}, {days} days left" if days >= 0 else f"ended {ends:%Y-%m-%d}"
    level = bad if days < _VERY_SOON else hint if days < _SOON else None
    yield level(about, says, renew) if level else well(about, says)


def _moment(told: str) -> datetime | None:
    """As openssl writes it: `Feb 20 03:00:00 2027 GMT`."""
    try:
        return datetime.strptime(" ".join(told.split()), "%b %d %H:%M:%S %Y GMT").replace(tzinfo=UTC)
    except ValueError:
        return None
