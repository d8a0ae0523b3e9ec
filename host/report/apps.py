"""The stack's apps: whether each runs, its domains, its certificate, and what its DATABASE_URL means.

Where Dokku's report of one app costs a tenth of a second or more, the file that the report reads is read instead
(plugins/{ps,domains,certs,git}/report.go of Dokku 0.38.27). That Dokku answers at all, its own verbs prove.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from host.app.dokku_files import Gap, gap
from host.certificate.shown import end_of
from host.core import files
from host.core.fact import Fact, fact
from host.core.host import Host
from host.core.ownership import FOUND, owner_of, stack_of
from host.dokku import config, services
from host.dokku.containers import Container, app_container_ids, was_deployed
from host.link.url import parse
from host.postgres.passwords import is_of
from host.programs.together import together
from host.report.model.app import AppReport, Certificate, DatabaseUrl, Running, UndeclaredApp
from host.settings.kind import Kind, Words
from host.settings.table import KINDS

Variables = Mapping[str, str]
Containers = Fact[tuple[Container, ...]]
Passwords = Fact[Mapping[str, str]]
"""Of the database's roles, as PostgreSQL keeps them (host.postgres.passwords)."""
_GIT = "/var/lib/dokku/config/git"


@dataclass(frozen=True)
class Declared:
    """What the stack file sets of an app: its plain variables, and the kinds of its other settings."""

    variables: dict[str, str] = field(default_factory=dict)
    settings: tuple[str, ...] = ()


def report_apps(
    host: Host, apps: Sequence[str], declared: Mapping[str, Declared], containers: Containers, passwords: Passwords
) -> tuple[AppReport, ...]:
    """Of each app all facts."""
    asked = (partial(_report, host, app, declared.get(app, Declared()), containers, passwords) for app in apps)
    return tuple(together(*asked))


def undeclared(host: Host, apps: Sequence[str], stack_apps: Sequence[str]) -> tuple[UndeclaredApp, ...]:
    """The apps of the server that the stack does not have."""
    links = {file.parent.name: files.read(file).split() for file in services.folder(host, "").glob("*/LINKS")}
    return tuple(_undeclared(host, app, links) for app in apps if app not in stack_apps)


def undeclared_services(host: Host, services: Sequence[str], service: str) -> tuple[str, ...]:
    """Database services that no stack has. What an upgrade left is told elsewhere (leftovers.py)."""
    others = (name for name in services if name != service and "-before-" not in name)
    return tuple(name for name in others if owner_of(host, f"services/{name}") is None)


def _undeclared(host: Host, app: str, links: Mapping[str, Sequence[str]]) -> UndeclaredApp:
    linked = sorted(service for service, linked_apps in links.items() if app in linked_apps)
    return UndeclaredApp(app, stack_of(host, f"apps/{app}"), tuple(linked))


def _report(host: Host, app: str, declared: Declared, containers: Containers, passwords: Passwords) -> AppReport:
    owner = owner_of(host, f"apps/{app}")
    variables = fact(host, lambda: config.read(host, app))
    return AppReport(
        name=app,
        found=owner is not None and owner.how == FOUND,
        deployed=fact(host, lambda: was_deployed(host, app)),
        running=containers.then(lambda found: running(app_container_ids(host, app), found)),
        gap=containers.then(lambda found: gap(host, app, found) or Gap()),
        domains=fact(host, lambda: tuple(files.read(host.path(f"/home/dokku/{app}/VHOST")).split())),
        certificate=fact(host, lambda: certificate(host, app)),
        database_url=variables.then(lambda found: database_url(found.get("DATABASE_URL", ""), passwords.value or {})),
        variables=variables.then(lambda found: tuple(sorted(found))),
        differing=variables.then(lambda found: _differing(found, declared.variables)),
        settings=report_settings(host, app, declared.settings),
    )


def last_deploy(host: Host, app: str) -> int:
    """When the app's code last came, as git:report tells it: by git push, an image or an archive. 0 for never.

    A build that fails leaves the branch as it was, so the code that came is the code that runs.
    """
    ref = host.path(f"/home/dokku/{app}/refs/heads/{_deploy_branch(host, app)}")
    return int(ref.stat().st_mtime) if ref.is_file() else 0


def _deploy_branch(host: Host, app: str) -> str:
    noted = (files.read(host.path(f"{_GIT}/{name}/deploy-branch")).strip() for name in (app, "--global"))
    return next(filter(None, noted), "master")


def running(ids: Sequence[str], containers: Sequence[Container]) -> Running:
    """How many of these containers run. One that Docker does not know does not run."""
    states = {one.id: one.state for one in containers}
    up = [states.get(identity) == "running" for identity in ids]
    return "none" if not any(up) else "all" if all(up) else "some"


def certificate(host: Host, app: str) -> Certificate:
    """The certificate that Dokku's proxy shows for the app. HostError where it cannot be read."""
    folder = host.path(f"/home/dokku/{app}/tls")
    if not all((folder / name).exists() for name in ("server.crt", "server.key")):
        return Certificate(None)
    return Certificate(end_of(host, app))


def database_url(text: str, passwords: Mapping[str, str]) -> DatabaseUrl:
    """What a DATABASE_URL means, without its password. A port is named where it is not PostgreSQL's own."""
    url = parse(text)
    if url is None:
        return DatabaseUrl(is_set=bool(text))
    opens = url.role not in passwords or is_of(url.role, url.password, passwords[url.role])
    return DatabaseUrl(True, url.role, url.host.removesuffix(":5432"), url.database, opens)


def _differing(found: Variables, declared: Variables) -> tuple[str, ...]:
    return tuple(name for name, value in declared.items() if found.get(name) != value)


def report_settings(host: Host, app: str, kinds: Sequence[str]) -> dict[str, Fact[Words]]:
    """Of each kind its words. KeyError for a kind that the table does not have."""
    questions = (partial(fact, host, partial(_present, host, app, KINDS[kind])) for kind in kinds)
    return dict(zip(kinds, together(*questions), strict=True))


def _present(host: Host, app: str, kind: Kind) -> Words:
    return tuple(kind.present(host, app))
