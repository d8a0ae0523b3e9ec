"""What a teardown removes and what it leaves, as rows for a person: before it is agreed to, and afterwards."""

from datetime import UTC, datetime

from operate.backups.inventory import Inventory
from operate.core import terminal
from operate.stack.state import State
from operate.whole.teardown import Teardown

_CLOUDS = ("hcloud", "cloudflare")


def rows(job: Teardown, before: State, shelf: Inventory) -> list[tuple[str, str]]:
    """What is deleted and what stays, before it is agreed to."""
    stack, found = job.stack, list[tuple[str, str]]()
    clouds = [one for one in before.others if one.types.rpartition("$")[2].partition(":")[0] in _CLOUDS]
    kinds = sorted({one.kind for one in clouds if not one.kept})
    apps = f"; apps: {', '.join(stack.apps)}" if stack.apps else ""
    if before.server_made:
        found.append(("deleted", f"the server {stack.server.address}, with the database {stack.service}{apps}"))
        kept = "only those with backup: true are in the bucket" if stack.backs_up_files else "they are in no dump"
        found.append(("", f"files outside the database (storage) are deleted too; {kept}"))
    elif before.adopted:
        found.append(("deleted", f"what Petbase made on {stack.server.address}{apps or '; no app'}"))
    if kinds:
        found.append(("deleted", f"at the providers: {', '.join(kinds)}"))
    if job.bucket_goes:
        found.append(("deleted", f"the bucket {stack.backups.bucket}: {_held(job, before, shelf)}"))
        if job.shut(before):
            found.append(
                ("", "if it is not empty, this fails: take out first what is in it, in Cloudflare's dashboard")
            )
        if (until := _locked(shelf)) and until > datetime.now(UTC):
            found.append(("", f"its lock, which would hold the youngest until {until:%Y-%m-%d %H:%M} UTC, is lifted"))
    return found + stays(job, before, shelf)


def stays(job: Teardown, before: State, shelf: Inventory) -> list[tuple[str, str]]:
    """What is left afterwards, until when, and what it costs."""
    stack, found = job.stack, list[tuple[str, str]]()
    if before.adopted:
        found.append(
            ("stays", f"the server {stack.server.address}, the database {stack.service} with its data, what was found")
        )
    if not job.bucket_goes:
        found.append(("stays", f"the bucket {stack.backups.bucket}: {_held(job, before, shelf)}"))
        if until := _locked(shelf):
            found.append(("until", f"{until:%Y-%m-%d %H:%M} UTC the youngest cannot be deleted"))
        if ends := [one.expires for one in shelf.dumps if one.expires]:
            found.append(
                ("", f"{max(ends):%Y-%m-%d} the last one expires; copies under verified/ stay until you remove them")
            )
    for app, bucket in stack.buckets.items():
        found.append(
            ("stays", f"the bucket {bucket.name} with the files of {app}, in Cloudflare's dashboard from then on")
        )
    return [*found, ("billed", _billed(job, before, shelf))]


def _billed(job: Teardown, before: State, shelf: Inventory) -> str:
    stack = job.stack
    billed = "nothing of this stack" if not stack.buckets else "the storage of the files"
    if not job.bucket_goes:
        billed = f"the storage of the bucket, {terminal.size(shelf.bytes)}"
        if stack.buckets:
            billed += ", and of the files"
        if stack.backups.store == "r2":
            billed += ", of 10 GB that R2 gives an account for nothing; nothing else"
    if before.adopted:
        billed += f"; {stack.server.address}, where you rent it"
    return billed


def _locked(shelf: Inventory) -> datetime | None:
    """Until when the youngest dump is locked; None where nothing is."""
    return max((one.locked_until for one in shelf.dumps if one.locked_until), default=None)


def _held(job: Teardown, before: State, shelf: Inventory) -> str:
    if job.shut(before):
        return "what it holds cannot be read any more, since its tokens are gone"
    return f"{terminal.counted(len(shelf.dumps), 'dump')}, {terminal.size(shelf.bytes)} in all"
