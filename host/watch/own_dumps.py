"""The dumps that are of this database, not of another one that writes to the same bucket; which one a restore takes."""

from contextlib import suppress
from dataclasses import dataclass, replace

from host.core.host import Host
from host.dumps.bucket import Bucket, BucketError
from host.dumps.claim import Claim, Claims, claim_at, object_name, parse, to_text
from host.dumps.dump import VERIFIED, Dump
from host.postgres.psql import Psql, SqlError
from host.watch.settings import folder

_SYSTEM = "SELECT system_identifier FROM pg_catalog.pg_control_system();"
_REMEMBERED = 20


@dataclass(frozen=True)
class OwnDumps:
    """`dumps`, oldest first, of all that are `listed`.

    `since` is when this database was made, in seconds of the epoch. `problem` says who else writes to the bucket, ""
    for none.
    """

    dumps: tuple[Dump, ...]
    listed: tuple[Dump, ...]
    since: int = 0
    problem: str = ""

    @property
    def others(self) -> int:
        """How many of the same name are another database's."""
        return len(self.listed) - len(self.dumps)


def own_dumps(host: Host, bucket: Bucket) -> OwnDumps:
    """The dumps of this database, which claims them where it may. BucketError where the bucket does not open.

    Where PostgreSQL does not answer, all count.
    """
    dumps = tuple(bucket.dumps())
    try:
        system = Psql(host, bucket.service, "postgres").value(_SYSTEM)
    except SqlError:
        return OwnDumps(dumps, dumps)
    if not system.isdecimal():
        return OwnDumps(dumps, dumps)
    own = Claim(host.stack, bucket.service, system)
    claims = _claims(host, bucket, own, dumps[-1].name if dumps else "")
    found = tuple(dump for dump in dumps if claim_at(claims, dump.at.timestamp()) in (None, own))
    return OwnDumps(found, dumps, own.since, _problem(bucket, own, claims))


def _claims(host: Host, bucket: Bucket, own: Claim, newest: str) -> Claims:
    """The claims in the bucket. They are read again only when there is a new dump, or a new database."""
    note = f"{folder(bucket.service)}/claims"
    known = host.state.read(note) or {}
    claims = parse(known.get("text"))
    if known.get("newest") == newest and own in claims:
        return claims
    claims = parse(bucket.get_small(object_name(bucket.service)))
    if _may_claim(claims, own):
        claims = (*claims, own)[-_REMEMBERED:]
        try:
            bucket.put_small(object_name(bucket.service), to_text(claims))
        except BucketError:
            return claims
    # On a full disk they are read again next time.
    with suppress(OSError):
        host.state.write(note, newest=newest, text=to_text(claims))
    return claims


def _may_claim(claims: Claims, own: Claim) -> bool:
    """Of one stack the newer database takes over, as after an upgrade or on a new server; another stack's stays."""
    return not claims or (claims[-1].stack == own.stack and claims[-1].since < own.since)


def _problem(bucket: Bucket, own: Claim, claims: Claims) -> str:
    last = claims[-1]
    if last == own:
        return ""
    if last.stack != own.stack:
        return (
            f"the dumps at {bucket.url('')} are of the stack {last.stack}, so none of them counts for "
            f"{own.stack}. Give one of the two stacks another backups.path"
        )
    return (
        f"a newer database of the stack {own.stack} writes its dumps to {bucket.url('')}, so this server's count no "
        f"more. If this server was replaced, stop its dumps: dokku postgres:backup-unschedule {own.service}"
    )


def newest_of_stack(bucket: Bucket) -> Dump | None:
    """The newest dump that no other stack made, of any of this stack's databases; None where there is none.

    Where dumps failed for longer than keep-days, what was verified is still there; `name` has its folder then.
    """
    claims = parse(bucket.get_small(object_name(bucket.service)))
    for under in ("", VERIFIED):
        for dump in reversed(bucket.dumps(under)):
            claim = claim_at(claims, dump.at.timestamp())
            if claim is None or claim.stack == bucket.host.stack:
                return replace(dump, name=f"{under}{dump.name}")
    return None
