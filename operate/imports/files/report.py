"""What an import of files will do and did, for people on stderr and stdout, and as JSON."""

from collections.abc import Sequence
from typing import Any

from operate.backups import inventory
from operate.core import terminal
from operate.core.errors import PetbaseError
from operate.imports.files.items import LeftOut
from operate.imports.files.job import Copied, FilesJob
from operate.imports.files.plan import Copy, Plan
from operate.imports.report import listed


def shown(job: FilesJob, plan: Plan) -> None:
    """What is in the source, what the bucket holds, what comes, and what it replaces."""
    bucket, files = job.target.bucket, [*plan.copies, *plan.kept]
    size = sum(one.size for one in plan.same) + sum(one.file.size for one in files)
    terminal.note(f"source     {job.source.title}, {_files(len(plan.same) + len(files), size)}")
    place = f", folder {job.target.folder}" if job.target.folder else ""
    terminal.note(f"into       {job.app} on {job.stack.name}: bucket {bucket.name}{place}")
    terminal.note(f"holds      {_files(len(plan.held), sum(one.size for one in plan.held))}")
    terminal.note(f"to copy    {_files(len(plan.copies), plan.bytes)}")
    if plan.same:
        terminal.note(f"there      {_files(len(plan.same), sum(one.size for one in plan.same))}, the same already")
    listed("replaces  ", [_replaced(one) for one in plan.replacing])
    listed("stays     ", [f"{one.file.key}: newer in the bucket" for one in plan.kept])
    listed("left out  ", [str(one) for one in plan.left_out])
    others = job.used_elsewhere()
    if others is not None:
        _shown_space(others, plan.bytes_after)


def _shown_space(others: int, own: int) -> None:
    total = others + own
    billed = ". R2 bills what is above" if total > inventory.FREE_BYTES else ""
    terminal.note(
        f"R2         then holds {terminal.size(total)} with dumps and other apps' files, {inventory.share(total)} of "
        f"the 10 GB a month that are free{billed}"
    )


def told(job: FilesJob, done: Copied) -> None:
    """How it ended. PetbaseError where files did not come."""
    name = job.target.bucket.name
    if not done.plan.copies:
        terminal.result(f"{name} holds all of {job.source.title} already.")
    else:
        terminal.result(f"{name} holds {job.source.title}: {_files(done.files, done.bytes)} copied.")
    listed("left out  ", [str(one) for one in done.plan.left_out])
    listed("stays     ", [f"{one.file.key}: newer in the bucket" for one in done.plan.kept])
    if done.plan.copies:
        terminal.note("To catch up with the source before you switch, run the same command again.")


def require_all(done: Copied) -> None:
    """PetbaseError where files did not come."""
    if done.failed:
        lines = [f"  {one}" for one in done.failed[:20]]
        more = [f"  … and {len(done.failed) - 20} more (all of them: --json)"] if len(done.failed) > 20 else []
        count = terminal.counted(len(done.failed), "file")
        raise PetbaseError("\n".join([f"{count} did not come. Run the same command again.", *lines, *more]))


def facts_of_plan(job: FilesJob, plan: Plan) -> dict[str, Any]:
    """What a look found, for JSON."""
    return {
        "source": job.source.title,
        "bucket": job.target.bucket.name,
        "folder": job.target.folder,
        "to_copy": len(plan.copies),
        "bytes": plan.bytes,
        "same": len(plan.same),
        "replaces": [{"key": one.file.key, "newer_in_bucket": one.is_newer_there} for one in plan.replacing],
        "stays": [one.file.key for one in plan.kept],
        "left_out": _left_out(plan.left_out),
    }


def facts(job: FilesJob, done: Copied) -> dict[str, Any]:
    """How it ended, for JSON."""
    return {
        **facts_of_plan(job, done.plan),
        "copied": done.files,
        "bytes": done.bytes,
        "failed": _left_out(done.failed),
        "seconds": round(done.seconds, 1),
    }


def _left_out(found: Sequence[LeftOut]) -> list[dict[str, str]]:
    return [{"name": one.name, "why": one.why} for one in found]


def _replaced(copy: Copy) -> str:
    newer = "; newer in the bucket: --keep-newer leaves it" if copy.is_newer_there else ""
    return f"{copy.file.key}, which differs{newer}"


def _files(count: int, size: int) -> str:
    return f"{terminal.counted(count, 'file')}, {terminal.size(size)}"
