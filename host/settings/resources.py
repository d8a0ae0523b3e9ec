"""Resources: what each container may use at most. What the app reserves is left alone."""

from collections.abc import Collection, Mapping, Sequence

from host.app.restart import owe_restart
from host.core.host import Host
from host.settings.kind import Kind, pairs

_DOKKUS_NAMES = {"memory-mb": "memory", "cpu": "cpu"}


def _limit(host: Host, app: str, name: str) -> str:
    """Dokku answers 1 where none is set."""
    answer = host.ask("dokku", "resource:report", app, f"--resource-_default_.limit.{_DOKKUS_NAMES[name]}")
    return answer.stdout.strip() if answer.ok else ""


def _present(host: Host, app: str) -> list[str]:
    limits = {name: _limit(host, app, name) for name in _DOKKUS_NAMES}
    return [f"{name}={limit}" for name, limit in limits.items() if limit]


def _apply(host: Host, app: str, declared: Sequence[str], gone: Collection[str]) -> None:
    for name in gone:
        host.step(f"{app}: no limit of {_DOKKUS_NAMES[name]}")
    differing = {name: limit for name, limit in pairs(declared).items() if _limit(host, app, name) != limit}
    for name, limit in differing.items():
        host.step(f"{app}: at most {limit} of {_DOKKUS_NAMES[name]}")
    _set(host, app, {**dict.fromkeys(gone, "clear"), **differing})


def _set(host: Host, app: str, limits: Mapping[str, str]) -> None:
    if limits:
        owe_restart(host, app)
        flags = [word for name, limit in limits.items() for word in (f"--{_DOKKUS_NAMES[name]}", limit)]
        host.dokku("resource:limit", *flags, app)


RESOURCES = Kind("resources", _apply, _present)
