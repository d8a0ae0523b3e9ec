"""`files drill`: a fifth of the data is read each time, every newest snapshot is restored and thrown away."""

from collections.abc import Callable

import pytest

from host.files.drill import DrillFiles
from host.programs.runner import Answer
from tests.host.files.scene import DAY, SHARED, STATE, UPLOADS, restic, set_up, snapshots, state, verbs
from tests.host.recorder import Recorder

DRILL, SCRATCH = DrillFiles("db"), f"{STATE}/drill"


def _restoring(server: Recorder, name: str = "photo") -> Callable[[], str]:

    def bring() -> str:
        server.file(f"{SCRATCH}{UPLOADS}").mkdir(parents=True)
        if name:
            server.put(f"{SCRATCH}{UPLOADS}/{name}", "apple")
        return ""

    return bring


@pytest.fixture
def server(server: Recorder) -> Recorder:
    set_up(server)
    server.answers |= {
        **snapshots(server, ("a2", int(server.now) - DAY, UPLOADS, "fruits")),
        restic(server, "--json", "--no-lock", "stats"): '{"total_size": 5}',
        restic(server, "--no-lock", "restore", "a2", write=[SCRATCH]): _restoring(server),
    }
    return server


def test_each_drill_reads_another_fifth_and_restores_every_newest_snapshot(server: Recorder) -> None:
    parts = []
    for _ in range(6):
        server.run(DRILL)
        parts += [verb.split()[-1] for verb in verbs(server) if verb.startswith("check")]
    assert parts == ["1/5", "2/5", "3/5", "4/5", "5/5", "1/5"]
    assert verbs(server)[-1] == f"--no-lock restore a2 --target {SCRATCH} --verify"
    assert state(server, "drilled") == {"at": server.now, "part": 1, "folders": [UPLOADS], "bytes": 5}
    assert not server.file(f"{STATE}/drill").exists()


@pytest.mark.parametrize(
    ("verb", "answer", "problem"),
    [
        ("check", "Fatal: repository contains errors", "repository contains errors"),
        ("restore", "Fatal: There were 1 errors", "There were 1 errors"),
    ],
)
def test_what_is_damaged_is_told_and_kept_until_a_good_one(
    server: Recorder, verb: str, answer: str, problem: str
) -> None:
    lines = {"check": restic(server, "check"), "restore": restic(server, "--no-lock", "restore", "a2", write=[SCRATCH])}
    text = f"the drill of files failed: {problem}"
    assert server.fails(DRILL, {lines[verb]: Answer(1, "", f"{answer}\n")}) == text
    assert state(server, "drill-failed") == {"text": text}
    assert not server.file(f"{STATE}/drill").exists()
    server.run(DRILL)
    assert state(server, "drill-failed") is None


def test_a_snapshot_that_comes_back_empty_is_no_good_drill(server: Recorder) -> None:
    line = restic(server, "--no-lock", "restore", "a2", write=[SCRATCH])
    server.answers[line] = _restoring(server, "")
    why = f"the snapshot a2 of {UPLOADS} came back empty. Try: ./petbase backup --files"
    assert server.fails(DRILL) == f"the drill of files failed: {why}"


def test_without_room_the_drill_has_failed_and_nothing_is_fetched(server: Recorder) -> None:
    server.answers[restic(server, "--json", "--no-lock", "stats")] = '{"total_size": 1000000000000000}'
    assert f"{UPLOADS} needs 1000.0 TB for a throw-away copy, and the disk has " in server.fails(DRILL)


def test_folders_without_a_snapshot_are_left_out(server: Recorder) -> None:
    server.run(DRILL, snapshots(server))
    assert (state(server, "drilled") or {})["folders"] == []
    assert SHARED not in " ".join(verbs(server))
