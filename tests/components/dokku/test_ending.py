"""The script of destroy-database: what it asks first, what it refuses, and that it can be cut off."""

import pytest

from components.dokku import ending
from tests.components.dokku.recorder import Recorder

STACK = "petbase/prod"
SCRIPT = ending.destroy(STACK, "db")
ASKED = ["--quiet apps:list", "--quiet postgres:list"]
THERE = {"--quiet postgres:list": (0, "db\ndb-staging\n"), "postgres:links db": (0, "")}
DESTROY = "postgres:destroy db --force"
MARK = "/var/lib/petbase/services/db"


def _made(host: Recorder, text: str = f"made {STACK}") -> None:
    host.file(MARK).parent.mkdir(parents=True)
    host.file(MARK).write_text(f"{text}\n")


def test_a_service_that_nobody_needs_goes_with_its_timers_and_marks(host: Recorder) -> None:
    _made(host)
    timer = host.file("/etc/systemd/system/petbase-check-db.timer")
    timer.write_text("")
    host.file("/var/lib/petbase/backups").mkdir()
    host.file("/var/lib/petbase/backups/db").write_text(f"made {STACK}\n")
    assert host.run(SCRIPT, THERE) == [
        *ASKED,
        "postgres:links db",
        "systemctl disable --now petbase-check-db.timer",
        "systemctl daemon-reload",
        "--quiet postgres:list",
        DESTROY,
    ]
    left = [path for path in host.file("/var/lib/petbase").rglob("*") if path.is_file()]
    assert left == []
    assert not timer.exists()


REFUSED = {
    "an app is linked": (
        f"made {STACK}",
        {"postgres:links db": (0, "fruits\nshop\n")},
        "db is linked to fruits shop; nothing was changed. "
        "First take these apps out of the stack file and run pulumi up",
    ),
    "it was found": (
        f"found {STACK}",
        {},
        "db was here before Petbase, so it is not Petbase's to destroy; nothing was changed. "
        "By hand: dokku postgres:destroy db",
    ),
    "it is another stack's": (
        "made petbase/other",
        {},
        f"services/db belongs to the stack petbase/other, not to {STACK}; "
        "to hand it over, remove /var/lib/petbase/services/db on the server",
    ),
    "Dokku is sick": (
        f"made {STACK}",
        {"postgres:links db": (1, "")},
        "dokku postgres:links did not answer; nothing was changed",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_it_refuses_and_nothing_is_touched(host: Recorder, case: str) -> None:
    mark, answers, sentence = REFUSED[case]
    _made(host, mark)
    timer = host.file("/etc/systemd/system/petbase-check-db.timer")
    timer.write_text("")
    done = host.attempt(SCRIPT, THERE, answers)
    assert done.returncode == 1
    assert done.stdout.splitlines()[-1].replace(str(host.folder), "") == sentence
    assert DESTROY not in host.verbs
    assert timer.exists()
    assert host.file(MARK).exists()


def test_a_service_without_a_mark_is_not_ours(host: Recorder) -> None:
    done = host.attempt(SCRIPT, THERE)
    assert (done.returncode, DESTROY in host.verbs) == (1, False)
    assert done.stdout == "db carries no mark of this stack; nothing was changed. Run pulumi up first\n"


def test_a_service_that_was_never_here_is_an_error(host: Recorder) -> None:
    done = host.attempt(SCRIPT, {"--quiet postgres:list": (0, "db-staging\n")})
    assert (done.returncode, done.stdout) == (1, "database db is not on this server; nothing was changed\n")


def test_a_run_that_was_cut_off_behind_the_destroying_cleans_up(host: Recorder) -> None:
    _made(host)
    assert DESTROY not in host.run(SCRIPT, {"--quiet postgres:list": (0, "db-staging\n")})
    assert not host.file(MARK).exists()
