"""`report adopt`: a server that somebody set up by hand. A server that cannot answer is not described by halves."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

from host.core.command import NONE, Command
from host.core.host import Host
from host.dokku.apps import app_names
from host.dokku.services import service_names
from host.programs.together import together
from host.report.found import found_service, read_app
from host.report.model.adopt import AdoptReport, SshKey
from host.report.server import dokku_version
from host.values.json_values import to_json

_POSTGRES = "postgres"
_CORE = ["dokku", "core"]


@dataclass(frozen=True)
class ReportAdopt(Command, noun="report", verb="adopt"):
    """Everything on this server that ./petbase adopt describes, as JSON. Changes nothing."""

    stdin = NONE

    def run(self, host: Host) -> None:
        """HostError for a server without Dokku, or with one that does not answer."""
        host.out.result(to_json(report(host.limited())))


def report(host: Host) -> AdoptReport:
    """Ask everything that does not depend on each other side by side."""
    version = dokku_version(host)
    with ThreadPoolExecutor(4) as pool:
        names, domains = pool.submit(app_names, host), pool.submit(_global_domains, host)
        plugins, keys = pool.submit(_plugins, host), pool.submit(_keys, host)
    services = service_names(host) if _POSTGRES in plugins.result() else []
    apps = {app.report.name: app for app in together(*(partial(read_app, host, name) for name in names.result()))}
    return AdoptReport(
        dokku=version,
        plugins=plugins.result(),
        domains=domains.result(),
        keys=keys.result(),
        services=tuple(together(*(partial(found_service, host, name, apps) for name in services))),
        apps=tuple(app.report for app in apps.values()),
    )


def _global_domains(host: Host) -> tuple[str, ...]:
    return tuple(host.dokku("domains:report", "--global", "--domains-global-vhosts").split())


def _keys(host: Host) -> tuple[SshKey, ...]:
    """Where no key may push this verb answers 1."""
    answer = host.ask("dokku", "ssh-keys:list", "--format", "json")
    found = json.loads(answer.stdout) if answer.ok else []
    return tuple(SshKey(key["fingerprint"], key["name"]) for key in found)


def _plugins(host: Host) -> dict[str, str]:
    """Of lines such as `  postgres  1.48.0 enabled    dokku postgres service plugin`, without Dokku's own."""
    lines = [line.split() for line in host.dokku("plugin:list").splitlines()]
    return {words[0]: words[1] for words in lines if words[2:3] == ["enabled"] and words[3:5] != _CORE}
