"""What the accounts have of a server that exists, by its ids there; each account is asked where its token is set."""

import socket
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from components.cloud.preflight import CLOUDFLARE_TOKEN_FORM, HCLOUD_TOKEN_FORM
from components.config.values.public_key import parse_public_key
from operate.adopt import account_checks
from operate.adopt.account_checks import UnseenError
from operate.core.errors import PetbaseError
from operate.hetzner import api as hetzner_api

_PER_PAGE = 50


@dataclass(frozen=True)
class Owned:
    """Ids. `keys` by their names; `records` by "A name", as ZONE/RECORD; `said` is why something is not known."""

    server: str | None = None
    address: str | None = None
    keys: Mapping[str, str] = field(default_factory=dict)
    records: Mapping[str, str] = field(default_factory=dict)
    said: tuple[str, ...] = ()


def fetch(host: str, fingerprints: Sequence[str], names: Sequence[str]) -> Owned:
    """What Hetzner has of the server at `host` and of the keys that may push there, and which DNS records of `names` at
    Cloudflare lead to it.
    """
    said: list[str] = []
    found = Owned()
    addresses = _addresses(host)
    try:
        found = _at_hetzner(addresses, fingerprints)
    except UnseenError as reason:
        said.append(f"Not looked up at Hetzner: {reason}")
    records: dict[str, str] = {}
    try:
        records = dict(_at_cloudflare(addresses, names))
    except UnseenError as reason:
        said.append(f"Not looked up at Cloudflare: {reason}")
    return Owned(found.server, found.address, found.keys, records, (*found.said, *said))


def _addresses(host: str) -> set[str]:
    try:
        return {str(found[4][0]) for found in socket.getaddrinfo(host, None)}
    except OSError:
        return {host}


def _at_hetzner(addresses: set[str], fingerprints: Sequence[str]) -> Owned:
    project = hetzner_api.Hetzner(account_checks.token("HCLOUD_TOKEN", HCLOUD_TOKEN_FORM), hetzner_api.ENDPOINT, 1.0)
    try:
        servers, keys = project.servers(), project.ssh_keys()
    except PetbaseError as problem:
        raise UnseenError(str(problem)) from None
    for server, ip, address in servers:
        if ip in addresses:
            return Owned(server, address, {name: key for key, name, line in keys if _fingerprint(line) in fingerprints})
    return Owned(said=("HCLOUD_TOKEN opens a project that has no server with this address.",))


def _fingerprint(line: str) -> str:
    try:
        return parse_public_key(line).fingerprint
    except ValueError:  # of a kind that no stack file takes
        return ""


def _at_cloudflare(addresses: set[str], names: Sequence[str]) -> Iterator[tuple[str, str]]:
    token = account_checks.token("CLOUDFLARE_API_TOKEN", CLOUDFLARE_TOKEN_FORM)
    wanted = set(names)
    for zone in _pages("/zones", token):
        if not any(name == zone["name"] or name.endswith(f".{zone['name']}") for name in wanted):
            continue
        for record in _pages(f"/zones/{zone['id']}/dns_records", token):
            if record["type"] in ("A", "AAAA") and record["name"] in wanted and record["content"] in addresses:
                yield f"{record['type']} {record['name']}", f"{zone['id']}/{record['id']}"


def _pages(path: str, token: str) -> Iterator[dict[str, Any]]:
    """Every item of a list, page by page. UnseenError when one is refused."""
    page, pages = 1, 1
    while page <= pages:
        status, found = account_checks.get(f"{account_checks.CLOUDFLARE}{path}?page={page}&per_page={_PER_PAGE}", token)
        if status != 200:
            raise UnseenError(f"GET {path} is refused ({status}); the token's permissions: docs/tokens.md")
        yield from found.get("result") or []
        pages = int((found.get("result_info") or {}).get("total_pages") or 1)
        page += 1
