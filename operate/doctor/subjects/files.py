"""The apps' buckets: whether their keys open them, and how much of R2's free storage is used."""

from collections.abc import Iterator, Sequence

from operate.backups import inventory
from operate.core import terminal
from operate.doctor.findings import Finding, bad, hint, well
from operate.files.usage import Usage

_NEARLY_ALL = 0.8


def findings(usage: Sequence[Usage], dumps: int) -> Iterator[Finding]:
    """A line for each bucket, and one for all together with the `dumps`, in bytes. Nothing without a bucket."""
    for one in usage:
        if one.problem:
            yield bad(f"bucket of {one.app}", f"{one.bucket} does not open: {one.problem}", "pulumi refresh, pulumi up")
        else:
            yield well(f"bucket of {one.app}", str(one))
    if usage:
        yield _total(sum(one.bytes for one in usage) + dumps)


def _total(size: int) -> Finding:
    says = f"dumps and files take {terminal.size(size)}, {inventory.share(size)} of the 10 GB that are free"
    if size > _NEARLY_ALL * inventory.FREE_BYTES:
        return hint("R2 storage", says, "R2 bills what is above: developers.cloudflare.com/r2/pricing")
    return well("R2 storage", says)
