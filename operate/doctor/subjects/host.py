"""Is the server well: versions, disk, memory, clock, ports."""

from collections.abc import Iterator, Mapping

from host.core.fact import Fact
from host.report.model.doctor import DoctorReport
from host.server.hardening.drift import ZONE
from host.server.machine import Disk, Memory
from host.watch.limits import DISK_PERCENT, MEMORY_PERCENT
from operate.core import terminal
from operate.doctor.findings import Finding, bad, drifted, hint, unknown, well
from operate.doctor.subjects.ports import HTTP, HTTPS, POSTGRESQL, PortProbe
from operate.stack.outputs import Stack

_DISK_FILLS = 80  # percent
_LITTLE_MEMORY = 10  # percent that is available: some minutes' warning on a small server


def findings(stack: Stack, report: DoctorReport) -> Iterator[Finding]:
    """All of it but the ports, from the server's own answers."""
    yield from _versions(stack, report)
    yield disk_finding(report.machine.disk)
    yield memory_finding(report.machine.memory)
    if report.machine.zone != "+0000" and not _is_told(report):
        says = f"the server's zone is {report.machine.zone}; schedules are UTC, and cron reads the zone when it starts"
        yield bad("clock", says, _root("'timedatectl set-timezone Etc/UTC && systemctl restart cron'"))
    if report.machine.restart_wanted:
        yield hint("system", "its updates want a restart", _root("reboot"))


def _is_told(report: DoctorReport) -> bool:
    """Of a hardened server hardening.py tells the zone, and repairs it."""
    lost = report.hardening.value if report.hardening else None
    return any(one.what == ZONE for one in lost or ())


def _root(command: str) -> str:
    return f"./petbase ssh {command}"


def _versions(stack: Stack, report: DoctorReport) -> Iterator[Finding]:
    if report.dokku.version.value is None:
        yield bad("Dokku", f"does not answer: {report.dokku.version.reason}", _root("dokku version"))
        return
    yield _version("Dokku", "version", report.dokku.version, stack.dokku.version)
    yield _version("dokku-postgres", "postgres-plugin", report.dokku.plugin, stack.dokku.postgres_plugin)


def _version(name: str, key: str, runs: Fact[str], declared: str) -> Finding:
    version = runs.value
    if version is None:
        return unknown(name, runs.reason)
    if not version:
        return drifted(name, "is not installed")
    if version == declared:
        return well(name, f"{version}, as the stack file says")
    is_behind = _numbers(version) < _numbers(declared)
    newer = declared if is_behind else version
    repair = f"write dokku.{key}: {newer}, then pulumi up (docs/upgrades.md)"
    return hint(name, f"{version} is {'behind' if is_behind else 'ahead of'} the stack file's {declared}", repair)


def _numbers(version: str) -> list[int]:
    return [int(part) if part.isdecimal() else -1 for part in version.split(".")]


def disk_finding(disk: Fact[Disk]) -> Finding:
    """How full the disk is."""
    if disk.value is None:
        return unknown("disk", disk.reason)
    used, free = disk.value.used_percent, disk.value.free
    total = disk.value.used + free
    says = f"{used} % used, {terminal.size(free)} free of {terminal.size(total)}"
    repair = "./petbase ssh dokku cleanup; if that is not enough, server.type in the stack file and ./petbase resize"
    level = bad if used >= DISK_PERCENT else hint if used >= _DISK_FILLS else None
    return level("disk", says, repair) if level else well("disk", says)


def memory_finding(memory: Fact[Memory]) -> Finding:
    """How much memory is left."""
    if memory.value is None:
        return unknown("memory", memory.reason)
    found = memory.value
    says = f"{terminal.size(found.available)} available of {terminal.size(found.total)}"
    if found.swap:
        says += f", {terminal.size(found.swap - found.swap_free)} of {terminal.size(found.swap)} swap in use"
    repair = "server.type in the stack file and ./petbase resize, or apps.APP.resources"
    share = 100 * found.available // found.total
    level = bad if share < MEMORY_PERCENT else hint if share < _LITTLE_MEMORY else None
    return level("memory", says, repair) if level else well("memory", says)


def ports(stack: Stack, report: DoctorReport | None, answers: Mapping[PortProbe, bool]) -> Iterator[Finding]:
    """From outside: SSH and the web answer, PostgreSQL does not."""
    secure = report is not None and any(app.certificate.value and app.certificate.value.ends for app in report.apps)
    for probe, is_open in answers.items():
        yield _port(stack, probe, is_open=is_open, secure=secure)


def _port(stack: Stack, probe: PortProbe, *, is_open: bool, secure: bool) -> Finding:
    about = f"port {probe.number}"
    if probe.number == POSTGRESQL:
        close = _root(f"dokku postgres:unexpose {stack.service}")
        exposed = bad(about, "PostgreSQL answers to the whole internet", close)
        return exposed if is_open else well(about, "shut from outside")
    if is_open:
        return well(about, "answers from outside")
    if probe.number in (HTTP, HTTPS) and stack.server.web_from == "cloudflare":
        return well(about, "shut but for Cloudflare")
    if probe.number == HTTPS and not secure:
        return well(about, "shut, and no app has a certificate")
    ways = "its firewall (pulumi up), and: "
    ways += "is it running?" if probe.number == stack.server.port else "./petbase ssh systemctl status nginx"
    return bad(about, f"{probe.address} does not answer there", ways)
