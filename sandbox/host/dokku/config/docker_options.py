"""`docker-options:*`: words for `docker run`, kept per phase.

A link stores one in each, and one more with every repetition (record 614).
"""

from pathlib import Path

from sandbox.host.dokku.apps import app as apps
from sandbox.host.dokku.core import files, report, say
from sandbox.host.dokku.core.call import Call, app_named
from sandbox.host.dokku.core.paths import CONFIG

PHASES = ("build", "deploy", "run")


def _path(app: str, phase: str) -> Path:
    return CONFIG / "docker-options" / app / f"_default_.{phase}"


def options_of(app: str, phase: str) -> list[str]:
    """The options of one phase."""
    return files.lines(_path(app, phase))


def add(app: str, option: str, phases: tuple[str, ...] = PHASES) -> None:
    """Add to every phase, or to some, asking nothing."""
    for phase in phases:
        kept = sorted([*options_of(app, phase), option])
        files.write(_path(app, phase), "".join(f"{line}\n" for line in kept))


def remove(app: str, option: str, phases: tuple[str, ...] = PHASES) -> None:
    """Take every copy out of every phase, or of some."""
    for phase in phases:
        if _path(app, phase).exists():
            kept = [line for line in options_of(app, phase) if line != option]
            files.write(_path(app, phase), "".join(f"{line}\n" for line in kept))


def add_(call: Call) -> int:
    """`docker-options:add APP PHASES OPTION`: says nothing, and adds it once more where it is there already."""
    add(*_named(call, "add to"))
    return 0


def remove_(call: Call) -> int:
    """`docker-options:remove APP PHASES OPTION`: says nothing, also where the option is not there."""
    remove(*_named(call, "remove from"))
    return 0


def _named(call: Call, doing: str) -> tuple[str, str, tuple[str, ...]]:
    app = apps.verified(app_named(call.words))
    phases = tuple(phase for word in call.words[1:2] for phase in word.split(","))
    unknown = [phase for phase in phases if phase not in PHASES]
    if unknown or not phases:
        raise say.RefusedError(f"Phase(s) must be one of [{' '.join(PHASES)}]")
    option = " ".join(call.words[2:])
    if not option:
        raise say.RefusedError(f"Please specify docker options to {doing} the phase")
    return app, option, phases


def show_report(call: Call) -> int:
    """`docker-options:report APP`"""
    app = apps.verified(app_named(call.words))
    values = {phase: " ".join(options_of(app, phase)) for phase in PHASES}
    return report.show(call, f"{app} docker-options information", "docker-options", values)
