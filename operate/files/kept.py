"""Buckets whose app has gone, as the server remembers them."""

from host.bucket.record import AppBucket, ListBuckets
from host.values.json_values import from_json
from operate.server import program
from operate.server.ssh import Connection
from operate.stack.outputs import Stack


def buckets(stack: Stack, connection: Connection) -> list[AppBucket]:
    """Those that no app of the stack has now."""
    used = {one.name for one in stack.buckets.values()}
    found = [from_json(AppBucket, one, "buckets") for one in program.call(stack, connection, ListBuckets())]
    return [one for one in found if one.name not in used]
