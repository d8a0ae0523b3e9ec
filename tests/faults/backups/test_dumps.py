"""A scheduled dump that meets a fault: nothing that was there is lost, somebody is told, and the next night is well.

And one that comes to the server for a restore, where the disk fills up.
"""

import hashlib
import os
import re
import shlex
import time
from datetime import UTC, datetime, timedelta

import pytest

from components.dokku import program, shell
from host.dumps.upload import UploadDump
from sandbox.store import account, faults, objects
from tests.faults.support.bench import NAME
from tests.faults.support.nights import Nights
from tests.faults.support.watched import BUCKET, CONTAINER_TMP, SERVICE, Watched
from tests.support.hosts.sandbox_host import wait_for


@pytest.fixture(scope="module")
def good(watchtower: Watched) -> bytes:
    """A dump of the tables as new."""
    watchtower.renew()
    return watchtower.get(f"prod/{watchtower.dump()}")


@pytest.fixture
def night(watched: Watched, good: bytes) -> Nights:
    """The evening before: yesterday's dump is there."""
    made = Nights(watched, {})
    made.yesterday(good)
    return made


def test_a_store_that_refuses_costs_the_dump_of_that_night_only(night: Nights) -> None:
    for status, code in {403: "AccessDenied", 503: "ServiceUnavailable"}.items():
        faults.order(night.store, status=status, method="PUT", times=0)
        try:
            done = night.run()
        finally:
            faults.clear(night.store)
        assert (done.returncode, done.stdout) == (1, "Backup of backup/ has failed. Please investigate the issue.\n")
        said = rf"upload failed: - to s3://{BUCKET}/prod/postgres-tower-\S+ An error occurred \({code}\)"
        assert re.match(said, done.stderr)
        night.nothing_is_lost()
    night.it_is_told()
    night.well_again()


def test_a_store_that_falters_once_costs_nothing(night: Nights) -> None:
    faults.order(night.store, method="PUT", status=503)
    night.well_again()
    assert not (night.store / "faults.json").exists()


@pytest.mark.soak
def test_a_dump_that_is_killed_in_the_middle_of_a_table_is_no_dump(night: Nights) -> None:
    with night.bulk(200_000):
        night.killed(night.copying)
    night.nothing_is_lost()
    night.it_is_told()
    night.well_again()


@pytest.mark.soak
def test_an_upload_that_is_killed_between_its_parts_is_no_dump_and_its_parts_go(night: Nights) -> None:
    faults.order(night.store, slow=4, times=0, method="PUT", key="postgres-tower-")
    with night.bulk(300_000):
        night.killed(night.parts)
    faults.clear(night.store)
    night.nothing_is_lost()
    night.it_is_told()
    assert night.parts()
    # As R2 does by itself, and by the program's own rule: what was not finished goes after seven days.
    objects.expire(night.store, (datetime.now(UTC) + timedelta(days=8)).timestamp())
    assert night.parts() == []
    night.nothing_is_lost()
    night.well_again()


@pytest.mark.soak
def test_postgres_restarted_during_the_dump_is_a_failure_that_says_so(night: Nights) -> None:
    with night.bulk(200_000):
        run = night.begin()
        wait_for(night.copying)
        night.watched.bench.root(f"dokku postgres:restart {SERVICE}")
        _, said = run.communicate(timeout=30)
    assert run.returncode == 1
    assert said.startswith("pg_dump: error: ")
    night.nothing_is_lost()
    night.it_is_told()
    night.well_again()


@pytest.mark.soak
def test_a_full_disk_is_a_failure_that_says_so_and_leaves_nothing_on_it(night: Nights) -> None:
    """A disk of 256 kB under /tmp, which only this run sees; the dump has 1 MB."""
    full = f"mount -t tmpfs -o size=256k tmpfs /tmp; rc=0; {night.line} || rc=$?; ls -A /tmp; exit $rc"
    with night.bulk(30_000):
        done = night.watched.bench.host.ssh(f"unshare --user --map-root-user --mount sh -c {shlex.quote(full)}")
    assert (done.returncode, done.stdout) == (1, "")
    assert "no space left on device" in done.stderr.lower()
    night.nothing_is_lost()
    night.it_is_told()
    night.well_again()


@pytest.mark.soak
def test_two_runs_at_once_are_two_dumps_and_both_are_whole(night: Nights) -> None:
    faults.order(night.store, slow=3, method="PUT", key="postgres-tower-")
    first = night.begin()
    wait_for(lambda: not (night.store / "faults.json").exists())
    arrived = int(time.time())
    wait_for(lambda: int(time.time()) > arrived)  # names tell seconds
    assert night.run().returncode == 0
    assert first.poll() is None, "the first one ended before the second"
    first.communicate(timeout=30)
    assert first.returncode == 0
    held = night.held()
    both = sorted(held.keys() - night.before.keys())
    assert len(both) == 2
    assert {name: held[name] for name in night.before} == night.before
    # The check reads the newest whole; what a drill takes is the newest, so the other one's turn comes then.
    assert night.watched.run("check").returncode == 0
    night.watched.client.delete_object(Bucket=BUCKET, Key=both[1])
    done = night.watched.run("drill")
    assert done.returncode == 0, done.stdout
    assert night.watched.evidence(both[0].removeprefix("prod/"))["equal"] is True


@pytest.mark.soak
def test_a_lock_keeps_a_dump_from_a_second_one_of_the_same_second(night: Nights) -> None:
    """Names tell seconds; what is there is locked from its first moment, so the later one fails and says so."""
    rule = {"id": "young", "enabled": True, "prefix": "prod/postgres-tower-"}
    rule |= {"condition": {"type": "Age", "maxAgeSeconds": 7 * 86400}}
    account.put_lock(night.store, BUCKET, [rule])
    try:
        runs = [night.begin() for _ in range(2)]
        said = [run.communicate(timeout=30)[1] for run in runs]
        held = night.held()
        new = held.keys() - night.before.keys()
        failed = [text for text in said if text]
        assert len(new) + len(failed) == 2
        assert not [text for text in failed if "ObjectLockedByBucketPolicy" not in text]
        assert {name: held[name] for name in night.before} == night.before
        assert night.watched.run("check").returncode == 0
    finally:
        account.put_lock(night.store, BUCKET, [])


@pytest.mark.soak
def test_a_server_that_was_down_at_the_scheduled_minute_tells_when_it_is_back(night: Nights) -> None:
    """Cron does not make up for a minute that was missed. The check does: its timer is persistent."""
    machine = night.watched.bench.host.machine
    ran = machine.log("cron.log").count(f"postgres:backup {SERVICE}")
    machine.stop()
    stamp = machine.root / f"var/lib/systemd/timers/stamp-petbase-check-{SERVICE}.timer"
    assert stamp.exists()
    os.utime(stamp, (time.time() - 8 * 3600,) * 2)
    machine.start()
    machine.wait_until_ssh()
    wait_for(lambda: len(night.watched.switch.heard) > 1, seconds=30)
    (_, begun, _), (method, path, text) = night.watched.switch.heard[:2]
    assert (begun, method, path) == ("/ping/t0wer/start", "POST", "/ping/t0wer/fail")
    assert f"the newest dump, {night.old}, is 25 hours old; one is due by 0 3 * * * UTC" in text
    assert machine.log("cron.log").count(f"postgres:backup {SERVICE}") == ran
    night.nothing_is_lost()
    night.well_again()


_RESTORES = f"/var/lib/petbase/services/{SERVICE}/restores"


@pytest.mark.parametrize("full", [_RESTORES, CONTAINER_TMP], ids=["of the server", "of the container"])
def test_a_disk_that_fills_up_while_the_dump_comes_keeps_nothing_of_it(watched: Watched, full: str) -> None:
    digest = hashlib.sha256(bytes(1 << 20)).hexdigest()
    line = program.line(NAME, UploadDump(SERVICE, digest, size=1 << 20))
    watched.bench.root(f"mkdir -p {_RESTORES}")
    left = f"echo left: $(ls -A {full} {_RESTORES} | grep -v :)"
    inner = f"mount -t tmpfs -o size=64k tmpfs {full}; {line}; {left}"
    answer = watched.bench.host.ssh(
        f"head -c 1048576 /dev/zero | unshare --user --map-root-user --mount sh -c {shell.line(inner)}"
    )
    assert answer.stdout.splitlines() == [
        "the server's disk is full; nothing was changed. Look at: df --human-readable",
        "left:",
    ]
