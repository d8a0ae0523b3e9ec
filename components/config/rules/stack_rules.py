"""Rules of the stack file that need more than one field; each says its path, what is wrong and the way out."""

from collections import Counter
from collections.abc import Iterator

from components.config.rules import app_rules, bucket_rules, connection_rules, copy_rules, edge_rules, files_rules
from components.config.rules.bucket_defaults import with_buckets
from components.config.section import given
from components.config.server_spec import Server
from components.config.spec import Estate

EXISTING_SERVER_ONLY = ("host_key", "user", "imports")
NEW_SERVER_ONLY = ("type", "image", "location", "ssh_from", "web_from")
R2_ONLY = (
    "account_id",
    "write_from",
    "bucket_exists",
    "jurisdiction",
    "location",
    "lock_days",
)
TOKENS = ("token_owner", "token_generation")

# What stays as it was found can be told, not set.
_NOT_FOUND = ("keep_days", "lock_days", "paused", "drill", "write_from", "location")


def problems(estate: Estate) -> list[str]:
    """Every broken rule, as `path: what is wrong; way out`."""
    checks = (
        _server(estate.server),
        _backups(estate),
        _found(estate),
        _restore_store(estate),
        copy_rules.problems(estate.backups),
        _domains(estate),
        app_rules.problems(estate),
        connection_rules.problems(estate),
        files_rules.problems(estate),
        bucket_rules.problems(estate),
        edge_rules.problems(estate),
    )
    return [problem for check in checks for problem in check]


def _server(server: Server) -> Iterator[str]:
    if server.host is None:
        if not server.authorized_keys:
            yield "server.authorized-keys: missing; add the line of ~/.ssh/id_ed25519.pub, or no one can log in"
        for key in given(server, EXISTING_SERVER_ONLY):
            yield f"server.{key}: applies to an existing server only; add server.host, or remove this line"
        return
    if server.host_key is None:
        yield (
            "server.host-key: missing; print it with ssh-keyscan -t ed25519 HOST (or -t ecdsa), compare it on the "
            "server, and add it"
        )
    for key in given(server, NEW_SERVER_ONLY):
        yield f"server.{key}: applies to a new server only, and server.host names an existing one; remove one of them"


def _backups(estate: Estate) -> Iterator[str]:
    backups = estate.backups
    if backups.lock_days > backups.keep_days:
        yield (
            f"backups.lock-days: {backups.lock_days} is longer than keep-days ({backups.keep_days}); "
            "a locked dump cannot expire, so lower lock-days or raise keep-days"
        )
    if backups.store == "r2":
        if backups.account_id is None:
            yield (
                "backups.account-id: missing; copy the 32 hex digits from the address of your Cloudflare dashboard, or "
                "write store: s3"
            )
        if "region" in backups.model_fields_set:
            yield 'backups.region: R2 has one region, "auto"; remove this line'
        return
    if backups.endpoint is None:
        yield 'backups.endpoint: missing; store: s3 needs one, like "https://nbg1.your-objectstorage.com"'
    # Apps' buckets on R2 have tokens too, which are rotated together.
    tokens = () if any(with_buckets(estate, "r2")) else TOKENS
    for key in given(backups, (*R2_ONLY, *tokens)):
        yield f"backups.{key}: applies to store: r2 only; remove this line"


def _found(estate: Estate) -> Iterator[str]:
    if not estate.backups.found:
        return
    if estate.server.host is None:
        yield "backups.found: a new server has no dumps yet; remove this line"
    for key in given(estate.backups, _NOT_FOUND):
        yield f"backups.{key}: backups.found leaves the server's dumps as they are; remove one of the two lines"
    if estate.database.restore_from:
        yield "database.restore-from: needs credentials that Petbase made; remove this line, or backups.found"


def _restore_store(estate: Estate) -> Iterator[str]:
    database = estate.database
    if "restore_store" in database.model_fields_set and database.restore_from is None:
        yield "database.restore-store: says where a dump is, and none is named; add restore-from, or remove this line"
    if database.restore_store == "copy" and estate.backups.second is None:
        yield "database.restore-store: there is no second store; add backups.copy, or write bucket"


def _domains(estate: Estate) -> Iterator[str]:
    owners: dict[str, list[str]] = {}
    for app in estate.apps:
        for domain in estate.domains_of(app):
            owners.setdefault(domain, []).append(app)
    for domain, apps in owners.items():
        for app, count in Counter(apps).items():
            if count > 1:
                yield f'apps.{app}.domains: "{domain}" is listed {count} times; keep one'
        if len(set(apps)) > 1:
            first, *others = sorted(set(apps))
            for app in others:
                yield f'apps.{app}.domains: "{domain}" is already the domain of app {first}; remove one of the two'
