"""Host, database and backups cut at every verb, then sent again: as if nothing had happened."""

import shutil
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from components.config.backups_spec import Backups
from components.config.values.public_key import parse_public_key
from components.dokku import backup
from host.backup.remove import RemoveBackup
from host.dumps.credentials import passphrase_digest
from host.dumps.image import DUMP_IMAGE
from host.server.ensure import EnsureServer
from sandbox.host.dokku.core import paths
from sandbox.store import Store, account
from tests.faults.support.bench import NAME, SERVICE, Bench, texts_of
from tests.faults.support.nouns import ROWS, database, destroy
from tests.support.hosts.sandbox_host import make_key

STEPS = [15, pytest.param(1, marks=pytest.mark.soak)]


@pytest.fixture
def store() -> Iterator[Store]:
    """A bucket to prove credentials on."""
    folder = Path(tempfile.mkdtemp(prefix="pb-"))
    running = Store(folder)
    running.start()
    account.create_bucket(folder, "db-backups")
    yield running
    running.stop()
    shutil.rmtree(folder)


# Inside the verb, where a real one was seen to be cut: a service that runs without its database (contract 648-657).
@pytest.mark.parametrize("place", ["postgres:create ready", "postgres:create database"])
def test_a_database_cut_inside_its_creation_is_made_anew(bench: Bench, place: str) -> None:
    command = database("inside")
    bench.steer("stop", {"at": place})
    assert bench.send(command).returncode != 0
    bench.done(command)
    with bench.database(service="inside") as session:
        assert session.execute("SELECT current_database()").fetchone() == ("inside",)
    destroy(bench, "inside")


@pytest.mark.parametrize("step", STEPS)
def test_a_database_cut_at_any_verb_is_finished_by_the_next_run(bench: Bench, step: int) -> None:
    for n in count(2, step):
        name = f"cut{step}x{n}"
        where = bench.finished(database(name), n)
        with bench.database(service=name) as session:
            assert session.execute("SELECT current_database()").fetchone() == (name,), where
        assert bench.state(f"services/{name}/owner") == {"how": "made", "stack": NAME}, where
        destroy(bench, name)
        if not where:
            break
    assert n > 4


@pytest.mark.soak
def test_new_settings_cut_at_any_verb_are_in_force_after_the_next_run_and_rows_stay(bench: Bench) -> None:
    bench.done(database("tuned"))
    with bench.database(service="tuned") as session:
        session.execute("CREATE TABLE fruits (name text); INSERT INTO fruits VALUES ('apple'), ('banana')")
    for n in count(1):
        where = bench.finished(database("tuned", work_mem=f"{n}MB"), n)
        with bench.database(service="tuned") as session:
            assert session.execute("SHOW work_mem").fetchone() == (f"{n}MB",), where
            assert session.execute("SELECT name FROM fruits ORDER BY name").fetchall() == ROWS, where
        assert list((bench.disk / f"{paths.SANDBOX}/containers/run".lstrip("/")).iterdir()) == [], where
        if not where:
            break
    assert n > 8
    destroy(bench, "tuned")


@pytest.mark.soak
def test_backups_cut_at_any_verb_are_set_up_and_taken_away_whole(bench: Bench, store: Store) -> None:
    command = backup.ensure(SERVICE, Backups(bucket="db-backups", encrypt=True), store.endpoint)
    held = bench.disk / "var/lib/dokku/services/postgres" / SERVICE
    cron = bench.disk / "etc/cron.d/dokku-postgres-db"
    image = bench.disk / "home/dokku/.dokkurc/petbase"
    for n in count(2):
        image.unlink(missing_ok=True)
        secrets = (f"{n:032x}", f"{n:064x}", f"passphrase{n}")
        account.put_token(store.root, secrets[0], secrets[1], "db-backups", write=True)
        where = bench.finished(command, n, *secrets)
        assert texts_of(held / "backup") == {
            "AWS_ACCESS_KEY_ID": (secrets[0], 0o600),
            "AWS_SECRET_ACCESS_KEY": (secrets[1], 0o600),
            "AWS_DEFAULT_REGION": ("auto", 0o600),
            "AWS_SIGNATURE_VERSION": ("s3v4", 0o600),
            "ENDPOINT_URL": (store.endpoint, 0o600),
        }, where
        assert texts_of(held / "backup-encryption") == {"ENCRYPTION_KEY": (secrets[2], 0o600)}, where
        line = "0 3 * * * dokku /usr/bin/dokku postgres:backup db db-backups"
        assert (cron.read_text().strip(), cron.stat().st_mode & 0o777) == (line, 0o644), where
        assert image.read_text() == f"export PLUGIN_S3BACKUP_IMAGE={DUMP_IMAGE}\n"
        assert bench.state("services/db/passphrase") == {"sha256": passphrase_digest(secrets[2])}
        ended = bench.finished(RemoveBackup(SERVICE), n, *secrets)
        assert not cron.exists(), ended
        assert not (held / "backup").exists(), ended
        assert bench.state("services/db/passphrase") is None, ended
        if not where:
            break
    assert n > 6


@pytest.mark.soak
def test_a_hosts_setup_cut_at_any_verb_is_finished_by_the_next_run(bare_host: Bench, tmp_path: Path) -> None:
    public = make_key(tmp_path / "former").with_suffix(".pub").read_text().strip()
    former = EnsureServer(domain="example.com", key=(public,))
    now = EnsureServer(domain="example.com", key=(bare_host.host.public_key,))
    states = []
    for n in count(2):
        bare_host.root("rm -rf /var/lib/dokku/plugins /home/dokku/VHOST /home/dokku/.ssh/* /var/lib/petbase")
        where = bare_host.finished(former, n)
        ended = bare_host.finished(now, n)
        keys = bare_host.root("dokku ssh-keys:list").splitlines()
        assert len(keys) == 1, ended
        assert f'NAME="petbase-faults-{parse_public_key(bare_host.host.public_key).short}"' in keys[0], ended
        states.append(
            (
                bare_host.root("dokku plugin:list | grep postgres; dokku domains:report --global; cat /root/.ssh/a*"),
                bare_host.state("server/domain"),
            )
        )
        assert states[-1] == states[0], where
        if not where:
            break
    assert n > 7
    assert "1.48.0" in states[0][0]
    assert "example.com" in states[0][0]
    assert states[0][1] == {"stack": NAME}
