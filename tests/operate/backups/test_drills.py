"""The newest dump restored for practice, and the alarm, by hand."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest

from components.config.backups_spec import Backups
from components.dokku import backup_watch, program
from host.backup.watch import RemoveWatch
from host.check.run import RunCheck
from host.core.command import Command
from operate.core import terminal
from operate.core.errors import PetbaseError
from operate.stack.deployment import Engine
from operate.whole.teardown import Teardown
from tests.faults.support.watched import Switch
from tests.support.hosts.estate import BUCKET, Estate
from tests.support.operate import Petbase
from tests.support.servers.serving import served

FOLDER = "/var/lib/petbase/services/db/watch"


@pytest.fixture
def switch() -> Iterator[Switch]:
    with served(Switch()) as made:
        yield made


@pytest.fixture
def watched(estate: Estate, switch: Switch) -> Iterator[Estate]:
    """The estate with its watch, by the program's own script, and the schedule that it looks for."""
    estate.host.ssh(f"dokku postgres:backup-schedule db '0 3 * * *' {BUCKET}")
    _send(estate, backup_watch.ensure("db", Backups(bucket=BUCKET), estate.stack.backups.endpoint), switch.url, "{}")
    yield estate
    _send(estate, RemoveWatch("db"))
    estate.host.ssh("dokku postgres:backup-unschedule db")


def _send(estate: Estate, command: Command, *secrets: str) -> None:
    done = estate.host.send("test", command, *secrets)
    assert done.returncode == 0, done.stdout


@pytest.mark.usefixtures("watched")
def test_a_drill_shows_its_steps_and_its_evidence(petbase: Petbase, dump: str) -> None:
    ran = petbase("drill")
    assert ran.code == 0, ran.err
    steps = ran.err.splitlines()
    assert steps[0].startswith(f"{dump}: fetching and unpacking ")
    assert steps[1:] == [f"{dump}: restoring into a separate database", f"{dump}: restored without errors"]
    rows = {line.split(maxsplit=1)[0]: line.strip() for line in ran.out.splitlines()}
    assert list(rows) == ["dump", "size", "made", "schema", "rows", "took", "result"]
    assert rows["dump"].endswith(dump)
    assert rows["rows"].endswith("2 in 1 tables")
    assert rows["result"].endswith("restored without errors, kept under verified/")


@pytest.mark.soak
@pytest.mark.usefixtures("watched")
def test_a_drill_for_scripts_is_the_evidence_alone(petbase: Petbase, dump: str) -> None:
    told = json.loads(petbase("drill", "--json").out)
    assert (told["key"], told["ok"], told["rows"]) == (dump, True, {"fruits.fruits": 2})


@pytest.mark.soak
def test_a_drill_that_is_left_alone_ends_on_the_server(
    petbase: Petbase, watched: Estate, dump: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone_at_the_second_step(line: str) -> None:
        if "restoring" in line:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(terminal, "note", gone_at_the_second_step)
        ran = petbase("drill")
    assert (ran.code, ran.out, ran.err) == (
        1,
        "",
        "petbase: It was interrupted here. A drill that was begun ends on the server by itself; what it found: "
        "./petbase backups --stack test\n",
    )
    # The next one waits for its lock.
    watched.connection.run("flock", "--timeout", "60", "/run/lock/petbase.scratch.db.lock", "true")
    (found,) = json.loads(petbase("backups", "--json").out)["dumps"]
    assert (found["key"], found["verified"]) == (dump, True)


@pytest.mark.soak
@pytest.mark.usefixtures("watched")
def test_a_drill_that_fails_says_why_and_is_an_alarm(petbase: Petbase, switch: Switch) -> None:
    ran = petbase("drill")
    assert ran.code == 1
    assert ran.err.endswith("petbase: The drill failed: there is no dump in the bucket. Try: ./petbase backup\n")
    assert "result  there is no dump in the bucket" in ran.out
    assert switch.heard[-1][1] == "/ping/t0wer/fail"


@pytest.mark.usefixtures("estate")
def test_a_server_without_a_watch_says_what_brings_it(petbase: Petbase) -> None:
    ran = petbase("drill")
    expected = "petbase: nothing looks after the dumps of db on this server yet. Run: pulumi up\n"
    assert ran.code == 1
    assert ran.err.endswith(expected)
    ran = petbase("alert")
    assert ran.code == 1
    assert ran.err == (
        "petbase: The server has not been checked yet. "
        "The check runs every 15 minutes after pulumi up; try again then.\n"
    )


def test_alert_shows_the_last_check_and_who_is_told(petbase: Petbase, watched: Estate, dump: str) -> None:
    watched.host.ssh(program.line("test", RunCheck("db")))
    ran = petbase("alert")
    rows = dict(line.strip().split(maxsplit=1) for line in ran.out.splitlines())
    assert (ran.code, rows["alert"], rows["problem"]) == (0, "petbase:alertUrl is notified", "none")
    assert rows["newest"].startswith(f"dump  {dump}, ")
    told = json.loads(petbase("alert", "--json").out)
    assert (told["ok"], told["key"], told["alarm"]) == (True, dump, True)


def test_a_test_of_the_alarm_is_heard_as_a_failure(petbase: Petbase, watched: Estate, switch: Switch) -> None:
    assert watched.host.machine.is_running()
    ran = petbase("alert", "--test")
    assert (ran.code, ran.out.partition(".")[0]) == (0, "The test reached petbase:alertUrl")
    text = "db: a test of the alarm, by ./petbase alert --test\n"
    assert switch.heard == [("POST", "/ping/t0wer/fail", text)]


def test_an_alarm_that_is_not_set_up_cannot_be_tested(petbase: Petbase, watched: Estate) -> None:
    watched.connection.run("rm", f"{FOLDER}/alert.json")
    ran = petbase("alert", "--test")
    assert ran.code == 1
    assert ran.err.endswith(
        "petbase:alertUrl is not set and there are no alerts, so no one is alerted. "
        "Set it: ./petbase secrets set alertUrl, and pulumi up\n"
    )


@pytest.mark.soak
@pytest.mark.usefixtures("watched")
def test_a_teardown_of_everything_waits_for_a_last_dump_that_restores(
    estate: Estate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It will be the only one there is, and that it could be read back says nothing of its rows."""
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.iterdir())
    estate.sql(
        "CREATE TABLE fruits.moody (a int CHECK (COALESCE(current_setting('moody.yes', true), '') = 'yes')); "
        "SET moody.yes = 'yes'; INSERT INTO fruits.moody VALUES (1);"
    )
    job = Teardown(estate.stack, cast("Engine", None), everything=True)
    with pytest.raises(
        PetbaseError, match=r"^The last dump, .*, cannot be restored: .*moody.* Nothing was torn down; "
    ):
        job.last_dump(estate.connection)
    assert sorted(tmp_path.iterdir()) == before
