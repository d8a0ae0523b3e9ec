"""Checks: how old and new containers hand over. They count from the next deploy on and need no restart."""

from collections.abc import Collection, Sequence

from host.core.host import Host
from host.settings.kind import Kind, pairs

_DISABLED, _WAIT = "disabled", "wait-to-retire-seconds"


def _waits(host: Host, app: str) -> str:
    return host.dokku("checks:report", app, "--checks-wait-to-retire").strip()


def _is_disabled(host: Host, app: str) -> bool:
    return host.dokku("checks:report", app, "--checks-disabled-list").strip() == "_all_"


def _present(host: Host, app: str) -> list[str]:
    disabled = [_DISABLED] if _is_disabled(host, app) else []
    seconds = _waits(host, app)
    return [*disabled, f"{_WAIT}={seconds}"] if seconds else disabled


def _apply(host: Host, app: str, declared: Sequence[str], gone: Collection[str]) -> None:
    wanted = pairs(declared)
    if _WAIT in gone:
        host.step(f"{app}: old containers retire after Dokku's own time")
        host.dokku("checks:set", app, "wait-to-retire")
    elif _WAIT in wanted and _waits(host, app) != wanted[_WAIT]:
        host.step(f"{app}: old containers retire after {wanted[_WAIT]} seconds")
        host.dokku("checks:set", app, "wait-to-retire", wanted[_WAIT])
    if _DISABLED in gone:
        host.step(f"{app}: checks are enabled again")
        host.dokku("checks:enable", app)
    elif _DISABLED in wanted and not _is_disabled(host, app):
        host.step(f"{app}: stops before its successor starts (checks are disabled)")
        host.dokku("checks:disable", app)


CHECKS = Kind("checks", _apply, _present)
