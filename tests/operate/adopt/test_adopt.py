"""A server that somebody set up, as a stack file: true, without a secret, and over one connection."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from components.config.rules import stack_rules as rules
from operate.stack.estate import estate_of
from tests.faults.support.bench import Bench
from tests.support.hosts.by_hand import SECRET, VALUE, by_hand, host_key
from tests.support.hosts.footprint import OWN, differing, footprint
from tests.support.operate import Petbase

_EXPECTED = """\
# yaml-language-server: $schema=docs/petbase.schema.json
# Written by ./petbase adopt root@{address}: what was found there. Unedited, pulumi up
# adds its program and notes to that server and changes nothing else there. How to go on: docs/adopting.md.
config:
  petbase:estate:
    domain: example.com
    server:
      host: {address}
      host-key: {host_key}
      ssh-port: {port}
      # No authorized-keys: who may push stays as it is, which is
      #   laptop {fingerprint}
    dokku:
      version: 0.38.27
      postgres-plugin: 1.48.0
    database:
      service: db
      version: "18.4"
      memory-mb: 512
      config:
        max_connections: "60"
        work_mem: 8MB
    backups:
      found: true                # they go on as they were found; without this line they are Petbase's
      store: s3                  # with the secrets petbase:s3AccessKeyId and petbase:s3SecretAccessKey
      endpoint: http://127.0.0.1:9
      region: us-east-1
      bucket: my-dumps
      path: prod
      schedule: "30 4 * * *"
    edge:
      dns: none                  # DNS records and certificates stay as they are: docs/names.md
    apps:
      blog:
        access: superuser
      shop:
        access: superuser
        domains: [shop.example.org, www.shop.example.org]
        # Its ports: http:80:3000
        # Its variables: API_KEY
      # Left out, since pulumi up would change them:
      #   lone is linked to no database
      #   wiki is linked to other
"""


@pytest.fixture(scope="module")
def server(sandbox_root: Path, sandbox_key: Path) -> Iterator[Bench]:
    """The server, of this file alone."""
    made = by_hand(sandbox_root, "byhand", sandbox_key, "http://127.0.0.1:9")
    yield made
    made.host.machine.destroy()


@pytest.fixture
def words(server: Bench, checkout: Path, petbase: Petbase, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The call, its host key confirmed; no output may show what is secret there."""
    assert checkout.is_dir()
    for token in ("HCLOUD_TOKEN", "CLOUDFLARE_API_TOKEN"):
        monkeypatch.delenv(token, raising=False)
    petbase.secrets = [SECRET, VALUE, *(server.superuser(name)[20:52] for name in ("db", "other"))]
    machine = server.host.machine
    where = ["adopt", f"root@{machine.address}", "--port", str(machine.ssh_port)]
    return [*where, "--key", str(server.host.key), "--host-key", host_key(server.host)]


def test_the_file_says_what_is_there_over_one_connection_and_no_byte_of_the_server_changes(
    petbase: Petbase, words: list[str], server: Bench
) -> None:
    machine = server.host.machine
    before, count = footprint(server, "db", "other"), machine.log("auth.log").count("Accepted publickey")
    ran = petbase(*words, "--service", "db")
    assert machine.log("auth.log").count("Accepted publickey") == count + 1
    after = footprint(server, "db", "other")
    assert differing(before, after) == []
    assert [where for where in after if where.startswith(OWN)] == []
    fingerprint = server.root("dokku ssh-keys:list").split()[0]
    place = {"address": machine.address, "port": machine.ssh_port, "host_key": host_key(server.host)}
    assert (ran.code, ran.out) == (0, _EXPECTED.format(fingerprint=fingerprint, **place))
    assert rules.problems(estate_of(ran.out)) == []


def test_settings_that_no_line_can_say_are_kept_and_told(petbase: Petbase, words: list[str]) -> None:
    ran = petbase(*words, "--service", "other")
    assert ran.code == 0
    assert "      # Its settings stay: -c work_mem=8MB -c max_connections=60. config or memory-mb here " in ran.out
    assert estate_of(ran.out.replace("# account-id: ...", f"account-id: {'f' * 32}")).database.config == {}
    assert "To fill in: backups.account-id\n" in ran.err


def test_one_of_several_services_must_be_named(
    petbase: Petbase, words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    import io

    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    ran = petbase(*words)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.endswith("petbase: There are 2: db, other. Name one: --service NAME\n")
    monkeypatch.setattr("sys.stdin", io.StringIO("none\n"))
    assert petbase(*words).err.endswith('petbase: This server has no PostgreSQL service "none"; it has: db, other.\n')


def test_a_file_is_written_once_and_never_overwritten(petbase: Petbase, words: list[str], checkout: Path) -> None:
    ran = petbase(*words, "--service", "db", "--write", "live")
    assert (ran.code, ran.out) == (0, "Wrote Pulumi.live.yaml.\n")
    file = checkout / "Pulumi.live.yaml"
    assert list(estate_of(file.read_text()).apps) == ["blog", "shop"]
    written = file.read_text()
    ran = petbase(*words, "--service", "db", "--write", "live")
    refused = "petbase: Pulumi.live.yaml is already filled in, so nothing was written. Edit it, or delete it first.\n"
    assert (ran.code, ran.out, ran.err, file.read_text()) == (2, "", refused, written)


def test_a_dokku_that_does_not_answer_is_not_described(petbase: Petbase, words: list[str], server: Bench) -> None:
    with server.steered("broken", {"certs:report": "cannot read /home/dokku"}):
        ran = petbase(*words, "--service", "db")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.endswith(
        "petbase: The server cannot be described: dokku certs:report blog --ssl-expires-at failed with exit code 1 "
        "(cannot read /home/dokku). Nothing was written.\n"
    )


def test_a_wrong_call_is_said_before_anything_is_asked(petbase: Petbase, words: list[str], server: Bench) -> None:
    count = server.host.machine.log("auth.log").count("Accepted")
    for changed, expected in (
        (["adopt", "root@", *words[2:]], '"root@" names no server; as in root@203.0.113.10'),
        (
            ["adopt", "a b", *words[2:]],
            'USER@HOST: "a b" is not an address or a host name; write a-b',
        ),
        ([*words, "--key", "/no"], "There is no key file /no; --key names a private key."),
    ):
        ran = petbase(*changed)
        assert (ran.code, ran.out, ran.err) == (2, "", f"petbase: {expected}\n")
    assert server.host.machine.log("auth.log").count("Accepted") == count
