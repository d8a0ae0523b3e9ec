"""A stack file from a few answers: right, or refused before anything is written."""

import hashlib
import io
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from components import rules
from operate import accounts as looked
from operate.new_stack import estate_of
from tests.support.accounts import SERVER_TYPE, Accounts, serving
from tests.support.host import SandboxHost, make_key
from tests.support.operate import Petbase

ACCOUNT = "0123456789abcdef0123456789abcdee"
INSTALLER = b"#!/usr/bin/env bash\necho dokku\n"
HCLOUD, CLOUDFLARE = "h" * 64, "c" * 40
R2 = f"/accounts/{ACCOUNT}/r2/buckets"


@pytest.fixture
def accounts(monkeypatch: pytest.MonkeyPatch) -> Iterator[Accounts]:
    """Accounts where all is well, and tokens for them."""
    with serving() as found:
        for name in ("HETZNER", "CLOUDFLARE", "DOKKU"):
            monkeypatch.setattr(looked, name, found.url)
        found.says("/server_types", 200, {"server_types": [SERVER_TYPE]})
        found.says(R2, 200, {"success": True, "errors": [], "result": {"buckets": []}})
        found.says("/v0.38.27/bootstrap.sh", 200, INSTALLER)
        monkeypatch.setenv("HCLOUD_TOKEN", HCLOUD)
        monkeypatch.setenv("CLOUDFLARE_API_TOKEN", CLOUDFLARE)
        yield found


@pytest.fixture
def key(tmp_path: Path) -> Path:
    """A public key's file."""
    return Path(f"{make_key(tmp_path / 'id_ed25519')}.pub")


@pytest.fixture
def words(checkout: Path, key: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """All answers as options, in `checkout`; nobody sits at the terminal."""
    assert checkout.is_dir()
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    return ["init", "live", "--domain", "example.org", "--public-key", str(key), "--account-id", ACCOUNT]


def test_a_script_gives_all_answers(petbase: Petbase, accounts: Accounts, words: list[str], checkout: Path) -> None:
    petbase.secrets = [HCLOUD, CLOUDFLARE]
    ran = petbase(*words, "--app", "fruits", "--app", "shop")
    assert ran.code == 0
    text = (checkout / "Pulumi.live.yaml").read_text()
    assert all(secret not in text for secret in petbase.secrets)
    estate = estate_of(text)
    assert rules.problems(estate) == []
    assert (estate.domain, list(estate.apps), estate.server.host) == ("example.org", ["fruits", "shop"], None)
    assert (estate.backups.account_id, estate.backups.bucket) == (ACCOUNT, "db-backups-live")
    assert estate.dokku.bootstrap_sha256 == hashlib.sha256(INSTALLER).hexdigest()
    # The installer is public: no token is sent there.
    assert accounts.tokens == [None, f"Bearer {HCLOUD}", f"Bearer {CLOUDFLARE}"]


@pytest.mark.usefixtures("accounts")
def test_it_says_what_it_saw_and_what_comes_next(petbase: Petbase, words: list[str]) -> None:
    said = [line.rstrip() for line in petbase(*words).out.splitlines()]
    assert said == [
        "Wrote Pulumi.live.yaml.",
        "Hetzner     the token is good, and cx23 is on the list for nbg1",
        "Cloudflare  the token is good, and R2 is enabled",
        "Dokku       the installer of 0.38.27 is pinned by its checksum",
        "",
        "Next:",
        "  pulumi login                         # where the state lives: docs/state.md",
        "  pulumi stack init live",
        "  pulumi preview",
        "  pulumi up",
    ]


def test_a_person_is_asked_again_until_it_is_right(
    petbase: Petbase, checkout: Path, key: Path, monkeypatch: pytest.MonkeyPatch, accounts: Accounts
) -> None:
    lines = ["Example", "example.org", str(key.with_suffix("")), str(key), "123", ACCOUNT, "me@host", ""]
    monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
    monkeypatch.setattr("operate.answers._DEFAULT_KEY", "/nope")
    ran = petbase("init", "live")
    assert (ran.code, accounts.answers != {}) == (0, True)
    for sentence in (
        '"Example" is no domain name; as in "fruits.example.com", lowercase',
        f'"{key.with_suffix("")}" is a private key, which stays with you; name its public half, {key}',
        '"123" is no account id; 32 hex digits, from the dashboard\'s address line',
        '"me@host" is no address; a name or an IP address, without user and port',
    ):
        assert f"  {sentence}\n" in ran.err
    assert estate_of((checkout / "Pulumi.live.yaml").read_text()).domain == "example.org"


_NO_ACCOUNT = '"x" is no account id; 32 hex digits, from the dashboard\'s address line'
_NO_APP = '"A" is no app name; lowercase letters, digits, "-", ".", the first and last no sign, at most 63'
_NO_KEY = '"ssh-ed25519 x" is no public SSH key; paste the line of ~/.ssh/id_ed25519.pub'
_NO_FILE = 'there is no file "/no"; name one like ~/.ssh/id_ed25519.pub (ssh-keygen -t ed25519 makes it)'


@pytest.mark.parametrize(
    ("option", "value", "expected"),
    [
        ("--domain", "Foo", '"Foo" is no domain name; as in "fruits.example.com", lowercase'),
        ("--account-id", "x", _NO_ACCOUNT),
        ("--app", "A", _NO_APP),
        ("--bucket", "a/b", '"a/b" is a bucket and a path; write bucket: a and path: b'),
        ("--public-key", "ssh-ed25519 x", _NO_KEY),
        ("--public-key", "/no", _NO_FILE),
    ],
)
def test_a_wrong_answer_is_refused_by_its_option(
    petbase: Petbase, words: list[str], option: str, value: str, expected: str
) -> None:
    ran = petbase(*words, option, value)
    assert (ran.code, ran.out, ran.err) == (2, "", f"petbase: {option}: {expected}\n")


def test_what_the_program_would_refuse_is_not_written(petbase: Petbase, words: list[str], checkout: Path) -> None:
    ran = petbase(*words, "--location", "N B")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.endswith(
        "petbase: These answers do not go together, so nothing was written: "
        'server.location: "N B" does not fit; allowed is ^[a-z0-9][a-z0-9.-]*$\n'
    )
    assert not (checkout / "Pulumi.live.yaml").exists()


def test_a_missing_answer_names_its_option(petbase: Petbase, words: list[str]) -> None:
    ran = petbase(*words[:-2])
    assert (ran.code, ran.out) == (2, "")
    expected = "petbase: --account-id is missing, and nobody answered. ./petbase init --help shows all options.\n"
    assert ran.err == f"Cloudflare account id: \n{expected}"


@pytest.mark.parametrize("name", ["../x", "", "a/b", "-x"])
def test_a_name_that_is_no_files_is_refused(petbase: Petbase, words: list[str], name: str) -> None:
    ran = petbase("init", *words[2:], "--", name)
    expected = f'petbase: "{name}" is no name for a stack; letters, digits, "-", "_" and ".", as in prod.\n'
    assert (ran.code, ran.err) == (2, expected)


@pytest.mark.parametrize("stack", ["test", "sandbox"])
def test_a_file_that_somebody_filled_in_stays(petbase: Petbase, words: list[str], checkout: Path, stack: str) -> None:
    before = (checkout / f"Pulumi.{stack}.yaml").read_text()
    ran = petbase("init", stack, *words[2:])
    expected = f"petbase: Pulumi.{stack}.yaml is there already and filled in; edit it, or remove it first.\n"
    assert (ran.code, ran.err) == (2, expected)
    assert (checkout / f"Pulumi.{stack}.yaml").read_text() == before


@pytest.mark.usefixtures("accounts")
def test_the_untouched_example_may_be_replaced(petbase: Petbase, words: list[str], checkout: Path) -> None:
    assert petbase("init", "prod", *words[2:]).code == 0
    assert estate_of((checkout / "Pulumi.prod.yaml").read_text()).backups.bucket == "db-backups"
    assert petbase("init", "prod", *words[2:]).code == 2


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
        (("/server_types", 200, _types("fsn1")), "cx23 is not to be had in nbg1; it is in fsn1"),
        ((_INSTALLER, 200, b"<html>"), "bootstrap.sh is no script"),
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
        monkeypatch.setattr(looked, name, "http://127.0.0.1:9")
    ran = petbase(*words)
    said = " ".join(ran.out.split())
    assert ran.code == 0
    assert said.count("127.0.0.1:9 was not reached ([Errno 111] Connection refused)") == 3
    assert "its installer is not pinned:" in said
    assert "bootstrap" not in (checkout / "Pulumi.live.yaml").read_text()


@pytest.mark.usefixtures("accounts")
def test_an_id_of_digits_stays_text(petbase: Petbase, words: list[str], checkout: Path) -> None:
    """Bare, YAML reads it as a number."""
    petbase(*words, "--account-id", "1" * 32)
    assert estate_of((checkout / "Pulumi.live.yaml").read_text()).backups.account_id == "1" * 32


@pytest.mark.usefixtures("accounts")
def test_a_server_that_exists_shows_its_key_to_compare(
    petbase: Petbase, words: list[str], checkout: Path, sandbox_host: SandboxHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("yes\n"))
    address = sandbox_host.machine.address
    ran = petbase(*words, "--host", address, "--ssh-port", "2222", "--user", "me")
    assert ran.code == 0
    line = " ".join((sandbox_host.machine.root / "etc/ssh/ssh_host_ed25519_key.pub").read_text().split()[:2])
    assert f"  {line}\n  SHA256:" in ran.err
    server = estate_of((checkout / "Pulumi.live.yaml").read_text()).server
    assert (server.host, server.ssh_port, server.user, server.host_key) == (address, 2222, "me", line)
    assert "pulumi config set --secret petbase:sshPrivateKey < KEY" in ran.out
    assert "Hetzner" not in ran.out


def test_a_host_key_that_nobody_compared_writes_nothing(
    petbase: Petbase, words: list[str], checkout: Path, sandbox_host: SandboxHost
) -> None:
    ran = petbase(*words, "--host", sandbox_host.machine.address, "--ssh-port", "2222")
    assert ran.code == 2
    assert "The host key was not confirmed, so nothing was written. In a script: --host-key 'ssh-ed25519 " in ran.err
    assert not (checkout / "Pulumi.live.yaml").exists()


def test_an_address_without_ssh_is_a_sentence(petbase: Petbase, words: list[str]) -> None:
    ran = petbase(*words, "--host", "127.0.0.1", "--ssh-port", "9")
    expected = "127.0.0.1, port 9, shows no ed25519 host key. Is it running, and is that its SSH port (--ssh-port)?"
    assert (ran.code, ran.err) == (1, f"petbase: {expected}\n")
