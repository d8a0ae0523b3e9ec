"""`postgres:backup-schedule`: one line in /etc/cron.d, written by way of one file for all services (record 610)."""

from pathlib import Path

from sandbox.host.dokku.core import fault, say
from sandbox.host.dokku.core.call import Call
from sandbox.host.dokku.core.paths import CRON, SERVICES
from sandbox.host.dokku.postgres import service

_TEMPORARY = SERVICES / ".TMP_CRON_FILE"


def path_of(name: str) -> Path:
    """The service's cron file."""
    return CRON / f"dokku-postgres-{name}"


def schedule(call: Call) -> int:
    """`postgres:backup-schedule SERVICE "0 3 * * *" BUCKET [--use-iam]`: any text is a schedule."""
    name = service.named(call.words)
    when, bucket, flag = [*call.words[1:], "", "", ""][:3]
    if not when:
        raise say.RefusedError("Please specify a schedule for the backup")
    if not bucket:
        raise say.RefusedError("Please specify an aws bucket for the backup")
    if flag not in {"", "--use-iam", "-u"} or len(call.words) > 4:
        raise say.RefusedError("Invalid flag provided, only '--use-iam' allowed")
    _TEMPORARY.write_text(f"{when} dokku /usr/bin/dokku postgres:backup {name} {bucket} {flag}\n")
    fault.place("postgres:backup-schedule written")
    CRON.mkdir(parents=True, exist_ok=True)
    try:
        path_of(name).write_text(_TEMPORARY.read_text())
        _TEMPORARY.unlink()
    except FileNotFoundError as error:
        raise say.RefusedError(f"/bin/mv: cannot stat '{_TEMPORARY}': No such file or directory", bare=True) from error
    path_of(name).chmod(0o644)
    return 0


def cat(call: Call) -> int:
    """`postgres:backup-schedule-cat SERVICE`"""
    name = service.of(call)
    if not path_of(name).exists():
        raise say.RefusedError(f"There is no scheduled backup for {name}.")
    say.out(path_of(name).read_text(), end="")
    return 0


def unschedule(call: Call) -> int:
    """`postgres:backup-unschedule SERVICE`: 0 without one as well."""
    remove(service.of(call))
    return 0


def remove(name: str) -> None:
    """Take the line away."""
    path_of(name).unlink(missing_ok=True)
