"""destroy-database on the server: what it asks first, what it refuses, and that it can be cut off."""

from pathlib import Path

import pytest

from host.database.destroy import DestroyDatabase
from host.programs.runner import Answer
from tests.host.database.service import owner, put_owner
from tests.host.recorder import Answers, Recorder

COMMAND = DestroyDatabase("db")
READS = ["--quiet apps:list", "--quiet postgres:list"]
PRESENT: Answers = {"--quiet postgres:list": "db\ndb-staging\n", "postgres:links db": ""}
DESTROY = "postgres:destroy db --force"
TIMER = "/etc/systemd/system/petbase-check-db.timer"
STATE = "/var/lib/petbase"


def left(server: Recorder) -> list[str]:
    folder = server.file(STATE)
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_an_unused_service_goes_with_its_timers_and_all_that_is_known_of_it(server: Recorder) -> None:
    put_owner(server, "made")
    server.file("/run/systemd/system").mkdir(parents=True)
    server.put(TIMER, "")
    for name in ("apps/fruits/owner", "apps/fruits/links/db", "apps/fruits/links/db-staging"):
        server.put(f"{STATE}/{name}.json", "{}\n")
    for name in ("passphrase", "address", "watch/settings", "restores/one"):
        server.put(f"{STATE}/services/db/{name}.json", "{}\n")
    put_owner(server, "made", service="db-staging")
    assert server.run(COMMAND, PRESENT) == [
        *READS,
        "postgres:links db",
        f"systemctl disable --now {Path(TIMER).name}",
        "systemctl daemon-reload",
        "--quiet postgres:list",
        DESTROY,
    ]
    assert left(server) == [
        "apps/fruits/links/db-staging.json",
        "apps/fruits/owner.json",
        "services/db-staging/owner.json",
    ]
    assert not server.file(TIMER).exists()
    assert server.printed.splitlines() == [
        f"{Path(TIMER).name}: stops",
        "db: destroying, with every schema in it",
        "db: is gone; its dumps stay in the bucket",
    ]


def test_who_made_it_is_forgotten_last(server: Recorder, monkeypatch: pytest.MonkeyPatch) -> None:
    put_owner(server, "made")
    server.put(f"{STATE}/services/db/passphrase.json", "{}\n")
    removed: list[str] = []
    monkeypatch.setattr("host.core.state.State.remove", lambda _, name: removed.append(name))
    server.run(COMMAND, PRESENT)
    assert removed == ["services/db/passphrase", "services/db/owner"]


REFUSED: dict[str, tuple[str, str, Answers, str]] = {
    "an app is linked": (
        "made",
        "prod",
        {"postgres:links db": "fruits\nshop\n"},
        "db is linked to fruits, shop; nothing was changed. First take these apps out of the stack file and run "
        "pulumi up",
    ),
    "it was found": (
        "found",
        "prod",
        {},
        "db was here before Petbase, so it is not Petbase's to destroy; nothing was changed. By hand: dokku "
        "postgres:destroy db",
    ),
    "Dokku is sick": (
        "made",
        "prod",
        {"postgres:links db": Answer(1)},
        "dokku postgres:links did not answer; nothing was changed",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_it_refuses_and_nothing_is_touched(server: Recorder, case: str) -> None:
    how, stack, answers, sentence = REFUSED[case]
    put_owner(server, how, stack=stack)
    assert server.fails(COMMAND, PRESENT, answers) == sentence
    assert server.runner.lines[:2] == READS
    assert not [line for line in server.runner.lines if "destroy" in line or "systemctl" in line]
    assert owner(server)


def test_another_stacks_service_is_refused(server: Recorder) -> None:
    put_owner(server, "made", stack="other")
    assert server.fails(COMMAND, PRESENT).startswith("the service db belongs to the stack other, not to prod;")
    assert server.runner.lines == []


def test_a_service_without_a_record_is_not_ours(server: Recorder) -> None:
    assert server.fails(COMMAND, PRESENT) == (
        "Petbase does not know who made the database db; nothing was changed. Run pulumi up first"
    )
    assert DESTROY not in server.runner.lines


def test_a_service_that_was_never_here_is_an_error(server: Recorder) -> None:
    assert server.fails(COMMAND) == "the database db is not on this server; nothing was changed"
    assert server.runner.lines == READS


def test_a_run_that_was_cut_off_behind_the_destroying_cleans_up(server: Recorder) -> None:
    put_owner(server, "made")
    assert server.run(COMMAND) == [*READS, "--quiet postgres:list"]
    assert left(server) == []
