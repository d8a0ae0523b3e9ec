"""`docker-options:*`: words for `docker run`, kept per phase.

A link stores one in each, and one more with every repetition (record 614).
"""

from __future__ import annotations

from pathlib import Path

from sandbox.host.dokku.apps import app as apps
from sandbox.host.dokku.core import files, report
from sandbox.host.dokku.core.call import Call, app_named
from sandbox.host.dokku.core.paths import CONFIG

PHASES = ("build", "deploy", "run")


def _path(app: str, phase: str) -> Path:
    return CONFIG / "docker-options" / app / f"_default_.{phase}"


def options_of(app: str, phase: str) -> list[str]:
    """The options of one phase."""
    return files.lines(_path(app, phase))


def add(app: str, option: str) -> None:
    """Append to every phase, asking nothing."""
    for phase in PHASES:
        path = _path(app, phase)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a") as found:
            found.write(option + "\n")


def remove(app: str, option: str) -> None:
    """Take every copy out of every phase."""
    for phase in PHASES:
        if _path(app, phase).exists():
            kept = [line for line in options_of(app, phase) if line != option]
            files.write(_path(app, phase), "".join(f"{line}\n" for line in kept))


def show_report(call: Call) -> int:
    """`docker-options:report APP`"""
    app = apps.verified(app_named(call.words))
    values = {phase: " ".join(options_of(app, phase)) for phase in PHASES}
    return report.show(call, f"{app} docker-options information", "docker-options", values)
