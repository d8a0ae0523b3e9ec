"""Which ids at Hetzner and Cloudflare belong to a server that exists: all pages are read, and nothing is guessed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from components.config.values.public_key import parse_public_key
from operate.adopt import account_checks, account_inventory
from operate.adopt.account_inventory import Owned
from operate.hetzner import api as hetzner_api
from sandbox.engine import environment
from sandbox.providers.cloud import Cloud
from sandbox.providers.hcloud import api
from sandbox.providers.hcloud.keys import SshKey
from sandbox.providers.hcloud.network import PrimaryIp
from sandbox.providers.hcloud.server import Server
from tests.components.estates import KEY
from tests.support.servers.accounts import CLOUDFLARE, Accounts

_HOST = "203.0.113.10"
_FINGERPRINT = parse_public_key(KEY).fingerprint
_SERVER = {"serverType": "cx23", "location": "nbg1", "primaryDiskSize": 40}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    """A project with more servers than a page holds, ours the last one."""
    cloud = Cloud(tmp_path, "hcloud")
    for number in range(60):
        ip = _HOST if number == 59 else f"198.51.100.{number}"
        cloud.put(Server.token, str(1000 + number), {**_SERVER, "name": f"s{number}", "ipv4Address": ip})
        cloud.put(PrimaryIp.token, str(2000 + number), {"ipAddress": ip, "assigneeId": 1000 + number})
    cloud.put(SshKey.token, "3000", {"name": "me@laptop", "publicKey": KEY})
    cloud.put(SshKey.token, "3001", {"name": "odd", "publicKey": "ssh-dss AAAA odd"})
    with api.serving(tmp_path) as (address, _):
        monkeypatch.setattr(hetzner_api, "ENDPOINT", address)
        monkeypatch.setenv("HCLOUD_TOKEN", environment.HCLOUD_TOKEN)
        monkeypatch.delenv("CLOUDFLARE_API_TOKEN", raising=False)
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        yield cloud


@pytest.mark.usefixtures("project")
def test_the_server_is_known_by_its_address_and_the_keys_by_who_may_push() -> None:
    assert account_inventory.fetch(_HOST, [_FINGERPRINT], []) == Owned(
        "1059", "2059", {"me@laptop": "3000"}, {}, ("Not looked up at Cloudflare: CLOUDFLARE_API_TOKEN is not set",)
    )
    assert account_inventory.fetch(_HOST, [], []).keys == {}


@pytest.mark.usefixtures("project")
def test_a_server_of_another_project_is_said() -> None:
    found = account_inventory.fetch("203.0.113.11", [_FINGERPRINT], [])
    assert (found.server, found.keys) == (None, {})
    assert found.said[0] == "HCLOUD_TOKEN opens a project that has no server with this address."


@pytest.mark.usefixtures("project")
def test_a_refused_token_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HCLOUD_TOKEN", "x" * 64)
    found = account_inventory.fetch(_HOST, [_FINGERPRINT], [])
    assert found.server is None
    assert found.said[0] == (
        "Not looked up at Hetzner: Hetzner refuses HCLOUD_TOKEN; make one with Read & Write: docs/tokens.md"
    )


def test_records_that_lead_to_the_server_are_found_on_every_page(accounts: Accounts) -> None:
    def page(path: str, number: int, items: list[dict[str, str]]) -> None:
        answer = {"result": items, "result_info": {"page": number, "total_pages": 2}}
        accounts.says(f"{path}?page={number}&per_page=50", 200, answer)

    def record(number: int, kind: str, name: str, content: str = _HOST) -> dict[str, str]:
        return {"id": f"r{number}", "type": kind, "name": name, "content": content}

    page("/zones", 1, [{"id": "z1", "name": "example.org"}])
    page("/zones", 2, [{"id": "z2", "name": "example.com"}, {"id": "z3", "name": "unrelated.com"}])
    page("/zones/z1/dns_records", 1, [record(1, "MX", "example.org")])
    page("/zones/z1/dns_records", 2, [record(2, "A", "shop.example.org"), record(3, "A", "mail.example.org")])
    page(
        "/zones/z2/dns_records",
        1,
        [record(4, "A", "blog.example.com", "192.0.2.1"), record(5, "TXT", "blog.example.com")],
    )
    page("/zones/z2/dns_records", 2, [record(6, "A", "blog.example.com")])
    found = account_inventory.fetch(_HOST, [], ["shop.example.org", "blog.example.com"])
    assert found.records == {"A shop.example.org": "z1/r2", "A blog.example.com": "z2/r6"}
    assert accounts.tokens == [f"Bearer {CLOUDFLARE}"] * 6


def test_a_token_that_may_not_list_is_said(accounts: Accounts) -> None:
    accounts.says("/zones", 403, {"errors": [{"code": 10000}]})
    found = account_inventory.fetch(_HOST, [], ["blog.example.com"])
    assert found.said[-1] == (
        "Not looked up at Cloudflare: GET /zones is refused (403); the token's permissions: docs/tokens.md"
    )


def test_without_tokens_no_provider_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HCLOUD_TOKEN", "CLOUDFLARE_API_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(account_checks, "CLOUDFLARE", "http://127.0.0.1:9")
    assert account_inventory.fetch(_HOST, [], []).said == (
        "Not looked up at Hetzner: HCLOUD_TOKEN is not set",
        "Not looked up at Cloudflare: CLOUDFLARE_API_TOKEN is not set",
    )
