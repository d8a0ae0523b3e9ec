"""From ./petbase adopt's own output to an `up` with the real engine: no byte and no start of the server changes."""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from pulumi.automation import ConfigValue

from operate.__main__ import main
from operate.doctor import examine
from operate.server import report as server_report
from operate.server.ssh import Connection
from operate.stack import stack_files
from operate.stack.parse_outputs import parse
from sandbox.engine import environment
from sandbox.engine.engine import Changes, Engine, EngineError
from sandbox.providers.cloud import Cloud
from sandbox.providers.cloudflare.edge import DnsRecord, zone_id
from sandbox.providers.cloudflare.r2 import R2Bucket
from sandbox.providers.hcloud import api
from sandbox.providers.hcloud.keys import SshKey
from sandbox.providers.hcloud.network import PrimaryIp
from sandbox.providers.hcloud.server import Server
from sandbox.store import Store, account
from sandbox.workspace import CHECKOUT
from tests.faults.support.bench import Bench
from tests.faults.support.site import Site
from tests.sandbox.host.dokku.pushing import DOCKERFILE, push
from tests.support.hosts.by_hand import BUCKET, KEY, SECRET, by_hand, host_key
from tests.support.hosts.footprint import differing, footprint
from tests.support.report import WELL
from tests.support.servers.accounts import serving

STACK, ACCOUNT = "live", "0123456789abcdef0123456789abcdee"
# As a person may have made them: with names, labels, an image and an address that Petbase would not choose.
_SERVER = {
    **{
        "name": "myserver",
        "serverType": "cx33",
        "image": "ubuntu-24.04",
        "location": "hel1",
        "labels": {"mine": "yes"},
    },
    **{
        "backups": True,
        "deleteProtection": True,
        "rebuildProtection": True,
        "primaryDiskSize": 80,
        "status": "running",
    },
    **{"firewallIds": [77], "sshKeys": [], "ipv6Address": "2001:db8::1", "ipv6Network": "2001:db8::/64"},
}
_ADDRESS = {"name": "myaddress", "type": "ipv4", "assigneeType": "server", "location": "hel1", "autoDelete": True}
_ZONE, _RECORD = zone_id("example.com"), "f" * 32
_BUCKET = {"jurisdiction": "default", "location": "eeur", "storageClass": "Standard", "creationDate": "2025-01-01"}
# What `up` may ask of Dokku and docker on such a server: it only reads, psql in the container too, but for the image
# with which the health check lists the bucket.
READS = {
    *("docker build", "docker exec", "docker image", "docker inspect", "docker ps", "config:export"),
    *("apps:exists", "apps:list", "config:get", "config:keys", "docker-options:report", "domains:report"),
    *("plugin:installed", "plugin:list", "postgres:connect", "postgres:info", "postgres:links", "postgres:list"),
    *("ssh-keys:list", "version"),
}
# Number and moment of start of the app's processes.
_PROCESSES = r"""for one in /proc/[0-9]*; do
  if tr '\0' ' ' <$one/cmdline 2>/dev/null | grep -qE '^[^ ]*python3? server\.py'; then
    awk '{ print $1, $22 }' $one/stat
  fi
done"""


class Adopted:
    """The server, and the stack of the file that adopt wrote."""

    def __init__(self, site: Site, bench: Bench, folder: Path) -> None:
        self.site, self.bench, self.folder = site, bench, folder
        self.estate: dict[str, Any] = {}

    def adopt(self) -> None:
        """Run the verb as a person does, and take the file that it writes."""
        machine = self.bench.host.machine
        words = ["adopt", f"root@{machine.address}", "--port", str(machine.ssh_port), "--service", "db"]
        words += ["--key", str(self.bench.host.key), "--host-key", host_key(self.bench.host), "--write", STACK]
        with pytest.MonkeyPatch.context() as patch, redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
            patch.setattr(stack_files, "CHECKOUT", self.folder)
            assert main(words) == 0
        file = self.folder / f"Pulumi.{STACK}.yaml"
        self.estate = yaml.safe_load(file.read_text())["config"]["petbase:estate"]
        file.unlink()

    def engine(self, **changes: Any) -> Engine:
        """The engine on that very estate, with `changes`."""
        config = {
            "petbase:estate": {**self.estate, **changes},
            "petbase:sshPrivateKey": ConfigValue(self.bench.host.key.read_text(), secret=True),
            "petbase:s3AccessKeyId": ConfigValue(KEY, secret=True),
            "petbase:s3SecretAccessKey": ConfigValue(SECRET, secret=True),
        }
        return Engine(self.site.root, CHECKOUT, STACK, config=config, say=self.site.said.append)

    def up(self, **changes: Any) -> Changes:
        return self.engine(**changes).up(on_output=self.site.said.append)

    def accounts(self) -> dict[str, Any]:
        """All that is in the accounts but tokens, which `up` makes there."""
        hetzner, cloudflare = (Cloud(self.site.root, name).look()["things"] for name in ("hcloud", "cloudflare"))
        return {**hetzner, **{kind: cloudflare[kind] for kind in (R2Bucket.token, DnsRecord.token)}}

    def footprint(self) -> dict[str, Any]:
        """What must not change; the app's process is in it, which a restart would end."""
        processes = self.bench.root(_PROCESSES)
        assert processes
        return {**footprint(self.bench, "db", "other"), "blog": processes}


@pytest.fixture(scope="module")
def adopted(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Adopted:
    """A server with an app that runs and dumps to a store; nothing of it was made by Petbase."""
    store = Store(site.root / "store")
    account.create_bucket(store.root, BUCKET)
    account.put_token(store.root, KEY, SECRET, BUCKET, write=True)
    bench = by_hand(site.root, "4242", site.root / "id_ed25519", store.endpoint)
    folder = tmp_path_factory.mktemp("blog")
    (folder / "Dockerfile").write_text(DOCKERFILE)
    pushed = push(bench.host, "blog", folder)
    assert pushed.returncode == 0, pushed.stderr
    return Adopted(site, bench, folder)


def test_the_file_as_it_comes_out_changes_nothing(adopted: Adopted) -> None:
    before = adopted.footprint()
    adopted.adopt()
    asked = len(adopted.bench.verbs())
    changes = adopted.up()
    assert set(changes.counts) == {"create"}
    assert changed(before, adopted.footprint()) == []
    assert set(map(_verb, adopted.bench.verbs()[asked:])) - READS == set()
    assert adopted.up().total == 0


def test_the_doctor_finds_nothing_wrong_with_what_was_adopted(adopted: Adopted) -> None:
    stack = parse(STACK, adopted.engine().details())
    report = server_report.fetch(stack, Connection(stack.server, adopted.bench.host.key, lonely=True))
    # How full this machine's disk is, and its memory, is not the subject.
    found = examine.of_server(stack, replace(report, machine=WELL.machine))
    wrong = [(one.level, one.about) for one in found if one.level != "well"]
    assert wrong == [
        *(("hint", "app shop"), ("hint", "service other"), ("hint", "app lone"), ("hint", "restore test")),
        ("hint", "alert"),
    ]


@pytest.mark.soak
def test_what_hetzner_and_cloudflare_have_comes_in_as_it_is(adopted: Adopted, monkeypatch: pytest.MonkeyPatch) -> None:
    hetzner, cloudflare = Cloud(adopted.site.root, "hcloud"), Cloud(adopted.site.root, "cloudflare")
    address = adopted.bench.host.machine.address
    hetzner.put(PrimaryIp.token, "4243", {**_ADDRESS, "ipAddress": address, "assigneeId": 4242})
    hetzner.put(
        SshKey.token, "4244", {"name": "laptop", "publicKey": adopted.bench.host.public_key, "labels": {"a": "b"}}
    )
    hetzner.put(Server.token, "4242", {**_SERVER, "ipv4Address": address})
    cloudflare.put(R2Bucket.token, BUCKET, {**_BUCKET, "name": BUCKET, "accountId": ACCOUNT})
    with api.serving(adopted.site.root) as (url, _):
        monkeypatch.setattr("operate.hetzner.api.ENDPOINT", url)
        monkeypatch.setenv("HCLOUD_TOKEN", environment.HCLOUD_TOKEN)
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        with _listing(address) as account:
            monkeypatch.setattr("operate.adopt.account_checks.CLOUDFLARE", account)
            monkeypatch.setenv("CLOUDFLARE_API_TOKEN", environment.CLOUDFLARE_TOKEN)
            adopted.adopt()
    assert adopted.estate["edge"] == {"dns": "none", "import": {"A blog.example.com": f"{_ZONE}/{_RECORD}"}}
    assert adopted.estate["server"]["import"] == {"server": "4242", "address": "4243", "ssh-keys": {"laptop": "4244"}}
    endpoint = adopted.estate["backups"]["endpoint"]
    dumps = {"found": True, "account-id": ACCOUNT, "bucket": BUCKET, "bucket-exists": True, "path": "prod"}
    adopted.estate["backups"] = {**dumps, "endpoint": endpoint, "schedule": "30 4 * * *"}
    record = {"zoneId": _ZONE, "name": "blog.example.com", "type": "A", "content": address, "proxied": True, "ttl": 1}
    cloudflare.put(DnsRecord.token, _RECORD, {**record, "comment": "mine", "tags": ["a:b"]})
    before, held = adopted.footprint(), adopted.accounts()
    preview = adopted.engine().preview()
    # The update is of what the state keeps for itself (components/app_removal.py).
    assert (preview.counts["import"], preview.counts.get("update", 0), preview.counts.get("replace", 0)) == (5, 1, 0)
    changes = adopted.up()
    assert changes.counts.keys() <= {"import", "create", "same", "delete", "update"}
    assert changed(before, adopted.footprint()) == []
    assert adopted.accounts() == held
    assert adopted.up().total == 0
    without = {key: value for key, value in adopted.estate["backups"].items() if key != "found"}
    with pytest.raises(EngineError, match=r"backups\.found: without it Petbase's rules replace all rules"):
        adopted.engine(backups=without).preview()
    assert adopted.engine(backups={**without, "protect": False}).preview().counts["create"] > 0


@pytest.mark.soak
def test_a_destroy_leaves_all_that_was_found(adopted: Adopted) -> None:
    before, held = adopted.footprint(), adopted.accounts()
    adopted.up(protect=False)
    adopted.engine(protect=False).destroy()
    assert changed(before, adopted.footprint()) == []
    assert adopted.accounts() == held
    assert [adopted.bench.state(f"apps/blog/{name}") for name in ("owner", "links/db")] == [None, None]


@pytest.mark.soak
def test_dumps_that_petbase_takes_over_are_seen_as_a_change(adopted: Adopted) -> None:
    """What shows that the tests above look at the right places."""
    before = adopted.footprint()
    adopted.estate["backups"] = {key: value for key, value in adopted.estate["backups"].items() if key != "found"}
    adopted.up()
    found = differing(before, adopted.footprint())
    assert "home/dokku/.dokkurc/petbase" in found
    assert "var/lib/dokku/services/postgres/db/backup/AWS_ACCESS_KEY_ID" in found
    assert "etc/systemd/system/petbase-drill-db.timer" in found
    assert "blog" not in found


@contextmanager
def _listing(address: str) -> Iterator[str]:
    """Where Cloudflare's lists are: one zone, and in it the record that leads to `address`."""
    record = {"id": _RECORD, "type": "A", "name": "blog.example.com", "content": address}
    with serving() as account:
        account.says("/zones", 200, {"result": [{"id": _ZONE, "name": "example.com"}]})
        account.says(f"/zones/{_ZONE}/dns_records", 200, {"result": [record]})
        yield account.url


def changed(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """What is another now, but for the timer of the health check and the image with which that lists the bucket."""
    own = re.compile(r"petbase-check-db|^var/lib/dokku/sandbox/\.?images\.json")
    return [where for where in differing(before, after) if not own.search(where)]


def _verb(words: list[str]) -> str:
    """Dokku's verb, or docker's behind its name."""
    plain = [word for word in words if word != "--quiet"]
    return " ".join(plain[:2]) if plain[0] == "docker" else plain[0]
