"""docs/thieves.md: each of its sixteen cells, tried with what a thief really holds against two stores."""

import hashlib
import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from host.copy.ensure import EnsureCopy
from operate.dumps import archive
from sandbox.store import Store, account, tamper
from tests.components.estates import estate
from tests.host.check.scene import SWITCH, Scene
from tests.host.copy.scene import DENIED, SECOND
from tests.host.recorder import Recorder
from tests.support.dumps import locked, packed
from tests.support.pulumi import program

PAGE = (Path(__file__).parents[2] / "docs/thieves.md").read_text()
THIEVES = ("root on the server", "the Cloudflare account", "the Hetzner account", "Pulumi's state, decrypted")
ACTS = ("delete", "overwrite", "read", "silence")
BUCKET, COPIES = "petdb-backups", "petdb-copies"
DUMP = "postgres-db-2026-11-22-03-00-01.tgz.gpg"
PASSPHRASE = "correct-horse-battery"
WRITER, READER, COPIER = ("w" * 32, "1a" * 32), ("r" * 32, "2b" * 32), ("c" * 32, "3c" * 32)
_DAY = 86_400


@dataclass
class World:
    first: Store
    second: Store
    dump: bytes

    def renew(self) -> None:
        """Both as they were before a thief came: locked, the copies' key without the right to delete."""
        for store, bucket, days in ((self.first, BUCKET, 7), (self.second, COPIES, 90)):
            condition = {"type": "Age", "maxAgeSeconds": days * _DAY}
            account.put_lock(store.root, bucket, [{"id": "x", "enabled": True, "prefix": "", "condition": condition}])
        account.put_token(self.first.root, *WRITER, BUCKET, write=True)
        account.put_token(self.first.root, *READER, BUCKET, write=False)
        account.put_token(self.second.root, *COPIER, COPIES, write=True, delete=False)
        # Older than the lock of the first store: what the server's own token can destroy there.
        tamper.plant(self.first.root, BUCKET, DUMP, self.dump, 1.0)
        tamper.plant(self.second.root, COPIES, f"prod/{DUMP}", self.dump, time.time())

    def is_left(self) -> bool:
        """Whether a whole copy of the dump is in any of the two."""
        return any(_content(*place) == self.dump for place in self.places())

    def places(self) -> list[tuple[Store, str, str]]:
        return [(self.first, BUCKET, DUMP), (self.second, COPIES, f"prod/{DUMP}")]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    stores = [Store(tmp_path_factory.mktemp(name)) for name in ("first", "second")]
    for store, bucket in zip(stores, (BUCKET, COPIES), strict=True):
        store.start()
        account.create_bucket(store.root, bucket)
    first, second = stores
    yield World(first, second, locked(packed(), PASSPHRASE))
    for store in stores:
        store.stop()


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Every file of a server after the program's commands, with those that the plugin keeps for them."""
    server = Recorder(tmp_path_factory.mktemp("disk"))
    plugin = "/var/lib/dokku/services/postgres/db"
    files = {"backup/AWS_ACCESS_KEY_ID": WRITER[0], "backup/AWS_SECRET_ACCESS_KEY": WRITER[1]}
    for name, value in {**files, "backup-encryption/ENCRYPTION_KEY": PASSPHRASE}.items():
        server.put(f"{plugin}/{name}", value)
    ensure = EnsureCopy("db", bucket=COPIES, endpoint="https://second", keep_days=90)
    scene = Scene(server.root)  # with the watch, and its alert
    scene.server.run(
        ensure,
        {f"{SECOND} s3 cp --no-progress": "The stack prod writes here."},
        secrets={"key_id": COPIER[0], "secret_key": COPIER[1]},
    )
    for name, value in {**files, "backup-encryption/ENCRYPTION_KEY": PASSPHRASE}.items():
        server.put(f"{plugin}/{name}", value)
    return "\n".join(file.read_text() for file in server.root.rglob("*") if file.is_file())


@pytest.fixture(scope="module")
def state() -> str:
    """What a stack's state has of its resources and outputs, every secret in the clear."""
    secrets = {"backupPassphrase": PASSPHRASE, "alertUrl": SWITCH, "copyAccessKeyId": COPIER[0]}
    secrets["copySecretAccessKey"] = COPIER[1]
    copy = {"endpoint": "https://second.example.com", "bucket": COPIES}
    with pytest.MonkeyPatch.context() as patch:
        for name, value in program.TOKENS.items():
            patch.setenv(name, value)
        plan = program.run(estate(backups={"encrypt": True, "copy": copy}), secrets=secrets)
    return json.dumps([[made.inputs for made in plan.resources], plan.outputs], default=str)


@dataclass(frozen=True)
class Holds:
    """What a thief has: keys of the stores, the passphrase, the alert's address, root on the server, an account."""

    keys: tuple[tuple[str, str], ...] = ()
    passphrase: bool = False
    alert: bool = False
    root: bool = False
    cloudflare: bool = False


@pytest.fixture(scope="module")
def holds(disk: str, state: str) -> dict[str, Holds]:
    """By what is found: Hetzner's rescue system opens the server's disk, and the state's SSH key the server."""
    found = tuple(key for key in (WRITER, READER, COPIER) if key[1] in disk)
    assert found == (WRITER, COPIER)
    on_server = Holds(found, PASSPHRASE in disk, SWITCH in disk, root=True)
    assert COPIER[1] in state
    assert program.CLIENT_KEY in state
    assert hashlib.sha256(program.TOKEN_VALUE.encode()).hexdigest() in state
    # The mocks give every token one value; the state has the one that reads and the one that writes.
    of_state = Holds((WRITER, READER, COPIER), PASSPHRASE in state, SWITCH in state, root=True)
    return dict(zip(THIEVES, (on_server, Holds(cloudflare=True), on_server, of_state), strict=True))


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("thief", THIEVES)
def test_a_cell_of_the_page(thief: str, act: str, world: World, holds: dict[str, Holds], tmp_path: Path) -> None:
    world.renew()
    tries = {"delete": _deletes, "overwrite": _overwrites, "read": _reads, "silence": _silences}
    succeeded = tries[act](holds[thief], world, tmp_path)
    assert _cell(thief, act) == ("does not hold" if succeeded else "holds")


def test_the_page_counts_its_cells() -> None:
    cells = [_cell(thief, act) for thief in THIEVES for act in ACTS]
    assert (cells.count("holds"), len(cells)) == (10, 16)
    assert "Ten of the sixteen hold." in PAGE


def test_in_the_clear_the_cloudflare_account_reads_them(world: World) -> None:
    """Why the page says `encrypt: true`."""
    world.renew()
    assert _content(world.first, BUCKET, DUMP) == world.dump
    assert packed().startswith(b"\x1f\x8b")


@pytest.mark.parametrize("guarded", [True, False])
def test_without_a_guard_at_the_second_store_the_server_destroys_both(
    world: World, holds: dict[str, Holds], guarded: bool, tmp_path: Path
) -> None:
    world.renew()
    if not guarded:
        account.put_lock(world.second.root, COPIES, [])
        account.put_token(world.second.root, *COPIER, COPIES, write=True)
    assert _deletes(holds[THIEVES[0]], world, tmp_path) is not guarded


def _deletes(thief: Holds, world: World, _: Path) -> bool:
    _everywhere(thief, world, lambda s3, bucket, key: s3.delete_object(Bucket=bucket, Key=key))
    return not world.is_left()


def _overwrites(thief: Holds, world: World, _: Path) -> bool:
    _everywhere(thief, world, lambda s3, bucket, key: s3.put_object(Bucket=bucket, Key=key, Body=b"junk"))
    return not world.is_left()


def _reads(thief: Holds, world: World, folder: Path) -> bool:
    """The live database aside, which root reads anyhow."""
    got: list[bytes] = []
    read: Any = lambda s3, bucket, key: got.append(s3.get_object(Bucket=bucket, Key=key)["Body"].read())  # noqa: E731
    _everywhere(thief, world, read)
    assert got[0] == world.dump
    if not thief.passphrase:
        return False
    file, opened = folder / DUMP, folder / "opened"
    file.write_bytes(got[0])
    archive.unlock(file, opened, PASSPHRASE)
    return archive.kind(opened) == "packed"


def _silences(thief: Holds, world: World, folder: Path) -> bool:
    """With root the check is stopped, with the alert's address its sign of life goes on. Without, the check tells."""
    assert world.first.is_running()
    if thief.root:
        return thief.alert
    scene = Scene(folder)
    scene.answers["docker run"] = DENIED
    scene.check()
    return not scene.told(f"{SWITCH}/fail")


def _everywhere(thief: Holds, world: World, act: Any) -> None:
    """On each dump in each store, with each key; the account of the first store lifts the lock there before."""
    keys = list(thief.keys)
    if thief.cloudflare:
        account.put_lock(world.first.root, BUCKET, [])
        keys.append(WRITER)  # an account makes itself one
    for key_id, secret in keys:
        for store, bucket, name in world.places():
            s3 = boto3.client(
                "s3", endpoint_url=store.endpoint, region_name="auto", aws_access_key_id=key_id,
                aws_secret_access_key=secret, config=Config(request_checksum_calculation="when_required"),
            )  # fmt: skip
            try:
                act(s3, bucket, name)
            except (ClientError, BotoCoreError):
                continue


def _content(store: Store, bucket: str, key: str) -> bytes | None:
    try:
        return tamper.content(store.root, bucket, key)
    except Exception:  # noqa: BLE001  it is gone
        return None


def _cell(thief: str, act: str) -> str:
    row = re.search(rf"^\| {re.escape(thief)} \|(.*)\|$", PAGE, re.MULTILINE)
    assert row
    return row[1].split("|")[ACTS.index(act)].strip()
