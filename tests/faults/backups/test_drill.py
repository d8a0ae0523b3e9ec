"""The drill on a real PostgreSQL and a store that checks signatures: what restores is proven, what does not is told."""

import base64
import json
import re
from itertools import count

import pytest

from tests.faults.support import hostile
from tests.faults.support.watched import BUCKET, CONTAINER_TMP, ODD, ROWS, SERVICE, Watched
from tests.support.dumps import packed

_QUIET = ["postgres", "template0", "template1", SERVICE]


def failed(watched: Watched, dump: str | None) -> str:
    """The reason why the drill fails: in its evidence, on its standard output and on the alarm; nothing is left."""
    done = watched.run("drill")
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


@pytest.mark.soak
def test_a_drill_cut_off_anywhere_is_made_up_for_by_the_next(watched: Watched) -> None:
    dump = watched.dump()
    for n in count(2, 9):
        was_cut = cut(watched, n)
        assert watched.run("drill").returncode == 0, n
        assert watched.databases() == _QUIET, n
        assert watched.evidence(dump)["ok"] is True, n
        assert watched.keys("prod/verified/") == [dump], n
        assert watched.bench.root(f"ls {CONTAINER_TMP}") == "", n
        if not was_cut:
            break
    assert n > 10
