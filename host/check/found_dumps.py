"""The dumps that somebody else's schedule makes (`backups.found`): is the newest young, and not much smaller?

The bucket is listed and nothing else: no claim is written there, and no dump is read. So it is not known whether they
can be restored, which status and doctor say.
"""

from host.check.dumps import due, look_at_age
from host.check.findings import Findings
from host.dumps.dump import Dump
from host.values.text import size
from host.watch.baseline import is_much_smaller


def look_at_found_dumps(found: Findings) -> None:
    """What a list of the bucket tells."""
    bucket = found.settings.open(found.host, found.service)
    if problem := bucket.problem():
        found.problem("bucket", problem)
        return
    dumps = bucket.dumps()
    if not dumps:
        if found.seconds_late(0) > found.settings.max_age:
            found.problem("dump age", f"there is no dump in the bucket; {due(found)}")
        return
    found.newest = dumps[-1]
    look_at_age(found, dumps[-1])
    if len(dumps) > 1 and (why := _shrunk(dumps[-2], dumps[-1])):
        found.problem("dump size", why)


def _shrunk(before: Dump, newest: Dump) -> str:
    if newest.bytes and not is_much_smaller(newest.bytes, before.bytes):
        return ""
    return (
        f"the newest dump, {newest.name}, has {size(newest.bytes)}; the one before, {before.name}, has "
        f"{size(before.bytes)}. Are rows or tables gone?"
    )
