"""A stack file from a few answers: right, or refused before anything is written."""

import hashlib
import io
import sys
from pathlib import Path

import pytest

from components.config.rules import stack_rules as rules
from operate.adopt import host_keys
from operate.stack.estate import estate_of
from tests.support.hosts.sandbox_host import SandboxHost
from tests.support.operate import Petbase
from tests.support.servers.accounts import ACCOUNT, CLOUDFLARE, HCLOUD, INSTALLER, Accounts
from tests.support.servers.sshd import small_ssh


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
    address = f"https://dash.cloudflare.com/{ACCOUNT}/r2/overview"
    lines = ["Example", "localhost", "example.org", str(key.with_suffix("")), str(key), "123", address, "me@host", ""]
    lines += ["A", "postgres", "fruits"]
    monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
    monkeypatch.setattr("operate.adopt.prompts._DEFAULT_KEY", "/nope")
    ran = petbase("init", "live")
    assert (ran.code, accounts.answers != {}) == (0, True)
    for sentence in (
        '"Example" is not a domain name; write one like "fruits.example.com"',
        'a domain of yours at Cloudflare is needed, like "example.org"',
        f'"{key.with_suffix("")}" is a private key, which must stay with you; name its public half, {key}',
        '"123" is not an account id; copy the 32 hex digits from the address of your Cloudflare dashboard',
        '"me@host" is not an address or a host name; write it alone: host',
        'apps.postgres: PostgreSQL already has a role "postgres"; rename the app, or set access: superuser',
    ):
        assert f"  {sentence}\n" in ran.err
    estate = estate_of((checkout / "Pulumi.live.yaml").read_text())
    assert (estate.domain, list(estate.apps)) == ("example.org", ["fruits"])
    assert estate.backups.account_id == ACCOUNT


@pytest.mark.usefixtures("accounts")
def test_who_takes_every_default_types_at_most_six_keys_beside_what_must_be_asked(
    petbase: Petbase, checkout: Path, key: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("operate.adopt.prompts._DEFAULT_KEY", str(key))
    typed = ["staging.example.org", "me@example.org", "", ACCOUNT, "", "fruits"]
    monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in typed)))
    assert petbase("init", "live").code == 0
    assert len(typed) <= 6
    edge = estate_of((checkout / "Pulumi.live.yaml").read_text()).edge
    assert (edge.proxied, edge.tls, edge.email) == (False, "letsencrypt", "me@example.org")


@pytest.mark.usefixtures("accounts")
def test_a_zone_of_three_words_needs_no_lets_encrypt(petbase: Petbase, words: list[str], checkout: Path) -> None:
    assert petbase(*words, "--domain", "example.co.uk").code == 0
    assert "edge:" not in (checkout / "Pulumi.live.yaml").read_text()


def test_ctrl_c_writes_nothing(
    petbase: Petbase, words: list[str], checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(_: str) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr("operate.core.terminal.ask", stopped)
    ran = petbase(*words)
    assert (ran.code, ran.out, ran.err) == (2, "", "petbase: Cancelled. Nothing was written.\n")
    assert not (checkout / "Pulumi.live.yaml").exists()


def test_ctrl_c_at_a_question_leaves_its_line(
    petbase: Petbase, words: list[str], checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Stdin:
        def readline(self) -> str:
            raise KeyboardInterrupt

    monkeypatch.setattr(sys, "stdin", Stdin())
    ran = petbase(*words)
    assert ran.err.endswith("(Enter: create one at Hetzner): \npetbase: Cancelled. Nothing was written.\n")
    assert not (checkout / "Pulumi.live.yaml").exists()


_NO_HOST_KEY = (
    "127.0.0.1, port 9, shows no Ed25519 or ECDSA host key. Is it running, and is that its SSH port (--ssh-port)?"
)


@pytest.mark.usefixtures("accounts")
def test_a_server_that_does_not_answer_is_asked_for_again(
    petbase: Petbase, words: list[str], checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("127.0.0.1\n\nfruits\n"))
    ran = petbase(*words, "--ssh-port", "9")
    assert ran.code == 0
    assert f"  {_NO_HOST_KEY}\n" in ran.err
    assert estate_of((checkout / "Pulumi.live.yaml").read_text()).server.host is None


_NO_ACCOUNT = '"x" is not an account id; copy the 32 hex digits from the address of your Cloudflare dashboard'
_NO_APP = '"A" is not an app name; write a'
_NO_KEY = '"ssh-ed25519 x" is not a public SSH key; paste the line of ~/.ssh/id_ed25519.pub'
_NO_FILE = 'there is no file "/no"; name a file like ~/.ssh/id_ed25519.pub (ssh-keygen -t ed25519 creates it)'


@pytest.mark.parametrize(
    ("option", "value", "expected"),
    [
        ("--domain", "Foo", '"Foo" is not a domain name; write one like "fruits.example.com"'),
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
        "petbase: These answers do not fit together, so nothing was written: "
        'server.location: "N B" is not a valid name; write n-b\n'
    )
    assert not (checkout / "Pulumi.live.yaml").exists()


def test_a_missing_answer_names_its_option(petbase: Petbase, words: list[str]) -> None:
    ran = petbase(*words[:-2])
    assert (ran.code, ran.out) == (2, "")
    expected = "petbase: --account-id is missing, and there was no answer. All options: ./petbase init --help\n"
    assert ran.err == f"Cloudflare account id (in the dashboard's address: dash.cloudflare.com/ID): \n{expected}"


@pytest.mark.parametrize("name", ["../x", "", "a/b", "-x"])
def test_a_name_that_is_no_files_is_refused(petbase: Petbase, words: list[str], name: str) -> None:
    ran = petbase("init", *words[2:], "--", name)
    expected = f'petbase: "{name}" is not a stack name; use letters, digits, "-", "_" and ".", as in prod.\n'
    assert (ran.code, ran.err) == (2, expected)


@pytest.mark.parametrize("stack", ["test", "sandbox"])
def test_a_file_that_somebody_filled_in_stays(petbase: Petbase, words: list[str], checkout: Path, stack: str) -> None:
    before = (checkout / f"Pulumi.{stack}.yaml").read_text()
    ran = petbase("init", stack, *words[2:])
    expected = (
        f"petbase: Pulumi.{stack}.yaml is already filled in, so nothing was written. Edit it, or delete it first.\n"
    )
    assert (ran.code, ran.err) == (2, expected)
    assert (checkout / f"Pulumi.{stack}.yaml").read_text() == before


@pytest.mark.usefixtures("accounts")
def test_the_untouched_example_may_be_replaced(petbase: Petbase, words: list[str], checkout: Path) -> None:
    assert petbase("init", "prod", *words[2:]).code == 0
    assert estate_of((checkout / "Pulumi.prod.yaml").read_text()).backups.bucket == "db-backups"
    assert petbase("init", "prod", *words[2:]).code == 2


@pytest.mark.usefixtures("accounts")
@pytest.mark.parametrize("account", ["1" * 32, "0" * 32, f"{'1' * 29}e12", f"{'7' * 30}e0"])
def test_an_id_like_a_number_stays_text(petbase: Petbase, words: list[str], checkout: Path, account: str) -> None:
    """Bare, YAML reads it as a number; with an e in it only Pulumi's does."""
    petbase(*words, "--account-id", account)
    text = (checkout / "Pulumi.live.yaml").read_text()
    assert f'account-id: "{account}"' in text
    assert estate_of(text).backups.account_id == account


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


def test_a_host_key_that_the_person_has_used_before_needs_no_question(
    petbase: Petbase, words: list[str], tmp_path: Path, sandbox_host: SandboxHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    address, known = sandbox_host.machine.address, tmp_path / ".ssh/known_hosts"
    line = " ".join((sandbox_host.machine.root / "etc/ssh/ssh_host_ed25519_key.pub").read_text().split()[:2])
    known.parent.mkdir()
    known.write_text(f"[{address}]:2222 {line}\n")
    assert petbase(*words, "--host", address, "--ssh-port", "2222").code == 0
    known.write_text(f"[{address}]:22 {line}\n[{address}]:2222 {line[:-4]}AAAA\n")
    ran = petbase("init", "other", *words[2:], "--host", address, "--ssh-port", "2222")
    assert (ran.code, "The host key was not confirmed" in ran.err) == (2, True)


def test_a_host_key_that_was_not_confirmed_writes_nothing(
    petbase: Petbase, words: list[str], checkout: Path, sandbox_host: SandboxHost
) -> None:
    ran = petbase(*words, "--host", sandbox_host.machine.address, "--ssh-port", "2222")
    assert ran.code == 2
    assert "The host key was not confirmed, so nothing was written. In a script: --host-key 'ssh-ed25519 " in ran.err
    assert not (checkout / "Pulumi.live.yaml").exists()


def test_an_address_without_ssh_is_a_sentence(petbase: Petbase, words: list[str]) -> None:
    ran = petbase(*words, "--host", "127.0.0.1", "--ssh-port", "9")
    assert (ran.code, ran.err) == (1, f"petbase: {_NO_HOST_KEY}\n")


def test_of_a_server_s_host_keys_the_one_that_pulumi_up_can_check_is_taken() -> None:
    with small_ssh(kinds=["ssh-rsa", "ecdsa-sha2-nistp256", "ssh-ed25519"]) as server:
        assert host_keys._scan("127.0.0.1", server.port).startswith("ssh-ed25519 ")
    with small_ssh(kinds=["ssh-rsa"]) as server, pytest.raises(host_keys.NoHostKeyError, match="or ECDSA host key"):
        host_keys._scan("127.0.0.1", server.port)
