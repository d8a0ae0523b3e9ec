"""An upgrade phase by phase: what it asks, what a run that was cut off goes on with. The copy has its own tests."""

import dataclasses
import json
from typing import Any

import pytest

from host.core.errors import HostError
from host.loading.verdict import Verdict
from host.programs.runner import Answer
from host.upgrade.copy import Copy
from host.upgrade.run import RunUpgrade
from host.upgrade.state import EXCHANGING, UpgradeState
from tests.host.database.service import ASKS, PRESENT, ROOT, owner, put_owner, put_service
from tests.host.recorder import PLAIN, Answers, ByInput, Recorder

COMMAND = RunUpgrade("db", version="18.4")
READS = ["--quiet apps:list", "--quiet postgres:list"]
OLD_ROOT = f"{ROOT}-before-18"
STATE = "/var/lib/petbase/services/db/upgrade.json"
BEGUN = 1_790_000_000
READY: Answers = {
    **PRESENT,
    "postgres:info db --status": "missing\n",
    "postgres:links db": "blog\nshop\n",
    "ps:report": "true\n",
}
OPEN_OLD = (
    f"docker exec --interactive --env 'PGOPTIONS=-c session_replication_role=replica {PLAIN}' "
    "dokku.postgres.db-before-18 psql --username postgres --dbname postgres --no-psqlrc --quiet --no-align "
    "--tuples-only --set ON_ERROR_STOP=1"
)
EXCHANGE = [
    "postgres:stop db",
    "postgres:stop db-before-18",
    "postgres:info db --status",
    "postgres:start db",
    ASKS,
    ASKS,
    "postgres:links db",
]
OPENING = ["postgres:start db-before-18", OPEN_OLD, "postgres:stop db-before-18"]


def answers() -> Answers:
    said = iter(["1\n", "180004\n"] * 3)
    return {**READY, ASKS: lambda: next(said)}


def restart(app: str) -> list[str]:
    return [f"apps:exists {app}", f"ps:report {app} --deployed", f"ps:restart {app}"]


def put_services(server: Recorder) -> None:
    put_service(server, version="16.14")
    put_owner(server, "made")
    put_owner(server, "making", service="db-before-18")
    for root, version in ((ROOT, "16"), (OLD_ROOT, "18")):
        server.put(f"{root}/data/PG_VERSION", f"{version}\n")
        server.put(f"{root}/DATABASE_NAME", "db\n")
        server.put(f"{root}/PASSWORD", "secret\n")
        server.put(f"{root}/IMAGE_VERSION", f"{version}.4\n")
    server.put(f"{ROOT}/IMAGE_VERSION", "16.14\n")


def put_state(server: Recorder, phase: str, **values: Any) -> None:
    state = UpgradeState(phase, "16.14", "18.4", BEGUN, rows=502, tables=2, fingerprint="f1")
    server.put(STATE, json.dumps(dataclasses.asdict(dataclasses.replace(state, **values))))


def state(server: Recorder) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(server.file(STATE).read_text())
    return found


@pytest.fixture
def copies(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The versions that were copied to, each well."""
    found: list[str] = []

    def run(self: Copy, begun: UpgradeState) -> UpgradeState:
        found.append(self.version)
        held = (Verdict("shop", ("shop",), "not here"),) if "shop" in self.hold_back else ()
        compared = dataclasses.replace(begun, rows=502, tables=2, fingerprint="f1", held_back=held)
        return dataclasses.replace(compared, phase=EXCHANGING)

    monkeypatch.setattr(Copy, "run", run)
    return found


def test_everything_is_copied_exchanged_restarted_and_the_old_one_opened_and_stopped(
    server: Recorder, copies: list[str]
) -> None:
    put_services(server)
    lines = server.run(COMMAND, answers())
    assert copies == ["18.4"]
    assert lines == [*READS, *EXCHANGE, *restart("blog"), *restart("shop"), *OPENING]
    *steps, result = server.printed.splitlines()
    assert steps == [
        "db: changing places with db-before-18",
        "db: starting PostgreSQL",
        "db: restarting blog (1 of 2)",
        "db: restarting shop (2 of 2)",
        "db: PostgreSQL 18.4 answers",
    ]
    assert json.loads(result) == {
        "version": "18.4",
        "began": int(server.now),
        "rows": 502,
        "tables": 2,
        "fingerprint": "f1",
        "restarted": ["blog", "shop"],
        "failed": [],
        "held_back": [],
    }
    assert server.file(f"{ROOT}/data/PG_VERSION").read_text() == "18\n"
    assert owner(server, "db-before-18") == '{"how": "made", "stack": "prod"}\n'
    assert not server.file(STATE).exists()


def test_a_service_of_that_version_gets_no_verb_that_writes(server: Recorder, copies: list[str]) -> None:
    put_service(server, version="18.4")
    put_owner(server, "made")
    assert server.run(COMMAND, PRESENT) == READS
    assert copies == []
    assert server.printed.splitlines()[0] == "db: PostgreSQL 18.4 answers"


@pytest.mark.parametrize("version", ["16.20", "15.2"])
def test_what_is_no_later_major_is_refused(server: Recorder, copies: list[str], version: str) -> None:
    put_services(server)
    assert server.fails(RunUpgrade("db", version=version), PRESENT) == (
        f"db runs PostgreSQL 16.14, and {version} is not a later major version; nothing was changed"
    )
    assert (server.runner.lines, copies) == (READS, [])
    assert not server.file(STATE).exists()


def test_a_copy_that_fails_leaves_nothing_begun(server: Recorder, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: Copy, _: UpgradeState) -> UpgradeState:
        raise HostError(f"rows differ; {self.service} is as it was")

    monkeypatch.setattr(Copy, "run", fail)
    put_services(server)
    assert server.fails(COMMAND, PRESENT) == "rows differ; db is as it was"
    assert not server.file(STATE).exists()


def test_a_copy_that_was_cut_off_is_begun_again(server: Recorder, copies: list[str]) -> None:
    put_services(server)
    put_state(server, "copying")
    lines = server.run(COMMAND, answers(), {"--quiet postgres:list": "db\ndb-before-18\n"})
    assert lines[2:5] == [
        "--quiet postgres:list",
        "postgres:destroy db-before-18 --force",
        OPEN_OLD.replace("dokku.postgres.db-before-18", "dokku.postgres.db"),
    ]
    assert copies == ["18.4"]
    assert server.printed.startswith("db: was cut off, starting over\n")


def test_a_run_that_was_cut_off_in_the_exchange_goes_on_there(server: Recorder, copies: list[str]) -> None:
    put_services(server)
    put_state(server, "exchanging")
    assert server.run(COMMAND, answers()) == [*READS, *EXCHANGE, *restart("blog"), *restart("shop"), *OPENING]
    assert copies == []
    result = json.loads(server.printed.splitlines()[-1])
    assert (result["began"], result["rows"]) == (BEGUN, 502)


HELD = {"name": "shop", "schemas": ["shop"], "error": "not here", "at": "", "repair": ""}
NOTE = "/var/lib/petbase/services/db-before-18/held-back.json"


@pytest.mark.parametrize("named", [("shop", "blog"), ("shop",)])
@pytest.mark.usefixtures("copies")
def test_whose_data_stays_is_noted_and_told(server: Recorder, named: tuple[str, ...]) -> None:
    put_services(server)
    known: Answers = {
        ASKS: ByInput({"AS owners": '{"blog": ["blog"]}', "'petbase'": '["blog", "shop"]', "SHOW": "180004", "": "1"})
    }
    server.run(RunUpgrade("db", version="18.4", hold_back=named), READY, known)
    assert json.loads(server.file(NOTE).read_text()) == {"verdicts": [HELD]}
    *steps, result = server.printed.splitlines()
    assert json.loads(result)["held_back"] == [HELD]
    assert ("db: blog is not held back, since its data loads" in steps) == ("blog" in named)


def test_an_unknown_name_is_refused_before_anything_is_touched(server: Recorder, copies: list[str]) -> None:
    put_services(server)
    known: Answers = {ASKS: ByInput({"AS owners": '{"blog": ["blog"]}', "": '["blog", "public"]'})}
    assert server.fails(RunUpgrade("db", version="18.4", hold_back=("frutis",)), PRESENT, known) == (
        "--hold-back frutis: db has no data of that name; nothing was changed. There is: blog, public"
    )
    assert (server.runner.lines, copies) == ([*READS, ASKS, ASKS], [])
    assert not server.file(STATE).exists()


@pytest.mark.parametrize("named", [(), ("shop",)])
def test_a_run_that_was_cut_off_holds_back_whom_the_first_one_held_back(
    server: Recorder, named: tuple[str, ...]
) -> None:
    put_services(server)
    put_state(server, "exchanging", held_back=(Verdict("shop", ("shop",), "not here"),))
    server.run(RunUpgrade("db", version="18.4", hold_back=named), answers())
    assert json.loads(server.file(NOTE).read_text()) == {"verdicts": [HELD]}
    assert json.loads(server.printed.splitlines()[-1])["held_back"] == [HELD]


def test_a_run_that_was_cut_off_among_the_restarts_goes_on_there(server: Recorder, copies: list[str]) -> None:
    put_services(server)
    put_state(server, "restarting", restarts=["shop"])
    assert server.run(COMMAND, answers()) == [*READS, *restart("shop"), *OPENING]
    assert server.printed.startswith("db: restarting shop (1 of 1)\n")
    assert copies == []


def test_each_restart_is_noted_so_that_no_app_restarts_twice(server: Recorder) -> None:
    put_services(server)
    put_state(server, "restarting", restarts=["blog", "shop"])

    def killed() -> str:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        server.run(COMMAND, answers(), {"ps:restart shop": killed})
    assert state(server)["restarts"] == ["shop"]


def test_an_app_that_does_not_start_again_leaves_the_others_their_turn(server: Recorder) -> None:
    put_services(server)
    put_state(server, "restarting", restarts=["blog", "shop"])
    server.run(COMMAND, answers(), {"ps:restart blog": Answer(1)})
    assert "blog did not start again. Look at: dokku logs blog" in server.printed.splitlines()
    result = json.loads(server.printed.splitlines()[-1])
    assert (result["restarted"], result["failed"]) == (["shop"], ["blog"])


def test_an_upgrade_to_another_version_is_finished_first(server: Recorder, copies: list[str]) -> None:
    put_services(server)
    put_state(server, "restarting")
    assert server.fails(RunUpgrade("db", version="17.2"), PRESENT) == (
        "the upgrade of db to 18.4 has begun; nothing was changed. Finish it first: ./petbase upgrade-database 18.4"
    )
    assert (server.runner.lines, copies) == (READS, [])


def test_a_new_server_that_does_not_answer_says_where_the_old_data_is(server: Recorder) -> None:
    put_services(server)
    put_state(server, "exchanging")
    assert server.fails(COMMAND, READY, {ASKS: Answer(2, "", "psql: error: no\n")}) == (
        "db does not answer with PostgreSQL 18.4; its earlier data is complete in db-before-18. Look at: dokku "
        "postgres:logs db, then run the same command again"
    )
    assert state(server)["phase"] == "exchanging"


def test_another_major_in_its_place_is_an_error(server: Recorder) -> None:
    put_services(server)
    put_state(server, "exchanging")
    said = iter(["1\n", "160014\n"])
    assert server.fails(COMMAND, READY, {ASKS: lambda: next(said)}) == (
        "db runs 160014 and not PostgreSQL 18.4; its earlier data is complete in db-before-18"
    )


def test_another_stacks_service_is_refused(server: Recorder) -> None:
    put_owner(server, "made", stack="staging")
    assert server.fails(COMMAND, PRESENT).startswith("the service db belongs to the stack staging, not to prod;")
    assert server.runner.lines == []
