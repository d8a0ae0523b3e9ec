"""The report for ./petbase status: few questions, a reason where there is no answer, and no secret."""

import json
import os
from typing import Any

import pytest

from host.check.history import Point
from host.core.fact import Fact
from host.programs.runner import Answer
from host.report.model.app import Certificate
from host.report.model.status import AppStatus, DrillStatus, StatusReport
from host.report.status import ReportStatus
from host.schema.model import Schema, Table
from host.server.machine import Disk, fuller_disk
from host.values.json_values import from_json
from tests.host.recorder import INSIDE, ByInput, Recorder

PSQL = f"{INSIDE} psql"
POSTGRES = {
    "version": "18.4", "connections": 7, "max_connections": 100, "limits": 80, "room": 90, "roles": [],
    "locks": {"tables": 12, "room": 6400, "setting": 64},
    "superuser_functions": [], "idle_sessions": [], "prepared_transactions": [], "scratch": [],
}  # fmt: skip
SCHEMAS = [{"name": "fruits", "owner": "fruits", "closed": False, "tables": [{"name": "t", "rows": 3, "bytes": 8192}]}]
STATE = "/var/lib/petbase/services/db/watch"
POINT: dict[str, Any] = {
    "at": 1_794_999_000, "problems": 0, "dump": "x.tgz", "bytes": 9, "disk_percent": 41, "connections": 6,
    "max_connections": 100, "idle_transactions": 0, "apps_down": [],
    "disk_free": 1, "inodes_free": None,
}  # fmt: skip


@pytest.fixture
def up(server: Recorder) -> Recorder:
    """A server with an app that was pushed to its own branch, and one that was not."""
    report = f"{json.dumps(POSTGRES)}\n[]\n"
    server.answers = {
        "docker ps": "aaa fruits.web.1 running\nccc dokku.postgres.db running\n",
        "openssl": "notAfter=Feb  9 03:00:00 2027 GMT\n",
        "systemctl is-active": "active\n",
        "systemctl is-failed": Answer(1, "inactive\n", ""),
        PSQL: ByInput(
            {
                "nspname !~": json.dumps(SCHEMAS),
                "pg_db_role_setting": "[]",
                "json_agg(rolname)": '["fruits"]',
                "": report,
            }
        ),
    }
    server.put("/proc/meminfo", "MemTotal: 4 kB\nMemAvailable: 2 kB\nSwapTotal: 1 kB\nSwapFree: 0 kB\n")
    server.put("/home/dokku/fruits/CONTAINER.web.1", "aaa")
    server.put("/home/dokku/fruits/tls/server.crt", "")
    server.put("/home/dokku/fruits/tls/server.key", "")
    server.file("/home/dokku/new").mkdir()
    server.put(f"{STATE}/drilled.json", '{"at": 1794990000, "dump": "x.tgz"}')
    server.put(f"{STATE}/history", json.dumps(POINT) + "\n")
    return server


def pushed(server: Recorder, branch: str, at: int) -> None:
    server.put(f"/home/dokku/fruits/refs/heads/{branch}", "0" * 40)
    os.utime(server.file(f"/home/dokku/fruits/refs/heads/{branch}"), (at, at))


def reported(server: Recorder, **asked: Any) -> StatusReport:
    server.run(ReportStatus("db", app=("fruits", "new", "gone"), **asked))
    found: StatusReport = from_json(StatusReport, json.loads(server.printed))
    return found


def test_a_database_runs_that_apps_are_linked_to(up: Recorder) -> None:
    """Docker then names its container by what each of them calls it, too, its own name anywhere among them."""
    up.answers["docker ps"] = (
        "ccc fruits.web.1/dokku-postgres-db,dokku.postgres.db,new.web.1/dokku-postgres-db running\n"
    )
    assert reported(up).database == Fact("running")


def test_each_app_is_told_by_files_and_one_question_to_docker(up: Recorder) -> None:
    pushed(up, "master", 1_794_900_000)
    never, none = Fact(0), Fact(Certificate(None))
    assert reported(up).apps == (
        AppStatus("fruits", True, Fact(True), Fact("all"), Fact(1_794_900_000), Fact(Certificate(1_802_142_000))),
        AppStatus("new", True, Fact(False), Fact("none"), never, none),
        AppStatus("gone", False, Fact(False), Fact("none"), never, none),
    )
    assert [line for line in up.runner.lines if not line.startswith(("docker ", "openssl ", "systemctl "))] == []


@pytest.mark.parametrize("app", ["fruits", "--global"])
def test_the_last_deploy_is_of_the_branch_that_deploys(up: Recorder, app: str) -> None:
    pushed(up, "master", 1)
    pushed(up, "main", 2)
    up.put(f"/var/lib/dokku/config/git/{app}/deploy-branch", "main\n")
    assert reported(up).apps[0].last_deploy == Fact(2)


def test_the_newest_restore_test_is_told_with_its_dump(up: Recorder) -> None:
    assert reported(up).drill == DrillStatus(1_794_990_000, "x.tgz")
    up.file(f"{STATE}/drilled.json").unlink()
    assert reported(up).drill == DrillStatus(0, "")


def test_only_the_page_asks_for_tables_and_history(up: Recorder) -> None:
    found = reported(up)
    assert (found.history, found.schemas) == ((), Fact(()))
    assert not any("nspname !~" in read for _, read in up.runner.calls)


def test_a_database_that_does_not_answer_is_a_reason(up: Recorder) -> None:
    up.answers["docker ps"] = "ccc dokku.postgres.db exited\n"
    up.answers[PSQL] = Answer(1, "", "Error response from daemon: container ccc is not running")
    found = reported(up)
    assert (found.database, found.postgres.known) == (Fact("exited"), False)
    assert "is not running" in found.postgres.reason


def test_a_docker_that_does_not_answer_makes_no_app_look_down(up: Recorder) -> None:
    up.answers["docker ps"] = Answer(1, "", "Cannot connect to the Docker daemon")
    assert {one.running.reason for one in reported(up).apps} == {"Cannot connect to the Docker daemon"}


def test_the_disk_is_the_fuller_one_of_dokku_s_and_petbase_s(up: Recorder, monkeypatch: pytest.MonkeyPatch) -> None:
    disks = {"dokku": Disk(10, 90), "petbase": Disk(60, 40)}
    monkeypatch.setattr("host.server.machine.disk_of", lambda path: disks[path.name])
    found: list[Disk] = []
    up.part(lambda host: found.append(fuller_disk(host)))
    assert found == [Disk(60, 40)]
    assert reported(up).machine.disk == Fact(Disk(60, 40))


def test_the_page_gets_every_check_and_the_sizes_of_tables(up: Recorder) -> None:
    found = reported(up, page=True)
    assert found.history == (Point(**{**POINT, "apps_down": ()}),)
    assert found.schemas == Fact((Schema("fruits", "fruits", ("fruits",), False, (Table("t", 3, 8192),)),))
