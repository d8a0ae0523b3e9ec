"""The files of apps: folders, if they are backed up as declared and restore; buckets, if they open and have room."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from components.config.values import cron
from host.files.status import FilesReport, FolderStatus
from host.watch.limits import drill_limit
from operate.backups import inventory
from operate.core import terminal
from operate.doctor.findings import Finding, bad, drifted, hint, well
from operate.files.usage import Usage
from operate.stack.outputs import Stack

_BACKUP, _DRILL = "./petbase backup --files", "./petbase drill --files"
_NEARLY_ALL = 0.8


def findings(stack: Stack, files: FilesReport | None, now: int) -> Iterator[Finding]:
    """A line for each folder, and one for the drill. Nothing for a stack that backs up none, or is paused."""
    if not stack.backs_up_files or stack.backups.paused:
        return
    if files is None or not files.scheduled:
        yield drifted("files", "the server does not back up the files that the stack file declares")
        return
    known = {one.path: one for one in files.folders}
    for app, declared in stack.apps.items():
        for path in declared.files:
            yield _folder(stack, app, path, known.get(path), now)
    if stack.copy:
        yield _second_store(stack, files, now)
    yield _drill(stack, files, now)


def line(stack: Stack, files: FilesReport | None, now: int) -> Finding | None:
    """All of it in one, the worst first; None for a stack that backs up none."""
    order = ("bad", "unknown", "hint", "well")
    found = sorted(findings(stack, files, now), key=lambda one: order.index(one.level))
    return Finding(found[0].level, "files", found[0].says, found[0].repair) if found else None


def _folder(stack: Stack, app: str, path: str, one: FolderStatus | None, now: int) -> Finding:
    about = f"files of {app}"
    if one is None:
        return drifted(about, f"the server does not back up {path}")
    if one.problem:
        return bad(about, f"not backed up: {one.problem}", _BACKUP)
    late = now - max(one.at, one.since)
    if late > cron.max_age(stack.backups.schedule):
        return bad(about, f"{path} was not backed up for {_age(now - late, now)}", _BACKUP)
    if not one.at:
        return hint(about, f"{path} was not backed up yet; it is, with the next dump", _BACKUP)
    what = f"{terminal.size(one.bytes)} in snapshot {one.snapshot}" if one.snapshot else "an empty folder"
    return well(about, f"{path}, {what}, backed up {_age(one.at, now)} ago")


def _second_store(stack: Stack, files: FilesReport, now: int) -> Finding:
    about, limit = "files copy", cron.max_age(stack.backups.schedule)
    if problem := next((one.copy_problem for one in files.folders if one.copy_problem), ""):
        return bad(about, f"not in the {problem}", _BACKUP)
    late = max((now - max(one.copied_at, one.since) for one in files.folders), default=0)
    if late > limit:
        return bad(about, f"nothing went to the second store for {_age(now - late, now)}", _BACKUP)
    oldest = min((one.copied_at for one in files.folders), default=0)
    if not oldest:
        return hint(about, "not every folder went to the second store yet; they do, with the next dump", _BACKUP)
    return well(about, f"every folder went to the second store {_age(oldest, now)} ago")


def _drill(stack: Stack, files: FilesReport, now: int) -> Finding:
    about, since = "files drill", min((one.since for one in files.folders), default=now)
    if stack.backups.drill == "never":
        return hint(about, "backups.drill is never: no file is ever test-restored", "backups.drill: weekly")
    if files.drill_failure:
        return bad(about, files.drill_failure, _DRILL)
    if now - max(files.drilled_at, since) > drill_limit(stack.backups.drill):
        return bad(about, "no drill has ended well for too long", _DRILL)
    if not files.drilled_at:
        return hint(about, f"no file has been test-restored yet; the drill is {stack.backups.drill}", _DRILL)
    return well(about, f"the newest snapshots restored well {_age(files.drilled_at, now)} ago")


def _age(at: int, now: int) -> str:
    here = datetime.fromtimestamp(now, UTC)
    return terminal.age(here - timedelta(seconds=max(0, now - at)), here)


def buckets(usage: Sequence[Usage], dumps: int) -> Iterator[Finding]:
    """A line for each bucket, and one for all together with the `dumps`, in bytes. Nothing without a bucket."""
    for one in usage:
        if one.problem:
            yield bad(f"bucket of {one.app}", f"{one.bucket} does not open: {one.problem}", _renewed(one))
        elif one.shut_out:
            says = f"{one.bucket} takes no upload from pages of {', '.join(one.shut_out)}: its CORS rules were changed"
            yield bad(f"bucket of {one.app}", says, "pulumi refresh, pulumi up")
        else:
            yield well(f"bucket of {one.app}", str(one))
    if ours := [one for one in usage if not one.secrets]:
        yield _total(sum(one.bytes for one in ours) + dumps)


def _renewed(one: Usage) -> str:
    """What gives the app a key that opens its bucket, or the bucket again."""
    if not one.secrets:
        return "pulumi refresh, pulumi up" + ("; the new one is empty" if one.problem == "NoSuchBucket" else "")
    return ", ".join([*(f"./petbase secrets set {name}" for name in one.secrets), "pulumi up"])


def _total(size: int) -> Finding:
    says = f"dumps and files take {terminal.size(size)}, {inventory.share(size)} of the 10 GB that are free"
    if size > _NEARLY_ALL * inventory.FREE_BYTES:
        return hint("R2 storage", says, "R2 bills what is above: developers.cloudflare.com/r2/pricing")
    return well("R2 storage", says)
