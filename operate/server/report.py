"""The server's report of itself for doctor: one connection, one command (host/report/doctor.py)."""

import json
from typing import Any, TypeVar

from host.report.apps import Declared
from host.report.doctor import ReportDoctor
from host.report.model.doctor import DoctorReport
from host.values.json_values import JsonError, from_json, to_json
from operate.core.errors import PetbaseError
from operate.server.program import call
from operate.server.ssh import Connection
from operate.stack.outputs import Stack

_T = TypeVar("_T")


def fetch(stack: Stack, connection: Connection) -> DoctorReport:
    """Ask the server. PetbaseError where it cannot be reached, or answers in a way that is not known."""
    declared = {
        name: to_json(Declared(dict(app.settings.env), tuple(app.settings.by_kind))) for name, app in stack.apps.items()
    }
    return read(DoctorReport, call(stack, connection, _command(stack), secrets=[json.dumps(declared)]))


def read(kind: type[_T], found: Any) -> _T:
    """The report of this kind that the server sent. PetbaseError where it is of another release."""
    try:
        report: _T = from_json(kind, found)
    except JsonError as problem:
        raise PetbaseError(
            f"The server's report does not fit this release of Petbase ({problem}). Run pulumi up, then look again."
        ) from None
    return report


def _command(stack: Stack) -> ReportDoctor:
    spec = stack.backups
    return ReportDoctor(
        stack.service,
        app=tuple(stack.apps),
        bucket=spec.bucket,
        prefix=spec.prefix,
        endpoint=spec.endpoint,
        # No lock of ours is on the proof's name; another store's locks are not known here.
        proves_writing=spec.store == "r2" and not (spec.paused or spec.found),
        hardened=stack.server.hardened,
    )
