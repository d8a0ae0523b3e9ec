"""Rules of the stack file about apps' buckets; `stack_rules` has the others."""

from collections import Counter
from collections.abc import Iterator

from components.config.bucket_spec import AppBucket
from components.config.rules.bucket_defaults import (
    bucket_name,
    default_name,
    place_of,
    r2_endpoint,
    secret_variables,
    server_of,
    with_buckets,
)
from components.config.section import given
from components.config.spec import Estate

R2_BUCKET_ONLY = ("exists", "account_id", "jurisdiction", "location", "origins", "public")
S3_BUCKET_ONLY = ("endpoint", "region")
_LONGEST_NAME = 63


def problems(estate: Estate) -> list[str]:
    """Every broken rule, as `path: what is wrong; way out`."""
    checks = (_stores, _names, _shared, _renamed, _variables, _public)
    return [problem for check in checks for problem in check(estate)]


def _stores(estate: Estate) -> Iterator[str]:
    for app, spec in with_buckets(estate):
        path = f"apps.{app}.bucket"
        for key in given(spec, R2_BUCKET_ONLY if spec.store == "s3" else S3_BUCKET_ONLY):
            yield f"{path}.{key}: applies to store: {'r2' if spec.store == 's3' else 's3'} only; remove this line"
        if spec.store == "s3":
            for key in ("name", "endpoint"):
                if key not in spec.model_fields_set:
                    yield f"{path}.{key}: missing; store: s3 needs the {key} of a bucket that exists"
        elif not (spec.account_id or estate.backups.account_id):
            yield f"{path}.account-id: missing; copy the 32 hex digits from the address of your Cloudflare dashboard"


def _names(estate: Estate) -> Iterator[str]:
    for app, _ in with_buckets(estate, "r2"):
        name = bucket_name(estate, app)
        if len(name) > _LONGEST_NAME:
            yield f'apps.{app}.bucket.name: missing; "{name}" has more than {_LONGEST_NAME} characters, so write a name'


def _shared(estate: Estate) -> Iterator[str]:
    """An app's key opens its own bucket only, so two apps can never have the same one."""
    spec, copy = estate.backups, estate.backups.second
    account = spec.account_id or ""
    server = server_of(spec.endpoint or r2_endpoint(account, spec.jurisdiction))
    owners: dict[object, str] = {(place, spec.bucket): "the dumps" for place in (server, account)}
    if copy:
        owners[server_of(copy.endpoint), copy.bucket] = "the second store"
    for app, _ in with_buckets(estate):
        if place := place_of(estate, app):
            keys = [(at, place.name) for at in (server_of(place.endpoint), place.account) if at]
            if owner := next((owners[key] for key in keys if key in owners), ""):
                yield f'apps.{app}.bucket.name: "{place.name}" is already the bucket of {owner}; write another name'
            owners.update(dict.fromkeys(keys, f"the app {app}"))


def _renamed(estate: Estate) -> Iterator[str]:
    for app, spec in with_buckets(estate, "r2"):
        was = estate.apps[app].was
        if was and spec.name is None:
            yield (
                f"apps.{app}.bucket.name: missing; a bucket keeps its name when its app is renamed. "
                f"Write the name that it has, which was {default_name(estate, was)} by default"
            )


def _variables(estate: Estate) -> Iterator[str]:
    for app, spec in with_buckets(estate):
        names = _used(spec)
        for name, count in Counter(names).items():
            if count > 1:
                yield f"apps.{app}.bucket.variables: {name} is used {count} times; choose another name"
        for name in sorted(set(names).intersection((*estate.apps[app].env, *estate.apps[app].secrets))):
            yield (
                f"apps.{app}.bucket.variables: {name} is also in env or secrets; remove it there, or choose another "
                "name here"
            )


def _used(spec: AppBucket) -> list[str]:
    names = spec.variables
    plain = [names.endpoint, names.bucket, names.region]
    return [*plain, *secret_variables(spec), *([names.public_url] if spec.public else [])]


def _public(estate: Estate) -> Iterator[str]:
    served = {domain: f"app {app}" for app in estate.apps for domain in estate.domains_of(app)}
    for app, spec in with_buckets(estate):
        if spec.public is None:
            continue
        if spec.public in served:
            yield (
                f'apps.{app}.bucket.public: "{spec.public}" is already the domain of {served[spec.public]}; '
                "write another name"
            )
        served[spec.public] = f"the bucket of {app}"
