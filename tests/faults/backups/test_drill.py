"""The drill on a real PostgreSQL and a store that checks signatures: what restores is proven, what does not is told."""

import base64
import json
import re
import subprocess
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from sandbox.store import account, objects, tamper
from tests.faults.support import hostile
from tests.faults.support.watched import BUCKET, CONTAINER_TMP, FOLDER, KEY, LINES, ODD, ROWS, SERVICE, Watched
from tests.support.dumps import packed
from tests.support.hosts.sandbox_host import wait_for

_QUIET = ["postgres", "template0", "template1", SERVICE]


def failed(watched: Watched, dump: str | None, done: "subprocess.CompletedProcess[str] | None" = None) -> str:
    """The reason why the drill fails: in its evidence, on its standard output and on the alarm; nothing is left."""
    done = done or watched.run("drill")
    assert done.returncode == 1, done.stdout + done.stderr
    told = json.loads(next(line for line in done.stdout.splitlines() if line.startswith("{")))
    assert (told["ok"], told["key"]) == (False, dump and f"prod/{dump}")
    error = str(told["error"])
    sentence = f"the drill of {dump or 'the newest dump'} failed: {error}"
    assert done.stdout.splitlines()[-1] == sentence
    assert watched.switch.heard[-1] == ("POST", "/ping/t0wer/fail", f"tower: {sentence}\n")
    assert watched.databases() == _QUIET
    assert watched.keys("prod/verified/") == []
    assert "petbase.drill" not in watched.bench.root("ls /run")
    assert watched.bench.root(f"ls {CONTAINER_TMP}") == ""
    return error


def test_a_good_dump_is_proven_counted_kept_and_told(watched: Watched) -> None:
    dump = watched.dump()
    done = watched.run("drill")
    assert done.returncode == 0, done.stdout + done.stderr
    told = watched.evidence(dump)
    assert {name: told[name] for name in ("service", "key", "bytes", "ok", "error", "version", "equal", "rows")} == {
        "service": "tower",
        "key": f"prod/{dump}",
        "bytes": len(watched.get(f"prod/{dump}")),
        "ok": True,
        "error": None,
        "version": "18.4",
        "equal": True,
        "rows": ROWS,
    }
    assert re.fullmatch(r"[0-9a-f]{64}", told["fingerprint"])
    assert told["seconds"].keys() == {"fetch", "restore", "count", "total"}
    assert watched.client.head_object(Bucket=BUCKET, Key=f"prod/{dump}")["ETag"] == f'"{told["etag"]}"'
    assert watched.get(f"prod/verified/{dump}") == watched.get(f"prod/{dump}")
    assert watched.databases() == _QUIET
    assert watched.switch.heard == []
    assert watched.run("check").returncode == 0
    assert "newest good drill: " in watched.switch.heard[-1][2]


@pytest.mark.soak
def test_the_same_schema_has_the_same_fingerprint_and_another_one_another(watched: Watched) -> None:
    prints = []
    for change in ("SELECT 1", "UPDATE fruits SET name = 'apple'", "ALTER TABLE fruits ADD COLUMN color text"):
        with watched.bench.database(service=SERVICE) as session:
            session.execute(change.encode())
        made = watched.dump()
        assert watched.run("drill").returncode == 0
        prints.append(watched.evidence(made)["fingerprint"])
    assert prints[0] == prints[1] != prints[2]


@pytest.mark.soak
def test_an_encrypted_dump_is_proven_with_the_servers_passphrase(watched: Watched) -> None:
    watched.bench.root(f"dokku postgres:backup-set-encryption {SERVICE} open-sesame")
    dump = watched.dump()
    assert dump.endswith(".tgz.gpg")
    done = watched.run("drill")
    assert done.returncode == 0, done.stdout
    assert watched.evidence(dump)["rows"] == ROWS
    assert "open-sesame" not in done.stdout + done.stderr


@pytest.mark.soak
def test_a_wrong_passphrase_says_so(watched: Watched) -> None:
    watched.bench.root(f"dokku postgres:backup-set-encryption {SERVICE} open-sesame")
    dump = watched.dump()
    watched.bench.root(f"dokku postgres:backup-set-encryption {SERVICE} an0ther")
    error = failed(watched, dump)
    assert error.startswith(f"{dump} cannot be decrypted with the passphrase of this server (")
    assert error.endswith(
        "it was made with another one, or it is damaged. After a change of passphrase: ./petbase backup"
    )
    watched.bench.root(f"dokku postgres:backup-unset-encryption {SERVICE}")
    assert failed(watched, dump) == f"{dump} is encrypted, and this server has no passphrase"


@pytest.mark.soak
@pytest.mark.parametrize("encrypted", [False, True])
def test_a_flipped_byte_and_a_truncated_dump_are_found(watched: Watched, *, encrypted: bool) -> None:
    if encrypted:
        watched.bench.root(f"dokku postgres:backup-set-encryption {SERVICE} open-sesame")
    dump = watched.dump()
    whole = watched.get(f"prod/{dump}")
    middle = len(whole) // 2
    watched.put(f"prod/{dump}", whole[:middle] + bytes([whole[middle] ^ 0x01]) + whole[middle + 1 :])
    assert failed(watched, dump).startswith(f"{dump} ")
    watched.put(f"prod/{dump}", whole[:-200])
    assert failed(watched, dump).startswith(f"{dump} ")


@pytest.mark.soak
def test_what_is_no_dump_is_told(watched: Watched) -> None:
    dump = watched.dump()
    watched.put(f"prod/{dump}", packed(b"hello"))
    assert failed(watched, dump).startswith(f"{dump} cannot be read: ")
    watched.put(f"prod/{dump}", packed(b"hello", "backup/other"))
    assert failed(watched, dump).startswith(f"{dump} is damaged: tar: backup/export: Not found in archive")


@pytest.mark.soak
def test_a_dump_of_a_later_pg_dump_is_told(watched: Watched) -> None:
    """As after a new major was given up: the archive's own version stands in its sixth and seventh byte."""
    dump = watched.dump()
    archive = watched.bench.root(f"dokku postgres:export {SERVICE} | base64 --wrap=0")
    later = bytearray(base64.b64decode(archive))
    later[6] += 9
    watched.put(f"prod/{dump}", packed(bytes(later)))
    error = failed(watched, dump)
    assert error.startswith(f"{dump} cannot be read: pg_restore: error: unsupported version (")


@pytest.mark.soak
def test_an_empty_bucket_and_an_empty_database(watched: Watched) -> None:
    assert failed(watched, None) == "there is no dump in the bucket. Try: ./petbase backup"
    with watched.bench.database(service=SERVICE) as session:
        session.execute(f"DROP SCHEMA public CASCADE; CREATE SCHEMA public; DROP SCHEMA {ODD} CASCADE".encode())
        session.execute("SELECT lo_unlink(oid) FROM pg_largeobject_metadata")
    dump = watched.dump()
    assert watched.run("drill").returncode == 0
    assert (watched.evidence(dump)["rows"], watched.evidence(dump)["equal"]) == ({}, True)


@pytest.mark.soak
def test_a_store_that_is_gone_or_refuses_is_told_and_the_evidence_stays_on_the_server(watched: Watched) -> None:
    watched.dump()
    watched.store.stop()
    try:
        done = watched.run("drill")
    finally:
        watched.store.start()
    assert done.returncode == 1
    assert "Could not connect to the endpoint URL" in done.stdout
    assert "the evidence stays on the server: " in done.stdout
    assert watched.bench.root(f"ls {FOLDER}/evidence").startswith("drill-20")
    account.delete_token(watched.store.root, KEY)
    done = watched.run("drill")
    assert done.returncode == 1
    assert "the bucket does not open: " in done.stdout
    assert watched.switch.heard[-1][1] == "/ping/t0wer/fail"


def test_a_disk_without_room_stops_it_before_anything_is_fetched(watched: Watched) -> None:
    dump = watched.dump()
    error = failed(watched, dump, watched.run_on_a_full_disk("drill", 2000, folder=CONTAINER_TMP))
    assert re.fullmatch(
        r"the disk has \d MB free, and a drill of this dump needs \d+\. Look at: df --human-readable", error
    )


_BLIND = """#!/bin/sh
case "$*" in *" df "*) echo disk 0 0 99999999 ;; *) exec /usr/bin/docker "$@" ;; esac
"""


@pytest.mark.soak
def test_a_disk_that_fills_up_meanwhile_leaves_nothing_behind(watched: Watched) -> None:
    """Its own reckoning says that there is room: here by a `df` that is wrong."""
    with watched.bench.database(service=SERVICE) as session:
        session.execute("INSERT INTO fruits (name) SELECT 'apple' FROM generate_series(1, 200000)")
    dump = watched.dump()
    watched.bench.root("mkdir /tmp/blind; cat >/tmp/blind/docker; chmod +x /tmp/blind/docker", _BLIND)
    done = watched.run_on_a_full_disk("drill", 60, "PATH=/tmp/blind:$PATH", CONTAINER_TMP)
    watched.bench.root("rm -r /tmp/blind")
    error = failed(watched, dump, done)
    assert error == f"the disk filled up while {dump} was unpacked. Look at: df --human-readable"


@pytest.mark.soak
def test_a_failure_does_not_take_back_what_was_proven_before(watched: Watched) -> None:
    dump = watched.dump()
    assert watched.run("drill").returncode == 0
    watched.bench.root(f"dokku postgres:stop {SERVICE}")
    try:
        assert "tower does not answer a query: " in watched.run("drill").stdout
    finally:
        watched.bench.root(f"dokku postgres:start {SERVICE}")
    assert watched.evidence(dump)["ok"] is True
    assert watched.evidence(f"{dump}.failed")["ok"] is False
    assert watched.run("check").returncode == 1
    assert watched.run("drill").returncode == 0
    assert watched.run("check").returncode == 0


@pytest.mark.soak
def test_what_an_app_left_in_its_dump_gets_no_more_rights_when_that_is_restored(watched: Watched) -> None:
    """Each kind of thing, most with a function that reaches for the superuser's rights; all of it is restored."""
    with watched.bench.database(service=SERVICE) as session:
        session.execute(hostile.BY_THE_SUPERUSER.encode())
        try:
            with watched.bench.database(hostile.URL.format(service=SERVICE)) as app:
                app.execute(hostile.BY_THE_APP.encode())
            dump = watched.dump()
            done = watched.run("drill")
            mighty = session.execute("SELECT rolsuper FROM pg_roles WHERE rolname = %s", [hostile.ROLE]).fetchone()
        finally:
            session.execute(hostile.GONE.encode())
    assert done.returncode == 0, done.stdout
    assert mighty == (False,)
    rows = watched.evidence(dump)["rows"]
    assert {name: count for name, count in rows.items() if name not in ROWS} == {
        "evil.child": 0,
        "evil.fast": 1,
        "evil.leaf": 1,
        "evil.parted_1": 1,
        "evil.parted_rest": 1,
        "evil.routed_1": 1,
        "evil.t": 1,
        "public.outside": 1,
    }


_CUTTER = """#!/bin/sh
echo "$*" >>/run/cutter.words
if [ "$(wc -l </run/cutter.words)" -ge "$(cat /run/cutter.after)" ]; then kill -KILL 0; fi
exec /usr/bin/docker "$@"
"""


def cut(watched: Watched, n: int) -> bool:
    """The drill, killed as by a power cut before its n-th call of Docker; False when it ends before that."""
    watched.bench.root("mkdir -p /root/cutter; cat >/root/cutter/docker; chmod +x /root/cutter/docker", _CUTTER)
    watched.bench.root(f"echo {n} >/run/cutter.after; rm -f /run/cutter.words")
    done = watched.run("drill", path="PATH=/root/cutter:$PATH setsid --wait ")
    return done.returncode != 0


def cut_and_finish(watched: Watched, step: int) -> None:
    dump = watched.dump()
    for n in count(2, step):
        was_cut = cut(watched, n)
        assert watched.run("drill").returncode == 0, n
        assert watched.databases() == _QUIET, n
        assert watched.evidence(dump)["ok"] is True, n
        assert watched.keys("prod/verified/") == [dump], n
        assert watched.bench.root(f"ls {CONTAINER_TMP}") == "", n
        if not was_cut:
            break
    assert n > 10


@pytest.mark.soak
def test_a_drill_cut_off_anywhere_is_made_up_for_by_the_next(watched: Watched) -> None:
    cut_and_finish(watched, 9)


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_a_drill_cut_off_at_each_call_is_made_up_for_by_the_next(watched: Watched) -> None:
    cut_and_finish(watched, 1)


@pytest.mark.soak
def test_verified_keeps_seven_days_four_weeks_and_six_months(watched: Watched) -> None:
    now = datetime.now(UTC)
    days = [now - timedelta(days=n) for n in [*range(1, 13), *range(15, 260, 12)]]
    for moment in days:
        watched.put(f"prod/verified/postgres-tower-{moment:%Y-%m-%d}-03-00-00.tgz", b"verified once")
    watched.put(f"prod/verified/postgres-tower-{days[0]:%Y-%m-%d}-02-00-00.tgz", b"the same day, earlier")
    watched.put("prod/verified/postgres-tower-staging-2026-01-01-03-00-00.tgz", b"another service's")
    dump = watched.dump()
    assert watched.run("drill").returncode == 0
    kept = [key for key in watched.keys("prod/verified/") if "staging" not in key]
    moments = sorted((datetime.strptime(key[15:25], "%Y-%m-%d") for key in kept), reverse=True)
    every = sorted([now.replace(tzinfo=None), *(day.replace(tzinfo=None) for day in days)], reverse=True)
    expected = {f"{day:%F}" for day in every[:7]}
    for form, most in (("%G-%V", 4), ("%Y-%m", 6)):
        newest: dict[str, str] = {}
        for day in every:
            newest.setdefault(f"{day:{form}}", f"{day:%F}")
        expected |= set(list(newest.values())[:most])
    assert {f"{moment:%F}" for moment in moments} == expected
    assert len(kept) == len(expected)
    assert dump in kept
    assert "postgres-tower-staging-2026-01-01-03-00-00.tgz" in watched.keys("prod/verified/")


@pytest.mark.soak
def test_copies_of_a_clock_that_ran_ahead_do_not_push_out_the_one_that_was_just_verified(watched: Watched) -> None:
    """By their names they are the newest of seven days, four weeks and six months, and none of them ever goes."""
    for month in range(1, 8):
        for day in (1, 8, 15, 22):
            watched.put(f"prod/verified/postgres-tower-2099-0{month}-{day:02}-03-00-00.tgz", b"of a clock ahead")
    tamper.age(watched.store.root, BUCKET, 300 * 86400, "prod/verified/")
    dump = watched.dump()
    assert watched.run("drill").returncode == 0
    assert dump in watched.keys("prod/verified/")
    assert len(watched.keys("prod/verified/")) == 2


@pytest.mark.soak
@pytest.mark.parametrize("there", [b"", b"as long, but not the same"])
def test_a_copy_that_is_something_else_is_no_copy(watched: Watched, there: bytes) -> None:
    dump = watched.dump()
    whole = watched.get(f"prod/{dump}")
    watched.put(f"prod/verified/{dump}", there.ljust(len(whole)) if there else there)
    assert watched.run("drill").returncode == 0
    assert watched.get(f"prod/verified/{dump}") == whole


@pytest.mark.soak
def test_a_lock_on_what_may_go_is_no_failure(watched: Watched) -> None:
    for day in range(1, 10):
        watched.put(f"prod/verified/postgres-tower-2025-01-0{day}-03-00-00.tgz", b"old")
    rule = {"id": "all", "enabled": True, "prefix": "prod/verified/", "condition": {"type": "Indefinite"}}
    watched.dump()
    account.put_lock(watched.store.root, BUCKET, [rule])
    try:
        done = watched.run("drill")
    finally:
        account.put_lock(watched.store.root, BUCKET, [])
    assert done.returncode == 0, done.stdout
    locked = "is locked until later, so it is not removed yet (newer ones count for its day, week and month)"
    assert f"verified/postgres-tower-2025-01-01-03-00-00.tgz {locked}\n" in done.stdout
    assert len(watched.keys("prod/verified/")) == 10


@pytest.mark.soak
def test_after_keep_days_of_silent_failures_the_newest_verified_dump_is_still_there(watched: Watched) -> None:
    dump = watched.dump()
    assert watched.run("drill").returncode == 0
    # As components/cloud/r2.py makes it.
    rule = {
        "id": "expire-dumps",
        "enabled": True,
        "conditions": {"prefix": "prod/postgres-tower-"},
        "deleteObjectsTransition": {"condition": {"type": "Age", "maxAge": 35 * 86400}},
    }
    account.put_lifecycle(watched.store.root, BUCKET, [rule])
    try:
        gone = objects.expire(watched.store.root, (datetime.now(UTC) + timedelta(days=400)).timestamp())
    finally:
        account.put_lifecycle(watched.store.root, BUCKET, account.DEFAULT_LIFECYCLE)
    assert [key for key in gone if dump in key]
    assert watched.keys("prod/postgres-tower-") == []
    assert watched.keys("prod/verified/") == [dump]
    watched.put(f"prod/{dump}", watched.get(f"prod/verified/{dump}"))
    assert watched.run("drill").returncode == 0


@pytest.mark.soak
def test_a_drill_ends_without_its_client(watched: Watched) -> None:
    dump = watched.dump()
    words = watched.bench.host.ssh_words(LINES["drill"])
    with subprocess.Popen(words, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True) as ssh:
        assert ssh.stdout
        assert ssh.stdout.readline().startswith(f"{dump}: fetching")
        ssh.kill()
    wait_for(lambda: watched.keys("prod/verified/") == [dump], seconds=60)
    watched.bench.idle()
    assert watched.evidence(dump)["ok"] is True
    assert watched.databases() == _QUIET
