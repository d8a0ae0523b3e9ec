"""Rules of the stack file that need more than one field; each says its path, what is wrong and the way out."""

from collections import Counter
from collections.abc import Iterator

from components.spec import Backups, Estate, Section, Server

_NEW_SERVER_ONLY = ("type", "image", "location", "ssh_from")
_R2_ONLY = ("account_id", "token_owner", "jurisdiction", "location", "lock_days")
_RESERVED_ROLES = {"postgres", "public", "none"}


def problems(estate: Estate) -> list[str]:
    """Every broken rule, as `path: what is wrong; way out`."""
    checks = (
        _server(estate.server),
        _backups(estate.backups),
        _domains(estate),
        _schemas(estate),
        _variables(estate),
    )
    return [problem for check in checks for problem in check]


def _given(section: Section, names: tuple[str, ...]) -> Iterator[str]:
    return (name.replace("_", "-") for name in names if name in section.model_fields_set)


def _server(server: Server) -> Iterator[str]:
    if server.host is None:
        if not server.authorized_keys:
            yield "server.authorized-keys: no key; add the line of ~/.ssh/id_ed25519.pub, or nobody gets in"
        for key in ("host_key", "user"):
            if key in server.model_fields_set:
                yield f"server.{key.replace('_', '-')}: belongs to a server that exists; name it by host or remove this"
        return
    if server.host_key is None:
        yield "server.host-key: missing; run ssh-keyscan -t ecdsa HOST (else ed25519), compare it there, and add it"
    for key in _given(server, _NEW_SERVER_ONLY):
        yield f"server.{key}: belongs to a new server, and server.host names one that exists; remove one of them"


def _backups(backups: Backups) -> Iterator[str]:
    if backups.lock_days > backups.keep_days:
        yield (
            f"backups.lock-days: {backups.lock_days} is longer than keep-days ({backups.keep_days}); "
            "a locked dump cannot expire, so lower lock-days or raise keep-days"
        )
    if backups.store == "r2":
        if backups.account_id is None:
            yield "backups.account-id: missing; 32 hex digits, from the dashboard's address line (or store: s3)"
        if "region" in backups.model_fields_set:
            yield 'backups.region: R2 knows one region, "auto"; remove this'
        return
    if backups.endpoint is None:
        yield 'backups.endpoint: missing; store: s3 needs one, as in "https://nbg1.your-objectstorage.com"'
    for key in _given(backups, _R2_ONLY):
        yield f"backups.{key}: belongs to store: r2; remove it"


def _domains(estate: Estate) -> Iterator[str]:
    owners: dict[str, list[str]] = {}
    for app in estate.apps:
        for domain in estate.domains_of(app):
            owners.setdefault(domain, []).append(app)
    for domain, apps in owners.items():
        for app, count in Counter(apps).items():
            if count > 1:
                yield f'apps.{app}.domains: "{domain}" is there {count} times; keep one'
        if len(set(apps)) > 1:
            first, *others = sorted(set(apps))
            for app in others:
                yield f'apps.{app}.domains: "{domain}" is already the domain of app {first}; a domain leads to one app'


def _schemas(estate: Estate) -> Iterator[str]:
    """A schema belongs to the role of the same name, so an app's name may not be the schema of other apps only."""
    living = {app: estate.schema_of(app) for app, spec in estate.apps.items() if spec.access == "schema"}
    for app, schema in living.items():
        if app in _RESERVED_ROLES or app.startswith("pg_"):
            yield f'apps.{app}: PostgreSQL has a role "{app}" already; name the app otherwise, or set access: superuser'
        if schema != app and schema in living and living[schema] != schema:
            yield (
                f'apps.{app}.schema: "{schema}" is the name of an app that lives in schema "{living[schema]}"; '
                "name another schema"
            )
    for app, spec in estate.apps.items():
        if spec.access == "superuser" and spec.schema_name:
            yield f"apps.{app}.schema: access: superuser has no schema of its own; remove one of them"


def _variables(estate: Estate) -> Iterator[str]:
    for app, spec in estate.apps.items():
        for name in sorted(set(spec.secrets) & spec.env.keys()):
            yield f"apps.{app}.secrets: {name} is in env too; keep one of them"
        for name, count in Counter(spec.secrets).items():
            if count > 1:
                yield f"apps.{app}.secrets: {name} is there {count} times; keep one"
