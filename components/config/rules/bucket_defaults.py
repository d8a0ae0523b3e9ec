"""What the stack file comes to for an app's bucket: its own words, else what follows from the rest of the file."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from components.config.bucket_spec import AppBucket
from components.config.rules.edge_defaults import urls
from components.config.spec import Estate
from host.bucket.record import VARIABLES


@dataclass(frozen=True)
class Place:
    """Where an app's bucket is. `account` and `jurisdiction` are R2's, "" and "default" for another store."""

    store: str
    name: str
    endpoint: str
    region: str
    account: str = ""
    jurisdiction: str = "default"

    @property
    def key(self) -> str:
        """By which R2's provider imports it, and the server remembers it; "" for a bucket that is the user's own."""
        return f"{self.account}/{self.name}/{self.jurisdiction}" if self.store == "r2" else ""


def with_buckets(estate: Estate, store: str = "") -> Iterator[tuple[str, AppBucket]]:
    """The apps that have a bucket, in this store or in any."""
    for app, spec in estate.apps.items():
        if spec.bucket and store in ("", spec.bucket.store):
            yield app, spec.bucket


def bucket_name(estate: Estate, app: str) -> str:
    """The name of an app's bucket. The domain is in it, since an account has one bucket of a name."""
    spec = estate.apps[app].bucket
    return (spec.name if spec else None) or default_name(estate, app)


def default_name(estate: Estate, app: str) -> str:
    """The name of a bucket for which the stack file has none."""
    return f"{app}.{estate.domain}".replace(".", "-")


def place_of(estate: Estate, app: str) -> Place | None:
    """Where an app's bucket is; None for an app without one."""
    spec, backups = estate.apps[app].bucket, estate.backups
    if spec is None:
        return None
    name = bucket_name(estate, app)
    if spec.store == "s3":
        return Place("s3", name, spec.endpoint or "", spec.region)
    account, jurisdiction = spec.account_id or backups.account_id or "", spec.jurisdiction or backups.jurisdiction
    # The sandbox's store stands in for R2, at another address.
    pretended = backups.endpoint if backups.store == "r2" else None
    return Place("r2", name, pretended or r2_endpoint(account, jurisdiction), "auto", account, jurisdiction)


def r2_endpoint(account: str, jurisdiction: str) -> str:
    """Where an account's buckets of this jurisdiction are reached by S3."""
    part = "" if jurisdiction == "default" else f"{jurisdiction}."
    return f"https://{account}.{part}r2.cloudflarestorage.com"


def server_of(endpoint: str) -> tuple[str, int | None]:
    """Host and port of a store, however its address is written; None for the usual ports, which lead to one store."""
    parts = urlsplit(endpoint)
    return (parts.hostname or "").rstrip("."), None if parts.port in (80, 443) else parts.port


def origins_of(estate: Estate, app: str) -> tuple[str, ...]:
    """The pages from which browsers may use the bucket. An app without a certificate may have one at a proxy of its
    owner's, so its names count both ways.
    """
    spec, found = estate.apps[app].bucket, urls(estate, app)
    plain = [url for url in found if url.startswith("http:")]
    own = (*found, *(url.replace("http:", "https:", 1) for url in plain))
    return own if spec is None or spec.origins is None else spec.origins


def plain_variables(estate: Estate, app: str) -> dict[str, str]:
    """The variables that tell the app where its bucket is; nothing for an app without one."""
    spec, place = estate.apps[app].bucket, place_of(estate, app)
    if spec is None or place is None:
        return {}
    names = spec.variables
    found = {names.endpoint: place.endpoint, names.bucket: place.name, names.region: place.region}
    return found | ({names.public_url: f"https://{spec.public}"} if spec.public else {})


def variable_names(spec: AppBucket) -> tuple[str, ...]:
    """The names of the five variables, in the server's order; nothing where they are the usual ones."""
    names = spec.variables
    found = (names.endpoint, names.bucket, names.region, *secret_variables(spec))
    return () if found == VARIABLES else found


def secret_variables(spec: AppBucket | None) -> tuple[str, ...]:
    """The names of the two variables with the app's key: its id, and the secret."""
    return (spec.variables.access_key_id, spec.variables.secret_access_key) if spec else ()
