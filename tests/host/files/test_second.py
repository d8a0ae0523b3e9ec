"""The second store: repository after repository, in which nothing is deleted; restores from whichever is whole."""

import json
from collections.abc import Callable

import pytest

from host.check.files import look_at_files
from host.check.findings import Findings
from host.core.host import Host
from host.files.drill import DrillFiles
from host.files.repository.restic import Repository
from host.files.restore import RestoreFiles
from host.files.run import RunFiles
from host.files.second import generation
from host.programs.runner import Answer
from host.watch.settings import WatchSettings
from tests.host.files.scene import (
    DAY,
    LISTED,
    NO_REPOSITORY,
    SHARED,
    UPLOADS,
    WRONG,
    backs_up,
    folder_status,
    listed,
    made,
    restic,
    set_up,
    snapshots,
    verbs,
)  # fmt: skip
from tests.host.recorder import Recorder

RUN, DRILL = RunFiles("db"), DrillFiles("db")
COPY = "/var/lib/petbase/services/db/copy"
THIS, LAST = "2026-11-03", "2026-10-04"


def second(server: Recorder, *words: str, day: str = THIS, **folders: list[str]) -> str:
    line = restic(server, *words, **folders)  # type: ignore[arg-type]
    return line.replace("s3:https://store/b/files/db", f"s3:https://second/c/prod/files/db/{day}")


def put_up(server: Recorder) -> None:
    settings = {"bucket": "c", "prefix": "prod/", "endpoint": "https://second", "region": "auto", "keep_days": 90}
    server.put(f"{COPY}/settings.json", json.dumps(settings))
    server.put(f"{COPY}/key.json", json.dumps({"access_key_id": "COPYKEY", "secret_access_key": "c0py"}))


@pytest.fixture
def server(server: Recorder) -> Recorder:
    set_up(server)
    put_up(server)
    server.answers |= {
        **backs_up(server, uploads=made("aaaa1111"), shared=made("bbbb2222")),
        **snapshots(server),
        **{second(server, "--json", "backup", read=[one]): made("cccc3333") for one in (UPLOADS, SHARED)},
    }
    return server


def test_a_repository_begins_every_third_of_keep_days() -> None:
    day = 86_400
    assert {generation(day * number, 90) for number in range(30)} == {"1970-01-01"}
    assert generation(day * 30, 90) == "1970-01-31"
    assert [generation(day * number, 2) for number in range(3)] == ["1970-01-01", "1970-01-02", "1970-01-03"]


def test_the_same_folders_go_to_both_and_nothing_is_deleted_in_the_second(server: Recorder) -> None:
    lines = server.run(RUN)
    there = [line for line in lines if "https://second" in line and "/usr/bin/restic" in line]
    assert there == [
        second(server, "--no-lock", "cat", "config"),
        second(server, "--json", "backup", "--host", "prod", "--tag", "fruits", "--tag", "shop", SHARED, read=[SHARED]),
        second(server, "--json", "backup", "--host", "prod", "--tag", "fruits", UPLOADS, read=[UPLOADS]),
    ]
    called = zip(lines, server.runner.environments, strict=True)
    assert {env["AWS_ACCESS_KEY_ID"] for line, env in called if line in there} == {"COPYKEY"}
    told = folder_status(server, UPLOADS)
    assert (told["snapshot"], told["copied_at"], told["copy_problem"]) == ("aaaa1111", server.now, "")


@pytest.mark.parametrize(
    ("opens", "begun"), [([NO_REPOSITORY], THIS), ([WRONG, NO_REPOSITORY], f"{THIS}-2"), ([WRONG, Answer()], "")]
)
def test_a_new_one_begins_where_there_is_none_or_another_passphrase_opens_it(
    server: Recorder, monkeypatch: pytest.MonkeyPatch, opens: list[Answer], begun: str
) -> None:
    made_ones: list[Repository] = []
    monkeypatch.setattr("host.files.second.make_repository", made_ones.append)
    days = [THIS, f"{THIS}-2"]
    answers = {
        second(server, "--no-lock", "cat", "config", day=day): answer for day, answer in zip(days, opens, strict=False)
    } | {second(server, "--json", "backup", day=f"{THIS}-2", read=[one]): made("d") for one in (UPLOADS, SHARED)}
    server.run(RUN, answers)
    assert [one.generation for one in made_ones] == ([begun] if begun else [])


def test_a_second_store_that_refuses_keeps_nothing_from_the_first(server: Recorder) -> None:
    there = LISTED.replace("https://store", "https://second")
    problem = server.fails(RUN, {f"{there} s3api": Answer(1, "", "Access Denied\n")})
    why = "second store: c at https://second does not open: Access Denied; look at its key"
    assert problem == f"not all files were backed up: {why}; {why}. Try: ./petbase backup --files"
    told = folder_status(server, UPLOADS)
    assert (told["snapshot"], told["problem"], told["copied_at"], told["copy_problem"]) == ("aaaa1111", "", 0, why)


def test_a_first_store_that_is_gone_keeps_nothing_from_the_second(server: Recorder) -> None:
    problem = server.fails(RUN, {f"{LISTED} s3api": Answer(1, "", "Access Denied\n")})
    assert problem == "not all files were backed up: Access Denied; Access Denied. Try: ./petbase backup --files"
    told = folder_status(server, UPLOADS)
    assert (told["problem"], told["copied_at"], told["copy_problem"]) == ("Access Denied", server.now, "")


def test_the_check_tells_of_a_copy_that_failed_or_stopped(server: Recorder) -> None:
    server.run(RUN)
    watch = WatchSettings("b", "", "https://store", "0 3 * * *", 90_000, "weekly", files=True)
    found = Findings(Host("prod", server.runner, root=server.root, now=lambda: server.now), "db", watch)
    names = [f"files/db/snapshots/{one}" for one in ("aaaa1111", "bbbb2222")]
    rows = [[name, 1, '"e"', "2031-01-01T00:00:00+00:00"] for name in names]
    server.runner.answers[f"{LISTED} s3api"] = json.dumps(rows)
    look_at_files(found)
    assert found.problems == {}
    server.now += 26 * 3600
    look_at_files(found)
    assert {about: text for about, text in found.problems.items() if "copy" in about}[f"files {UPLOADS} copy"] == (
        f"the files of fruits, {UPLOADS}, did not go to the second store for 26 hours. Try: ./petbase backup --files"
    )


def restoring(server: Recorder, what: str) -> Callable[[], str]:
    def bring() -> str:
        server.put(f"/var/lib/dokku/data/storage/.petbase-restore.uploads{UPLOADS}/photo", what)
        return ""

    return bring


def test_a_restore_takes_the_newest_that_is_whole_when_the_first_store_is_gone(server: Recorder) -> None:
    there = LISTED.replace("https://store", "https://second")
    keys = [f"prod/files/db/{day}/config" for day in (THIS, LAST)]
    staging = "/var/lib/dokku/data/storage/.petbase-restore.uploads"
    list_snapshots = ("--json", "--no-lock", "snapshots")
    server.answers |= {
        f"{LISTED} s3api": Answer(1, "", "Could not connect to the endpoint\n"),
        f"{there} s3api list-objects-v2 --bucket c --prefix": json.dumps(
            [[key, 1, '"e"', "2031-01-01T00:00:00+00:00"] for key in keys]
        ),
        second(server, *list_snapshots): Answer(1, "", "Fatal: unable to load the index\n"),
        second(server, *list_snapshots, day=LAST): listed(("a1", int(server.now) - 40 * DAY, UPLOADS, "fruits")),
        second(server, "--json", "--no-lock", "stats", day=LAST): '{"total_size": 5}',
        second(server, "--no-lock", "restore", "a1", day=LAST, write=[staging]): restoring(server, "a1"),
        "apps:exists": Answer(20, "", ""),
    }
    server.run(RestoreFiles("db", "fruits", copy=True))
    assert server.file(f"{UPLOADS}/photo").read_text() == "a1"
    assert f"s3:https://second/c/prod/files/db/{THIS} is left out: unable to load the index" in server.printed


def test_without_a_second_store_there_is_nothing_to_restore_from(server: Recorder) -> None:
    server.file(f"{COPY}/settings.json").unlink()
    says = "there is no second store on this server. Set backups.copy in the stack file"
    assert server.fails(RestoreFiles("db", "fruits", copy=True)) == says
    server.run(RUN)
    assert not [line for line in server.runner.lines if "https://second" in line]


def test_the_drill_checks_it_without_a_lock_once_it_holds_something(server: Recorder) -> None:
    there = LISTED.replace("https://store", "https://second")
    server.run(DRILL)
    assert not [verb for verb in verbs(server) if verb.startswith("--no-lock check")]
    row = json.dumps([[f"prod/files/db/{THIS}/snapshots/a1", 1, '"e"', "2031-01-01T00:00:00+00:00"]])
    holds = {f"{there} s3api list-objects-v2 --bucket c --prefix": row}
    server.run(DRILL, holds)
    assert second(server, "--no-lock", "check", "--read-data-subset", "2/5") in server.runner.lines
    bad = {second(server, "--no-lock", "check"): Answer(1, "", "Fatal: repository contains errors\n")}
    assert server.fails(DRILL, holds, bad) == (
        "the drill of files failed: in the second store: repository contains errors. Try: ./petbase drill --files"
    )
