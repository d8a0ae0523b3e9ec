"""What ./petbase status and ./petbase apps found, as JSON for scripts. Times are ISO 8601 in UTC."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from host.report.model.status import AppStatus, StatusReport
from operate.doctor.findings import Finding, exit_code
from operate.overview.lines import first_certificate
from operate.overview.look import Look
from operate.stack.app_outputs import App

_DAY = 86_400


def facts(look: Look, found: Sequence[Finding]) -> dict[str, Any]:
    """One object. What could not be seen is null; `lines` says why."""
    report = look.server
    return {
        "stack": look.stack.name,
        "at": look.at.isoformat(timespec="seconds"),
        "exit_code": exit_code(found),
        "newest_dump": _newest_dump(look),
        **(_server(look, report) if isinstance(report, StatusReport) else _UNSEEN),
        "lines": [{"level": one.level, "about": one.about, "says": one.says} for one in found],
    }


_UNSEEN = dict.fromkeys(("server", "database", "apps", "restore_test", "disk", "certificate", "alerts"))


def _server(look: Look, report: StatusReport) -> dict[str, Any]:
    stack, disk, postgres = look.stack, report.machine.disk.value, report.postgres.value
    first, status = first_certificate(report), report.watch.status
    return {
        "server": {"address": stack.server.address, "restart_wanted": report.machine.restart_wanted},
        "database": {
            "service": stack.service,
            "state": report.database.value,
            "version": postgres and postgres.version,
            "connections": postgres and postgres.connections,
            "max_connections": postgres and postgres.max_connections,
        },
        "apps": [app(one, stack.apps[one.name]) for one in report.apps],
        "restore_test": {"dump": report.drill.dump, "at": _time(report.drill.at)} if report.drill.at else None,
        "disk": disk and {"used_percent": disk.used_percent, "used_bytes": disk.used, "free_bytes": disk.free},
        "certificate": first
        and {"app": first[0], "ends": _time(first[1]), "days_left": (first[1] - report.machine.now) // _DAY},
        "alerts": status and {"checked": status.at, "problems": list(status.problems)},
    }


def app(found: AppStatus, declared: App) -> dict[str, Any]:
    """An app. `running` is all, some or none of its processes."""
    certificate = found.certificate.value
    return {
        "name": found.name,
        "exists": found.exists,
        "deployed": found.deployed.value,
        "running": found.running.value,
        "urls": list(declared.urls),
        "last_deploy": _time(found.last_deploy.value or 0),
        "certificate_ends": _time(certificate.ends or 0) if certificate else None,
        "schema": declared.schema,
        "git_remote": declared.git_remote,
    }


def _newest_dump(look: Look) -> dict[str, Any] | None:
    newest = look.newest
    if newest is None:
        return None
    return {
        "key": newest.key,
        "made": newest.made.isoformat(),
        "age_seconds": int((look.at - newest.made).total_seconds()),
        "bytes": newest.size,
    }


def _time(seconds: int) -> str | None:
    return datetime.fromtimestamp(seconds, UTC).isoformat() if seconds else None
