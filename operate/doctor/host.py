"""Is the server well: versions, disk, memory, clock, PostgreSQL, ports."""

from collections.abc import Iterator, Mapping

from operate.core import terminal
from operate.doctor.findings import Finding, bad, drifted, hint, unknown, well
from operate.doctor.ports import HTTP, HTTPS, POSTGRESQL, PortProbe
from operate.server.report import ServerReport
from operate.stack.outputs import Stack


def findings(stack: Stack, seen: ServerReport) -> Iterator[Finding]:
    """All of it but the ports, from the server's own answers."""
    yield from _versions(stack, seen)
    yield _disk(seen)
    yield _memory(seen)
    if seen.value("zone") != "+0000":
        yield bad(
            "clock",
            f"the server's zone is {seen.value('zone')}; schedules are UTC",
            _root("timedatectl set-timezone Etc/UTC"),
        )
    if seen.values("reboot"):
        yield hint("system", "its updates want a restart", _root("reboot"))
    yield from _database(stack, seen)


def _root(command: str) -> str:
    return f"./petbase ssh {command}"


def _versions(stack: Stack, seen: ServerReport) -> Iterator[Finding]:
    if seen.value("release") is None:
        yield bad("Dokku", f"does not answer: {seen.reason('release')}", _root("dokku version"))
        return
    running = {"Dokku": seen.words("release")[-1], "dokku-postgres": seen.value("plugin") or ""}
    said = {"Dokku": stack.dokku.version, "dokku-postgres": stack.dokku.postgres_plugin}
    key = {"Dokku": "version", "dokku-postgres": "postgres-plugin"}
    for name, version in running.items():
        if not version:
            yield drifted(name, "is not installed")
        elif version == said[name]:
            yield well(name, f"{version}, as the stack file says")
        else:
            order = "behind" if _parts(version) < _parts(said[name]) else "ahead of"
            newer = version if order == "ahead of" else said[name]
            repair = f"write dokku.{key[name]}: {newer}, then pulumi up (docs/upgrades.md)"
            yield hint(name, f"{version} is {order} the stack file's {said[name]}", repair)


def _parts(version: str) -> list[int]:
    return [int(part) if part.isdecimal() else -1 for part in version.split(".")]


def _disk(seen: ServerReport) -> Finding:
    found = seen.numbers("disk", 2)
    if not found or not found[0]:
        return unknown("disk", seen.reason("disk"))
    total, free = found
    used = 100 - 100 * free // total
    says = f"{used} % used, {terminal.size(free * 1024)} free of {terminal.size(total * 1024)}"
    repair = "./petbase ssh dokku cleanup; if that is not enough, server.type in the stack file and ./petbase resize"
    return bad("disk", says, repair) if used >= 90 else hint("disk", says, repair) if used >= 80 else well("disk", says)


def _memory(seen: ServerReport) -> Finding:
    found = seen.numbers("memory", 4)
    if not found or not found[0]:
        return unknown("memory", seen.reason("memory"))
    total, available, swap, swap_free = found
    says = f"{terminal.size(available * 1024)} available of {terminal.size(total * 1024)}"
    if swap:
        says += f", {terminal.size((swap - swap_free) * 1024)} of {terminal.size(swap * 1024)} swap in use"
    repair = "server.type in the stack file and ./petbase resize, or apps.APP.resources"
    share = 100 * available // total
    return (
        bad("memory", says, repair)
        if share < 4
        else hint("memory", says, repair)
        if share < 10
        else well("memory", says)
    )


def _database(stack: Stack, seen: ServerReport) -> Iterator[Finding]:
    about = f"database {stack.service}"
    if seen.value("services") is None:
        yield unknown(about, f"dokku postgres:list says: {seen.reason('services')}")
        return
    if stack.service not in seen.words("services"):
        yield Finding("bad", about, "is not on the server", "docs/disaster.md", again=True)
        return
    status, server = seen.value("status"), seen.value("server")
    if status != "running" or server is None:
        logs = _root(f"dokku postgres:logs {stack.service}")
        state = status or seen.reason("status")
        yield bad(
            about,
            f"answers no query; its container is: {state}",
            f"{_root(f'dokku postgres:start {stack.service}')}, or look at {logs}",
        )
        return
    version = server.split()[0]
    if version == stack.version:
        yield well(about, f"PostgreSQL {version} answers")
    elif version.partition(".")[0] == stack.version.partition(".")[0]:
        yield drifted(about, f"PostgreSQL {version}; the stack file says {stack.version}")
    else:
        yield bad(
            about,
            f"PostgreSQL {version}; the stack file says {stack.version}",
            f'write version: "{version}"; another major needs a dump and a restore',
        )
    yield from _connections(seen)
    exposed = seen.value("exposed")
    if exposed not in (None, "", "-"):
        yield bad(about, f"is exposed on {exposed}", _root(f"dokku postgres:unexpose {stack.service}"))


def _connections(seen: ServerReport) -> Iterator[Finding]:
    found = seen.numbers("connections", 2)
    if found:
        used, most = found
        says = f"{used} of {most} in use"
        repair = (
            "./petbase psql -c 'SELECT usename, count(*) FROM pg_stat_activity GROUP BY 1'; then apps.APP.connections"
        )
        level = bad if used >= 0.95 * most else hint if used >= 0.8 * most else None
        yield level("connections", says, repair) if level else well("connections", says)


def ports(stack: Stack, seen: ServerReport | None, answers: Mapping[PortProbe, bool]) -> Iterator[Finding]:
    """From outside: SSH and the web answer, PostgreSQL does not."""
    secure = seen is not None and any(seen.value(f"certificate {app}") for app in stack.apps)
    shut = _root(f"dokku postgres:unexpose {stack.service}")
    for door, open_ in answers.items():
        about = f"port {door.number}"
        if door.number == POSTGRESQL:
            exposed = bad(about, "PostgreSQL answers to the whole internet", shut)
            yield exposed if open_ else well(about, "shut from outside")
        elif open_:
            yield well(about, "answers from outside")
        elif door.number in (HTTP, HTTPS) and stack.server.web_from == "cloudflare":
            yield well(about, "shut but for Cloudflare")
        elif door.number == HTTPS and not secure:
            yield well(about, "shut, and no app has a certificate")
        else:
            ways = "its firewall (pulumi up), and: "
            ways += "is it running?" if door.number == stack.server.port else "./petbase ssh systemctl status nginx"
            yield bad(about, f"{door.address} does not answer there", ways)
