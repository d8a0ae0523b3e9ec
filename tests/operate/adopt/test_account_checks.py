"""What ./petbase init sees of the accounts, and what it says where it cannot look."""

from pathlib import Path

import pytest

from operate.adopt import account_checks
from tests.support.operate import Petbase
from tests.support.servers.accounts import CLOUDFLARE, R2, Accounts


def _types(*locations: str) -> dict[str, object]:
    return {"server_types": [{"prices": [{"location": name} for name in locations]}] if locations else []}


_REFUSED = "CLOUDFLARE_API_TOKEN does not open this account's R2 (403); its permissions: docs/tokens.md"
_NOT_ENABLED = "R2 is not enabled on this account; enable it once: dashboard, R2 (error 10042)"
_INSTALLER = "/v0.38.27/bootstrap.sh"
Said = tuple[str, int, object]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ((R2, 403, {"errors": [{"code": 10000}]}), _REFUSED),
        ((R2, 403, {"errors": [{"code": 10042}]}), _NOT_ENABLED),
        (("/server_types", 401, {}), "HCLOUD_TOKEN is refused (401); make one with Read & Write: docs/tokens.md"),
        (("/server_types", 200, _types()), 'there is no server type "cx23"; change server.type in the file'),
        (("/server_types", 200, _types("fsn1")), "cx23 is not available in nbg1; it is in fsn1"),
        ((_INSTALLER, 200, b"<html>"), "bootstrap.sh is not a script"),
        ((_INSTALLER, 404, {}), "bootstrap.sh answers 404"),
    ],
)
def test_what_the_accounts_refuse_is_said_plainly(
    petbase: Petbase, words: list[str], accounts: Accounts, said: Said, expected: str
) -> None:
    accounts.says(*said)
    ran = petbase(*words)
    assert ran.code == 0
    assert expected in " ".join(ran.out.split())


@pytest.mark.usefixtures("accounts")
def test_a_token_that_is_not_set_is_asked_for(
    petbase: Petbase, words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("HCLOUD_TOKEN", "CLOUDFLARE_API_TOKEN"):
        monkeypatch.delenv(variable)
    said = petbase(*words).out
    for account, variable in (("Hetzner", "HCLOUD_TOKEN"), ("Cloudflare", "CLOUDFLARE_API_TOKEN")):
        assert f"{account} not checked: {variable} is not set" in " ".join(said.split())
        assert f"  export {variable}=..." in said


def test_a_token_that_cannot_be_one_is_sent_nowhere(
    petbase: Petbase, words: list[str], accounts: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HCLOUD_TOKEN", "short\n")
    said = " ".join(petbase(*words).out.split())
    assert "Hetzner not checked: HCLOUD_TOKEN has 6 characters that cannot be a token; copy it again" in said
    assert accounts.tokens == [None, f"Bearer {CLOUDFLARE}"]


def test_without_a_network_it_writes_the_file_and_says_so(
    petbase: Petbase, words: list[str], accounts: Accounts, monkeypatch: pytest.MonkeyPatch, checkout: Path
) -> None:
    assert accounts.url
    for name in ("HETZNER", "CLOUDFLARE", "DOKKU"):
        monkeypatch.setattr(account_checks, name, "http://127.0.0.1:9")
    ran = petbase(*words)
    said = " ".join(ran.out.split())
    assert ran.code == 0
    assert said.count("127.0.0.1:9 was not reached ([Errno 111] Connection refused)") == 3
    assert "its installer is not pinned:" in said
    assert "bootstrap" not in (checkout / "Pulumi.live.yaml").read_text()
