"""A dump from one store into the other, whole or not at all, and its digest as it comes back.

A container that loses its client reads an early end of its input, and aws-cli takes that for the end of the dump. What
is cut off must not become an object, which the key may be unable to remove: so the dump waits in the container until
all of it is there.
"""

from host.core.errors import HostError
from host.dumps.bucket import Bucket
from host.dumps.dump import Dump
from host.programs.runner import Stage
from host.values.text import last_words

_SEND = """set -eu
umask 077
dump=$(mktemp)
trap 'rm -f "$dump"' EXIT
cat >"$dump"
came=$(wc -c <"$dump")
[ "$came" -eq "$1" ] || { echo "it came cut off, $came of $1 bytes" >&2; exit 1; }
aws --endpoint-url "$2" s3 cp --only-show-errors "$dump" "$3" >&2
sha256sum <"$dump"
"""


def copy_between(source: Bucket, name: str, target: Bucket, dump: Dump) -> str:
    """Copy an object; the SHA-256 of what was sent. HostError where either store refuses."""
    words = [*target.words_in_image("sh"), "-c", _SEND, "sh", str(dump.bytes), target.endpoint, target.url(dump.name)]
    fetched, sent = source.host.pipe(source.get_stage(name), Stage(words, env=target.environment))
    if not fetched.ok:
        raise HostError(f"{name} cannot be fetched: {last_words(fetched.stderr)}")
    if not sent.ok:
        raise HostError(f"{dump.name} was not taken: {last_words(sent.stderr)}")
    return sent.stdout.split()[0]


def digest(bucket: Bucket, name: str) -> str:
    """The SHA-256 of an object, read whole. HostError where it cannot be read."""
    read, summed = bucket.host.pipe(bucket.get_stage(name), Stage(["sha256sum"]))
    if not read.ok or not summed.ok:
        raise HostError(f"{name} cannot be read back: {last_words(read.stderr or summed.stderr)}")
    return summed.stdout.split()[0]
