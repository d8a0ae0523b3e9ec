"""The recovery sheet, followed as it is printed: by sh, curl, gpg, tar and PostgreSQL's own pg_restore."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from operate.dumps.passphrases import fingerprint
from operate.dumps.store import Store
from sandbox.store import Store as Running
from sandbox.store import tamper
from tests.examples import postgres
from tests.support.dumps import locked
from tests.support.hosts.estate import BUCKET, KEY, SECRET, Estate
from tests.support.operate import Petbase, Pulumi

PASSPHRASE = "it's a passphrase"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[postgres.Postgres]:
    """A PostgreSQL 18 that has nothing to do with any server of ours."""
    found = postgres.start(tmp_path_factory.mktemp("elsewhere"))
    yield found
    found.stop()


@pytest.fixture
def database(server: postgres.Postgres) -> Iterator[str]:
    """The URL of an empty database there, its password aside."""
    server.run("CREATE DATABASE fresh")
    yield f"postgres://postgres@127.0.0.1:{server.port}/fresh"
    server.run("DROP DATABASE fresh WITH (FORCE)")


def _blocks(sheet: str) -> list[str]:
    return re.findall(r"^```sh\n(.*?)^```$", sheet, re.MULTILINE | re.DOTALL)


def _follow(sheet: str, folder: Path, database: str) -> str:
    """Each block in turn, in one shell that stops at the first error; nothing of ours on its PATH but PostgreSQL."""
    folder.mkdir()
    path = f"{postgres.binaries()}:/usr/bin:/bin"
    environment = {"PATH": path, "DATABASE": database, "PGPASSWORD": postgres.PASSWORD, "HOME": str(folder)}
    words = ["sh", "-e"]
    done = subprocess.run(
        words, input="\n".join(_blocks(sheet)), cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def _sheet(petbase: Petbase) -> str:
    petbase.secrets = []
    ran = petbase("recovery-sheet", "--with-secrets")
    assert ran.code == 0
    assert ran.err == "It holds the keys of all your data. Paper is a good place for it; a file in the clear is not.\n"
    return ran.out


def test_followed_as_printed_it_brings_the_data_back(
    petbase: Petbase, dump: str, database: str, server: postgres.Postgres, tmp_path: Path
) -> None:
    listed = _follow(_sheet(petbase), tmp_path / "empty", database)
    assert listed.splitlines() == [dump]
    rows = server.run("SELECT string_agg(name, ' ' ORDER BY id) FROM fruits.fruits", "fresh")
    assert rows == [("apple banana",)]
    assert server.run("SELECT count(*) FROM fruits.names", "fresh") == [(2,)]


def test_of_more_dumps_than_one_answer_holds_the_newest_is_listed_last(
    petbase: Petbase, dump: str, database: str, store: Running, tmp_path: Path
) -> None:
    """Hourly ones of six weeks: a store gives a thousand names at a time, and those are the oldest."""
    began = datetime(2026, 1, 1, 3, 0, 1, tzinfo=UTC)
    old = [f"postgres-db-{began + timedelta(minutes=n):%Y-%m-%d-%H-%M-%S}.tgz" for n in range(1001)]
    for name in old:
        tamper.plant(store.root, BUCKET, name, b"", began.timestamp() + 86_400)
    listed = _follow(_sheet(petbase), tmp_path / "empty", database)
    assert listed.splitlines() == [*old, dump]


@pytest.mark.soak
def test_an_encrypted_verified_copy_in_a_path_comes_back_as_well(
    *,
    petbase: Petbase,
    estate: Estate,
    dump: str,
    database: str,
    server: postgres.Postgres,
    pulumi: Pulumi,
    tmp_path: Path,
) -> None:
    name = f"{dump}.gpg"
    with Store(estate.stack) as store:
        content = locked(store.read(dump), PASSPHRASE)
        for key in (f"prod/{name}", f"prod/verified/{name}"):
            store._client.put_object(Bucket=BUCKET, Key=key, Body=content)
        proof = b'{"at": "2026-11-22T04:00:00Z", "equal": true, "seconds": {"total": 1}, "rows": {}, "error": null}'
        store._client.put_object(Bucket=BUCKET, Key=f"prod/evidence/db/{name}.json", Body=proof)
    backups = {**estate.outputs["backups"], "path": "prod", "encrypted": True}
    pulumi.stack("test", {**estate.outputs, "backups": backups}, backupPassphrase=PASSPHRASE)
    sheet = _sheet(petbase)
    assert f"/prod/verified/{name} --output {name}" in sheet
    assert "This is the newest that was test-restored, of " in sheet
    folder = tmp_path / "empty"
    assert _follow(sheet, folder, database).splitlines() == [name, name]
    assert server.run("SELECT count(*) FROM fruits.fruits", "fresh") == [(2,)]
    # What it left is for its owner only.
    assert {path.name: path.stat().st_mode & 0o077 for path in folder.iterdir() if path.is_file()} == {
        "passphrase": 0,
        name: 0,
    }


@pytest.mark.soak
def test_a_wrong_passphrase_restores_nothing(
    *,
    petbase: Petbase,
    dump: str,
    database: str,
    server: postgres.Postgres,
    pulumi: Pulumi,
    estate: Estate,
    tmp_path: Path,
) -> None:
    with Store(estate.stack) as store:
        store._client.put_object(Bucket=BUCKET, Key=f"{dump}.gpg", Body=locked(store.read(dump), "another"))
        store._client.delete_object(Bucket=BUCKET, Key=dump)
    backups = {**estate.outputs["backups"], "encrypted": True}
    pulumi.stack("test", {**estate.outputs, "backups": backups}, backupPassphrase=PASSPHRASE)
    with pytest.raises(AssertionError, match="Bad session key"):
        _follow(_sheet(petbase), tmp_path / "empty", database)
    assert server.run("SELECT count(*) FROM pg_namespace WHERE nspname = 'fruits'", "fresh") == [(0,)]


def test_without_being_asked_it_shows_no_secret_and_says_where_they_are(
    petbase: Petbase, dump: str, estate: Estate, pulumi: Pulumi
) -> None:
    backups = {**estate.outputs["backups"], "encrypted": True}
    pulumi.stack("test", {**estate.outputs, "backups": backups}, backupPassphrase=PASSPHRASE)
    petbase.secrets = [SECRET, KEY, PASSPHRASE]
    ran = petbase("recovery-sheet")
    assert (ran.code, ran.err) == (0, "")
    assert "Now in: pulumi stack output petbase --show-secrets --stack test" in ran.out
    assert "Now in: pulumi config get petbase:backupPassphrase --stack test" in ran.out
    assert (
        f"The passphrase of the dumps, by its fingerprint {fingerprint(PASSPHRASE)}. Without it they cannot" in ran.out
    )
    assert "export AWS_SECRET_ACCESS_KEY=...\n" in ran.out
    assert dump in ran.out


def test_no_key_stands_in_a_process_list_while_it_is_followed(
    petbase: Petbase, dump: str, database: str, tmp_path: Path
) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    path = f"{postgres.binaries()}:/usr/bin:/bin"
    for tool in ("curl", "grep", "sort", "tar", "pg_restore"):
        note = f'printf "%s\\n" "$0 $*" >>{tmp_path}/seen'
        (tools / tool).write_text(f'#!/bin/sh\n{note}\nexec {shutil.which(tool, path=path)} "$@"\n')
        (tools / tool).chmod(0o755)
    sheet = _sheet(petbase).replace("```sh\n", f"```sh\nPATH={tools}:$PATH\n", 1)
    _follow(sheet, tmp_path / "empty", database)
    seen = (tmp_path / "seen").read_text()
    assert dump in seen
    assert "pg_restore" in seen
    assert not [secret for secret in (SECRET, KEY, postgres.PASSWORD) if secret in seen]


def test_an_empty_bucket_has_a_sheet_that_says_so(petbase: Petbase, estate: Estate) -> None:
    assert estate.stack.service == "db"
    ran = petbase("recovery-sheet")
    assert ran.code == 0
    assert "There is no dump in the bucket yet." in ran.out
    assert len(_blocks(ran.out)) == 2


def test_the_sheet_says_what_to_keep_and_where_the_tables_are(petbase: Petbase, dump: str) -> None:
    out = petbase("recovery-sheet").out
    assert dump in out
    for thing in ("The keys that read the bucket db-backups", "Pulumi's state", "A private key", "Cloudflare"):
        assert thing in out
    assert '- fruits: SET search_path = "fruits";\n- shop: SET search_path = "shop";' in out
    assert max(len(line) for line in out.splitlines() if "--output" not in line) <= 150
    assert os.environ["PETBASE_STACK"] in out
