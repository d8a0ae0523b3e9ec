"""The dumps: is the newest young, can it be read, does its passphrase open it, and do dumps restore?"""

from contextlib import suppress

from host.check.findings import Findings, duration
from host.drill.inventory import changes
from host.dumps.bucket import Bucket
from host.dumps.credentials import passphrase_digest, stored_passphrase
from host.dumps.dump import Dump
from host.dumps.unpack import UnpackError, packed
from host.dumps.write_probe import daily_refusal
from host.postgres.psql import Psql, database_name
from host.scratch.rows import of_database
from host.values.text import printable
from host.watch.baseline import read_baseline
from host.watch.limits import drill_limit
from host.watch.own_dumps import OwnDumps, own_dumps
from host.watch.settings import folder

_DAY = 86_400
_KEY = "In R2: ./petbase rotate-token. Elsewhere, let its key write there again"


def look_at_dumps(found: Findings) -> None:
    """The newest dump: its age, and, once for each, its content."""
    bucket = found.settings.open(found.host, found.service)
    problem = bucket.problem()
    if problem:
        found.problem("bucket", problem)
        return
    own = own_dumps(found.host, bucket)
    if own.problem:
        found.problem("bucket owner", own.problem)
    if reason := daily_refusal(bucket, f"{folder(found.service)}/written"):
        text = f"the bucket takes nothing from this server, so the next dump will fail: {reason}"
        found.problem("bucket writes", f"{text}. {_KEY}")
    for about, text in changes(bucket, own.listed, found.settings.keep_days).items():
        found.problem(about, text)
    if not own.dumps:
        _look_at_none(found, own)
        return
    found.newest = newest = own.dumps[-1]
    look_at_age(found, newest)
    _look_at_size(found, newest)
    _look_into(found, bucket, newest)


def look_at_passphrase(found: Findings) -> None:
    """A passphrase that was set by hand is lost with the server, and all dumps since with it."""
    declared = (found.host.state.read(f"services/{found.service}/passphrase") or {}).get("sha256")
    if declared is None or declared == passphrase_digest(stored_passphrase(found.host, found.service)):
        return
    found.problem(
        "passphrase",
        "the passphrase on this server is not the stack's: it was changed or removed by hand, so you cannot open new "
        "dumps, or anyone can. Raise generation in the stack file, run pulumi up, then ./petbase backup",
    )


def due(found: Findings) -> str:
    """When a dump should have come, and the way to one."""
    return f"one is due by {found.settings.schedule} UTC. Try: ./petbase backup"


def _look_at_none(found: Findings, own: OwnDumps) -> None:
    """After an upgrade, or on a new server, the dumps of the database before do not count."""
    what = "there is no dump of this database in the bucket" if own.others else "there is no dump in the bucket"
    if found.seconds_late(own.since if own.others else 0) > found.settings.max_age:
        found.problem("dump age", f"{what}; {due(found)}")


def look_at_age(found: Findings, newest: Dump) -> None:
    """Late by the schedule's longest gap."""
    at = int(newest.at.timestamp())
    if found.seconds_late(at) > found.settings.max_age:
        age = duration(found.now - at)
        found.problem("dump age", f"the newest dump, {newest.name}, is {age} old; {due(found)}")


def _look_at_size(found: Findings, newest: Dump) -> None:
    """A database that lost most of its rows makes a small dump, and all else is well."""
    if found.host.state.exists(f"{folder(found.service)}/shrunk"):
        return  # a drill of it has found the same, and more
    baseline = read_baseline(found.host, found.service)
    if baseline and (why := baseline.shrunk_bytes(newest)):
        found.problem("dump size", why)


def _look_at_rows(found: Findings, newest: Dump) -> None:
    """Are rows gone since the last good drill? By what the database holds now; a drill counts those of the dump."""
    baseline = read_baseline(found.host, found.service)
    if baseline is None:
        return
    # One that hangs is told, and not waited for.
    Psql(found.host, found.service, "postgres").execute("SELECT 1;")
    rows = of_database(found.host, found.service, database_name(found.service), patient=False)
    counted = {printable(table): count for table, (count, _) in rows.tables.items()}
    note, why = f"{folder(found.service)}/shrunk", baseline.shrunk_rows(newest.name, counted)
    with suppress(OSError):
        found.host.state.write(note, text=why) if why else found.host.state.remove(note)


def _look_into(found: Findings, bucket: Bucket, newest: Dump) -> None:
    """Read whole once, listed from then on; a drill reads it again."""
    state, note = found.host.state, f"{folder(found.service)}/read"
    known = {"dump": newest.name, "bytes": newest.bytes, "etag": newest.etag}
    if state.read(note) == known:
        return
    try:
        packed(bucket, newest.name).check_export(found.host)
    except UnpackError as error:
        found.problem("dump content", str(error))
        return
    _look_at_rows(found, newest)
    # On a full disk it is read again at the next check.
    with suppress(OSError):
        state.write(note, **known)


def look_at_drills(found: Findings) -> None:
    """The last drill failed, or none has ended well for too long."""
    failure = found.host.state.read(f"{folder(found.service)}/drill-failed")
    if failure and not _is_made_up_for(found, failure):
        found.problem("drill", str(failure["text"]))
    shrunk = found.host.state.read(f"{folder(found.service)}/shrunk")
    if shrunk:
        found.problem("rows", str(shrunk["text"]))
    late, limit = found.seconds_late(found.drilled), drill_limit(found.settings.drill)
    if limit and late > limit:
        found.problem("drill late", f"no drill has ended well for {late // _DAY} days. Try: ./petbase drill")


def _is_made_up_for(found: Findings, failure: dict[str, object]) -> bool:
    """Whether the drill failed for want of a dump, and there is one now: the check has just read that by itself."""
    return not failure.get("dump") and found.newest is not None
