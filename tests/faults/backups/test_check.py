"""The check on a real store: one run of it reports a silent failure, and no secret is printed.

tests/host/check has the same rules without a host, in every run.
"""

import pytest

from sandbox.store import account, faults
from tests.faults.support.watched import BUCKET, FOLDER, KEY, SECRET, SERVICE, Watched
from tests.support import processes

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
def test_a_token_that_became_read_only_is_told_before_a_dump_fails(watched: Watched) -> None:
    watched.dump()
    assert watched.run("check").returncode == 0
    account.put_token(watched.store.root, KEY, SECRET, BUCKET, write=False)
    assert watched.run("check").returncode == 0
    watched.note("written", place="", at=0)  # a day later
    (problem,) = problems(watched)
    assert problem.startswith("the bucket takes nothing from this server, so the next dump will fail: ")
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
