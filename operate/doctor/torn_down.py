"""A stack that was torn down: nothing answers any more, and the dumps are there."""

from operate.core import terminal, times
from operate.core.errors import PetbaseError, tried
from operate.doctor.findings import Finding, hint, unknown
from operate.dumps.store import Store
from operate.stack import state
from operate.stack.outputs import Stack


def finding(stack: Stack) -> Finding | None:
    """What is left and what to do; None where the server is missing for another reason, or that cannot be known."""
    if tried(lambda: state.is_torn_down(stack.name)) is not True:
        return None
    bucket = stack.backups.bucket
    newest = tried(lambda: _newest(stack))
    if isinstance(newest, PetbaseError):
        return unknown("stack", f"torn down; its dumps in {bucket} cannot be listed: {newest}")
    files = "; files of apps too, with restic: ./petbase recovery-sheet" if stack.backs_up_files else ""
    return hint(
        "stack",
        f"torn down; the bucket {bucket} is left, {newest}{files}",
        "./petbase download; to create the stack again with its data: database.restore-from: latest, pulumi up; to "
        "delete the dumps: ./petbase teardown --everything",
    )


def _newest(stack: Stack) -> str:
    with Store(stack) as store:
        found = [one for one in store.dumps() if one.counts]
    if not found:
        return "without a dump"
    return f"with {terminal.counted(len(found), 'dump')}, the newest of {times.with_local_time(found[0].made)}"
