"""Rules of the stack file about the second store of the dumps."""

from collections.abc import Iterator

from components.config.backups_spec import Backups, Copy
from components.config.rules.bucket_defaults import server_of
from host.watch.limits import DRILL_SECONDS

_DAY_SECONDS = 86_400


def problems(backups: Backups) -> Iterator[str]:
    """Every broken rule, as `path: what is wrong; way out`."""
    if backups.second is None:
        return
    if backups.found:
        yield "backups.copy: backups.found leaves the server's dumps as they are; remove one of the two"
    if backups.drill == "never":
        yield "backups.copy: only dumps that a drill has verified are copied, and drill is never; write drill: weekly"
    yield from _place(backups, backups.second)
    days = DRILL_SECONDS[backups.drill] // _DAY_SECONDS
    if backups.second.keep_days <= days:
        yield (
            f"backups.copy.keep-days: {backups.second.keep_days} ends before the next drill ({backups.drill}) copies a "
            f"dump; write at least {2 * days}"
        )


def warnings(backups: Backups) -> Iterator[str]:
    """What is allowed and may not be meant: a second store with fewer dumps, or that the loss of one account takes
    along.
    """
    if backups.second is None:
        return
    if backups.second.keep_days < backups.keep_days:
        yield (
            f"backups.copy.keep-days: {backups.second.keep_days} is less than backups.keep-days, {backups.keep_days}: "
            "the oldest dumps have no copy"
        )
    if not backups.endpoint or backups.store == "r2":
        return
    hosts = [server_of(endpoint)[0] for endpoint in (backups.endpoint, backups.second.endpoint)]
    first, second = (_provider(host) for host in hosts)
    if first == second:
        yield (
            f"backups.copy.endpoint: {hosts[1]} is at the provider of backups.endpoint ({first}). If both buckets "
            "belong to one account, they are lost with it; choose another provider or account"
        )


def _provider(host: str) -> str:
    """The last two labels of a name; an IP address whole."""
    labels = host.split(".")
    return host if labels[-1].isdigit() or ":" in host else ".".join(labels[-2:])


def _place(backups: Backups, copy: Copy) -> Iterator[str]:
    """The same account, or the same bucket, is lost with the first one."""
    account = backups.account_id if backups.store == "r2" else None
    if account and f"//{account}." in copy.endpoint.lower():
        yield (
            f'backups.copy.endpoint: "{copy.endpoint}" is the Cloudflare account of backups.account-id, and would be '
            "lost with it; choose another account or provider"
        )
    first = server_of(backups.endpoint) if backups.endpoint else None
    if (first, backups.bucket) == (server_of(copy.endpoint), copy.bucket):
        yield (
            f'backups.copy.bucket: "{copy.bucket}" at {copy.endpoint} is the bucket of the dumps themselves; choose '
            "one at another provider"
        )
