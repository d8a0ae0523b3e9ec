"""The check on a real store: one run of it reports a silent failure, and no secret is printed.

tests/host/check has the same rules without a host, in every run.
"""

import pytest

from sandbox.store import account, faults, tamper
from tests.faults.support.watched import BUCKET, FOLDER, KEY, SECRET, SERVICE, Watched
from tests.support import processes
from tests.support.dumps import packed

DUE = "one is due by 0 3 * * * UTC. Try: ./petbase backup"
STATE = "/var/lib/petbase"


def problems(watched: Watched) -> list[str]:
    """What a failing check finds, as its status has it and as the switch hears it."""
    done = watched.run("check")
    assert done.returncode == 1, done.stdout
    found: list[str] = watched.status()["problems"]
    method, path, body = watched.switch.heard[-1]
    assert (method, path) == ("POST", "/ping/t0wer/fail")
    assert body == "".join(f"tower: {problem}\n" for problem in found)
    return found


def test_a_young_dump_is_read_whole_once_and_the_switch_hears_it(watched: Watched) -> None:
    dump = watched.dump()
    for _ in range(2):
        assert watched.run("check").returncode == 0
    assert [(method, path) for method, path, _ in watched.switch.heard] == [
        ("GET", "/ping/t0wer/start"),
        ("POST", "/ping/t0wer"),
    ] * 2
    assert watched.switch.heard[-1][2].startswith(f"tower: the newest dump is {dump}, 0 minutes old, ")
    assert watched.status()["ok"] is True
    # A damaged body is found when the key is new, and by the drill later on.
    faults.order(watched.store.root, truncate=100, method="GET", key=dump)
    assert watched.run("check").returncode == 0
    assert (watched.store.root / "faults.json").exists()
    (watched.store.root / "faults.json").unlink()


@pytest.mark.soak
def test_a_missed_schedule_is_told(watched: Watched) -> None:
    watched.long_ago()
    old = watched.aged(watched.dump(), 25.5)
    assert problems(watched) == [f"the newest dump, {old}, is 25 hours old; {DUE}"]


@pytest.mark.soak
def test_a_dump_of_a_clock_that_ran_ahead_is_as_old_as_the_store_says(watched: Watched) -> None:
    """By its name it would be the newest for a year, and no missed one would be told until then."""
    watched.long_ago()
    ahead = watched.aged(watched.dump(), -24 * 365)
    assert watched.run("check").returncode == 0
    assert watched.switch.heard[-1][2].startswith(f"tower: the newest dump is {ahead}, 0 minutes old, ")
    tamper.age(watched.store.root, BUCKET, 30 * 3600, f"prod/{ahead}")
    assert problems(watched) == [f"the newest dump, {ahead}, is 30 hours old; {DUE}"]
    watched.dump()
    assert watched.run("check").returncode == 0
    (younger,) = {key for key in watched.keys("prod/") if key.startswith("postgres-")} - {ahead}
    assert watched.switch.heard[-1][2].startswith(f"tower: the newest dump is {younger}, 0 minutes old, ")


@pytest.mark.soak
def test_an_empty_bucket_is_told_once_a_dump_is_due(watched: Watched) -> None:
    assert watched.run("check").returncode == 0
    watched.long_ago()
    assert problems(watched) == [f"there is no dump in the bucket; {DUE}"]


@pytest.mark.soak
@pytest.mark.parametrize("encrypted", [False, True])
def test_a_damaged_dump_is_told_until_a_good_one_comes(watched: Watched, *, encrypted: bool) -> None:
    if encrypted:
        watched.encrypt("open-sesame")
    dump = watched.dump()
    whole = watched.get(f"prod/{dump}")
    for broken in (whole[:-200], whole[:500] + bytes([whole[500] ^ 1]) + whole[501:]):
        watched.put(f"prod/{dump}", broken)
        for _ in range(2):
            assert problems(watched)[0].startswith(f"{dump} ")
    watched.put(f"prod/{dump}", whole)
    assert watched.run("check").returncode == 0
    watched.encrypt("")


@pytest.mark.soak
@pytest.mark.parametrize("by_hand", ["set-encryption {} another", "unset-encryption {}"])
def test_a_passphrase_that_somebody_changed_or_took_away_is_told(watched: Watched, by_hand: str) -> None:
    """The server opens what it made itself; a new one, with the stack's passphrase, would not."""
    watched.encrypt("open-sesame")
    watched.dump()
    assert watched.run("check").returncode == 0
    watched.bench.root(f"dokku postgres:backup-{by_hand.format(SERVICE)}")
    watched.dump()
    assert problems(watched) == [
        "the passphrase on this server is not the stack's: it was changed or removed by hand, so you cannot open new "
        "dumps, or anyone can. Raise generation in the stack file, run pulumi up, then ./petbase backup"
    ]
    watched.encrypt("")
    assert watched.run("check").returncode == 0


@pytest.mark.soak
@pytest.mark.parametrize("export", [b"", pytest.param(b"hello", marks=pytest.mark.soak)])
def test_an_archive_with_no_dump_in_it_is_told(watched: Watched, export: bytes) -> None:
    """A drill would find it too, but may be a week away."""
    dump = watched.dump()
    watched.put(f"prod/{dump}", packed(export))
    for _ in range(2):
        assert problems(watched) == [f"{dump} holds nothing that pg_dump writes. Try: ./petbase backup"]


@pytest.mark.soak
def test_a_store_that_is_gone_is_told(watched: Watched) -> None:
    watched.dump()
    watched.store.stop()
    try:
        assert "Could not connect to the endpoint URL" in problems(watched)[0]
    finally:
        watched.store.start()
    assert watched.run("check").returncode == 0


@pytest.mark.parametrize(
    "status", [403, pytest.param(401, marks=pytest.mark.soak), pytest.param(500, marks=pytest.mark.soak)]
)
def test_a_store_that_refuses_is_told_in_its_words(watched: Watched, status: int) -> None:
    watched.dump()
    faults.order(watched.store.root, status=status, times=10)
    try:
        assert problems(watched)[0].startswith("the bucket does not open: ")
    finally:
        (watched.store.root / "faults.json").unlink(missing_ok=True)


@pytest.mark.soak
def test_a_revoked_token_is_told_and_a_new_one_heals(watched: Watched) -> None:
    watched.dump()
    account.delete_token(watched.store.root, KEY)
    assert problems(watched)[0].startswith("the bucket does not open: ")
    account.put_token(watched.store.root, KEY, SECRET, BUCKET, write=True)
    assert watched.run("check").returncode == 0


@pytest.mark.soak
def test_a_disk_that_fills_up_is_told_even_where_nothing_can_be_written(watched: Watched) -> None:
    watched.dump()
    done = watched.run_on_a_full_disk("check", 4000, f"head -c 10m /dev/zero >{STATE}/filler || true", STATE)
    assert done.returncode == 1
    assert watched.switch.heard[-1] == (
        "POST",
        "/ping/t0wer/fail",
        "tower: the disk is 100 % full. Look at: df --human-readable\n",
    )


def test_the_alarms_address_and_the_keys_are_in_no_process_list_log_or_text(watched: Watched) -> None:
    watched.dump()
    watched.switch.pause = 2.0
    with processes.watched() as seen:
        for kind in ("check", "drill"):
            assert watched.run(kind).returncode == 0
    assert [line for line in seen if "s3api" in line]
    assert [line for line in seen if "curl" in line]
    texts = f"{FOLDER}/settings.json {FOLDER}/status.json {FOLDER}/evidence/* /etc/systemd/system/petbase-*"
    kept = watched.bench.root(f"cat {texts}; journalctl --unit petbase-check-{SERVICE} || :")
    for secret in ("t0wer", SECRET):
        assert not [line for line in seen if secret in line]
        assert secret not in kept


@pytest.mark.soak
def test_it_runs_by_itself_and_a_failing_one_shows(watched: Watched) -> None:
    watched.dump()
    timers = watched.bench.root("systemctl list-timers")
    assert f"petbase-check-{SERVICE}.timer" in timers
    assert f"petbase-drill-{SERVICE}.timer" in timers
    for unit in ("drill", "check"):
        watched.bench.root(f"systemctl start petbase-{unit}-{SERVICE}.service")
    assert len(watched.keys("prod/verified/")) == 1
    account.delete_token(watched.store.root, KEY)
    done = watched.bench.host.ssh(f"systemctl start petbase-check-{SERVICE}.service")
    assert done.returncode == 1
    assert watched.bench.host.ssh(f"systemctl is-failed petbase-check-{SERVICE}.service").stdout == "failed\n"
