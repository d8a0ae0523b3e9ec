"""A restore cut at every call, by a lost client, by PostgreSQL's end: either nothing has changed, or all has.

tests/host/restore/test_cuts.py has the cuts without a host, in every run.
"""

import json
import subprocess
import threading
from collections.abc import Callable, Iterator
from itertools import count

import psycopg
import pytest

from components.dokku import shell
from host.core.command import Command
from host.restore.run import PutBack
from host.restore.set_aside import DropSetAside
from sandbox.host.dokku.core import paths
from tests.faults.support.bench import Bench
from tests.faults.support.vault import ASIDE, NOW, ONE, SERVICE, STDIN, THEN, WHOLE, Vault
from tests.support.hosts.sandbox_host import wait_for

DATA = f"/var/lib/dokku/services/postgres/{SERVICE}/data"
TMP = f"{paths.SANDBOX}/containers/{SERVICE}.own/tmp"
SLOW = """
CREATE FUNCTION slow(n int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT n FROM pg_sleep(0.5)';
CREATE TABLE slow_rows AS SELECT generate_series(1, 8) AS n;
CREATE INDEX ON slow_rows (slow(n));
"""
"""What takes four seconds to restore."""


@pytest.fixture(scope="module")
def made_vault(faulty_host: Bench) -> Vault:
    vault = Vault(faulty_host)
    vault.set_up()
    return vault


@pytest.fixture
def vault(made_vault: Vault, bench: Bench) -> Iterator[Vault]:
    """The service as new, its dump on the server; afterwards no throw-away database is left, nor a session at work."""
    assert bench.host.key.exists()
    made_vault.renew()
    made_vault.sent()
    yield made_vault
    assert not {"petbase_restore", "petbase_schema"} & set(made_vault.aside())
    assert made_vault.ask("SELECT query FROM pg_stat_activity WHERE state = 'idle in transaction'") == []


def unharmed(vault: Vault) -> bool:
    """Whether the restored data is live already; either way all is there, and both apps work."""
    assert vault.young() == [("mine",)]
    found = vault.keeper()
    assert found in (NOW, THEN)
    kept = [name for name in vault.aside() if " before " in name]
    assert bool(kept or vault.schemas_aside()) == (found == THEN)
    return found == THEN


@pytest.mark.soak
@pytest.mark.parametrize("script", [WHOLE, ONE], ids=["whole", "app"])
def test_a_restore_cut_anywhere_has_changed_nothing_or_all_and_the_next_one_is_whole(
    vault: Vault, script: Command
) -> None:
    """Large objects belong to no schema, so with an app's they stay as they are; here they are the same."""
    for n in count(3):
        vault.renew()
        vault.sent()
        was_cut = vault.run(script, n).returncode != 0
        swapped = unharmed(vault)
        vault.sent()
        vault.done(script)
        assert unharmed(vault), n
        assert vault.old_fruits() == [THEN["fruits"], NOW["fruits"]][0 if swapped else 1 :], n
        if not was_cut:
            break
    assert n > 20


@pytest.mark.parametrize(("script", "kind"), [(WHOLE, "database"), (ONE, "schema")])
@pytest.mark.soak
def test_the_way_back_cut_anywhere_leads_to_the_one_or_the_other(vault: Vault, script: Command, kind: str) -> None:
    vault.done(script)
    for n in count(3):
        (old,) = vault.aside() if kind == "database" else vault.schemas_aside()
        before = vault.keeper()
        was_cut = vault.run(PutBack(SERVICE, old), n).returncode != 0
        changed = vault.keeper() != before
        assert vault.young() == [("mine",)]
        assert vault.old_fruits() == [
            before["fruits"] if changed else ({"apple banana", NOW["fruits"]} - {before["fruits"]}).pop()
        ]
        if not was_cut:
            break
    assert changed
    assert n > 5


@pytest.mark.soak
def test_a_database_beside_it_cut_anywhere_is_made_by_the_next_run(vault: Vault) -> None:
    for n in count(5, 9):
        was_cut = vault.run(ASIDE, n).returncode != 0
        if was_cut:
            assert not unharmed(vault)
            if "look" not in vault.aside():
                vault.sent()
                vault.done(ASIDE)
        assert vault.aside() == ["look"], n
        vault.done(DropSetAside(SERVICE, "look"))
        vault.sent()
        if not was_cut:
            break
    assert n > 20
    assert vault.keeper() == NOW


@pytest.mark.soak
def test_it_tells_how_much_is_there(vault: Vault) -> None:
    vault.ask(SLOW, "keeper")
    vault.bench.root(f"dokku postgres:export {SERVICE} >/root/vault.dump")
    vault.sent()
    line = vault.line(WHOLE).replace("petbase-host ", "petbase-host --json ")
    said = [json.loads(row) for row in vault.bench.host.ssh(line, stdin=STDIN).stdout.splitlines()]
    told = [row["progress"]["bytes"] for row in said if "progress" in row]
    assert len(told) > 2
    assert told == sorted(told)
    assert 5_000_000 < told[-1] < 50_000_000  # what PostgreSQL has in a database of no tables, and some
    assert vault.keeper()["fruits"] == NOW["fruits"]


_GUARD = """
CREATE FUNCTION public.guard() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no changes'; END $$;
CREATE EVENT TRIGGER guard ON ddl_command_start EXECUTE FUNCTION public.guard();
"""


@pytest.mark.soak
def test_a_trigger_that_forbids_all_changes_forbids_no_restore(vault: Vault) -> None:
    """A drill hands nothing over, so it called such a dump good, and no restore could take it."""
    vault.ask(_GUARD)
    vault.bench.root(f"dokku postgres:export {SERVICE} >/root/vault.dump")
    vault.sent()
    vault.done(WHOLE)
    assert vault.keeper() == NOW | {"counted": 3}
    with pytest.raises(psycopg.errors.RaiseException):
        vault.ask("CREATE TABLE more ()")
    vault.ask("DROP EVENT TRIGGER guard; DROP FUNCTION public.guard")


@pytest.mark.soak
def test_postgresql_restarted_meanwhile_changes_nothing(vault: Vault) -> None:
    vault.ask(SLOW, "keeper")
    vault.bench.root(f"dokku postgres:export {SERVICE} >/root/vault.dump")
    vault.sent()
    vault.ask("DROP TABLE slow_rows; DROP FUNCTION slow", "keeper")
    ended: list[subprocess.CompletedProcess[str]] = []
    run = threading.Thread(target=lambda: ended.append(vault.run(WHOLE)))
    run.start()
    busy = "SELECT count(*) FROM pg_stat_activity WHERE datname = 'petbase_restore' AND query LIKE 'CREATE INDEX%'"
    wait_for(lambda: vault.ask(busy) == [(1,)], seconds=60)
    vault.bench.root(f"dokku postgres:restart {SERVICE}")
    run.join()
    assert ended[0].returncode == 1
    assert ended[0].stdout.splitlines()[-1].startswith("vault is as it was: vault ")
    assert not unharmed(vault)
    # The dump is still there, so it need not be sent again.
    vault.done(WHOLE)
    assert vault.old_fruits() == [NOW["fruits"]]


@pytest.mark.soak
def test_who_writes_what_the_dump_does_not_know_waits_and_loses_nothing(vault: Vault) -> None:
    """Young writes row by row all through the restore: each row that was confirmed is there afterwards."""
    stop, confirmed = threading.Event(), []

    def write() -> None:
        number = 0
        while not stop.is_set():
            try:
                with vault.bench.database(vault.url("young")) as session:
                    while not stop.is_set():
                        number += 1
                        session.execute("INSERT INTO notes VALUES (%s)", [str(number)])
                        confirmed.append(str(number))
            except psycopg.Error:
                continue

    writer = threading.Thread(target=write)
    writer.start()
    wait_for(lambda: len(confirmed) > 5)
    vault.done(WHOLE)
    at_swap = len(confirmed)
    wait_for(lambda: len(confirmed) > at_swap + 5)
    stop.set()
    writer.join()
    there = {text for (text,) in vault.ask("SELECT text FROM notes", "young")}
    assert set(confirmed) - there == set()


@pytest.fixture
def small_disk(vault: Vault) -> Iterator[Callable[[Command, int], subprocess.CompletedProcess[str]]]:
    """Runs a command while the service is on a separate disk, with so many kilobytes free.

    The disk is a tmpfs that only that command and the server see, since the host's root may mount nothing for all. The
    container's /tmp is on it too, as on a server with one disk; for PostgreSQL it is full like any other.
    """

    def run(script: Command, kilobytes: int) -> subprocess.CompletedProcess[str]:
        vault.bench.root(f"dokku postgres:stop {SERVICE}")
        size = f"$(({kilobytes} + $(du -s -k {DATA} | cut -f 1)))k"
        disk = f"mount -t tmpfs -o size={size} tmpfs /mnt; cp -a {DATA} /mnt/data; cp -a {TMP} /mnt/tmp"
        moved = f"mount --bind /mnt/data {DATA}; mount --bind /mnt/tmp {TMP}"
        inner = f"set -e; {disk}; {moved}; dokku postgres:start {SERVICE} </dev/null >/dev/null; {vault.line(script)}"
        line = f"unshare --user --map-root-user --mount sh -c {shell.line(inner)}"
        return vault.bench.host.ssh(line, stdin=STDIN)

    yield run
    vault.bench.root(f"dokku postgres:stop {SERVICE}; dokku postgres:start {SERVICE}")


@pytest.mark.soak
def test_a_disk_that_fills_up_while_it_is_restored_changes_nothing(
    vault: Vault, small_disk: Callable[[Command, int], subprocess.CompletedProcess[str]]
) -> None:
    """A dump that packs better than most: by its size and the live data there would be room."""
    row = "repeat('x', 100)"
    vault.ask(f"CREATE TABLE big AS SELECT n, {row} FROM generate_series(1, 1200000) n", "keeper")
    vault.bench.root(f"dokku postgres:export {SERVICE} >/root/vault.dump")
    vault.sent()
    vault.ask("DROP TABLE big", "keeper")
    vault.ask("CHECKPOINT")
    answer = small_disk(WHOLE, 110_000)
    assert answer.returncode == 1
    # Where it is the log that does not fit any more, PostgreSQL starts anew, and pg_restore knows only that it went.
    assert "No space left on device" in answer.stdout + vault.bench.root(f"dokku postgres:logs {SERVICE}")
    assert answer.stdout.splitlines()[-1].startswith("vault is as it was: ")
    assert vault.aside() == []
    assert not unharmed(vault)
    vault.ask("INSERT INTO fruits (name) VALUES ('apple')", "keeper")
