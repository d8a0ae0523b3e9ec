"""Dokku itself, the names of all its apps and services, and the machine that it runs on."""

import re
import time
from concurrent.futures import ThreadPoolExecutor

from host.core import files
from host.core.errors import HostError
from host.core.fact import Fact, fact
from host.core.host import Host
from host.dokku.apps import app_names
from host.dokku.services import service_names
from host.report.model.doctor import DokkuReport, MachineReport
from host.server.machine import fuller_disk, memory_of

_NOT_FOUND = 127
_PLUGIN = "/var/lib/dokku/plugins/enabled/postgres/plugin.toml"
_VERSION = re.compile(r'^version\s*=\s*"([^"]*)"', re.MULTILINE)


def report_dokku(host: Host) -> DokkuReport:
    """Three verbs of Dokku, side by side."""
    with ThreadPoolExecutor(3) as pool:
        version = pool.submit(fact, host, lambda: dokku_version(host))
        apps = pool.submit(fact, host, lambda: tuple(app_names(host)))
        services = pool.submit(fact, host, lambda: tuple(service_names(host)))
    return DokkuReport(version.result(), plugin_version(host), apps.result(), services.result())


def dokku_version(host: Host) -> str:
    """The version that runs. Dokku prints `dokku version 0.38.27`."""
    answer = host.ask("dokku", "version")
    if answer.code == _NOT_FOUND:
        raise HostError("there is no Dokku on this server. Install it, or name another server")
    if not answer.ok or not answer.stdout.split():
        raise HostError("Dokku does not answer on this server. Try: dokku version", answer.output)
    return answer.stdout.split()[-1]


def plugin_version(host: Host) -> Fact[str]:
    """The version of dokku-postgres by its own file; plugin:list takes a second to print those of all plugins.

    "" where it is not installed.
    """
    return fact(host, lambda: _version(files.read(host.path(_PLUGIN))))


def _version(text: str) -> str:
    found = _VERSION.search(text)
    return found[1] if found else ""


def report_machine(host: Host) -> MachineReport:
    """Everything about the machine, without starting a program."""
    return MachineReport(
        now=int(host.now()),
        zone=time.strftime("%z"),
        disk=fact(host, lambda: fuller_disk(host)),
        memory=fact(host, lambda: memory_of(host)),
        restart_wanted=host.path("/var/run/reboot-required").exists(),
    )
