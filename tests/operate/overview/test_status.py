"""./petbase status, apps and the page on a host of the sandbox: one connection, true figures."""

import json
import time
from pathlib import Path

import pytest

from operate.core.errors import PetbaseError
from operate.server.ssh import Connection
from tests.support.hosts.estate import Estate
from tests.support.operate import Petbase, Pulumi


def test_a_stack_is_told_at_a_glance(estate: Estate, petbase: Petbase, dump: str) -> None:
    ran = petbase("status", "--json")
    found = json.loads(ran.out)
    assert (ran.code, found["exit_code"]) == (2, 2)  # no restore test yet
    assert found["newest_dump"]["key"] == dump
    assert found["database"]["state"] == "running"
    assert found["database"]["version"] == "18.4"
    assert [(one["name"], one["exists"], one["deployed"]) for one in found["apps"]] == [
        ("fruits", True, False),
        ("shop", True, False),
    ]
    lines = petbase("status").out.splitlines()
    assert [line.split()[:2] for line in lines if line[0] in "✓!✗?"][:2] == [["✓", "server"], ["✓", "database"]]
    assert not any(one["level"] == "unknown" for one in found["lines"])
    assert found["server"]["address"] == estate.stack.server.address


def test_a_status_is_one_connection(estate: Estate, petbase: Petbase, monkeypatch: pytest.MonkeyPatch) -> None:
    lines: list[str] = []
    stream = Connection.stream

    def counted(self: Connection, line: str, *others: object, **more: object) -> int:
        lines.append(line)
        return stream(self, line, *others, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(Connection, "stream", counted)
    petbase("status", "--json")
    assert [line.split(" report ")[1] for line in lines] == ["status db --app fruits --app shop"]
    assert estate.host.machine.root.exists()


def test_apps_are_a_list(estate: Estate, petbase: Petbase) -> None:
    ran = petbase("apps")
    assert ran.code == 0
    assert [line.split() for line in ran.out.splitlines()] == [
        ["app", "state", "last", "deploy", "URL"],
        ["fruits", "not", "pushed", "yet", "-", "http://fruits.localhost"],
        ["shop", "not", "pushed", "yet", "-", "http://shop.localhost"],
    ]
    found = json.loads(petbase("apps", "--json").out)
    assert [one["git_remote"] for one in found["apps"]] == [app.git_remote for app in estate.stack.apps.values()]
    assert petbase("logs", "fruits").err.startswith("petbase: fruits has no logs: it was not pushed yet.")


def test_an_app_of_several_names_is_one_line(estate: Estate, petbase: Petbase, pulumi: Pulumi) -> None:
    fruits = {**estate.outputs["apps"]["fruits"], "urls": ["http://a.test", "http://b.test"]}
    pulumi.stack("test", {**estate.outputs, "apps": {"fruits": fruits}})
    assert petbase("apps").out.splitlines()[1].split()[-2:] == ["http://a.test", "http://b.test"]


def test_the_page_is_a_file_that_is_written_anew(estate: Estate, petbase: Petbase, tmp_path: Path) -> None:
    file = tmp_path / "status.html"
    file.write_text("before")
    ran = petbase("status", "--html", str(file))
    assert (ran.code, ran.out) == (0, "")
    text = file.read_text()
    assert text.startswith("<!doctype html>")
    assert f"server {estate.stack.server.address}" in text
    assert "<h3>fruits</h3>" in text
    assert petbase.secrets[0] not in text


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--html", "no/where.html"], "petbase: --html: there is no folder no.\n"),
        (["--html", "."], "petbase: --html: . is a folder; name a file.\n"),
        (["--html", "x.html", "--json"], "petbase: --watch, --html and --json exclude each other; choose one.\n"),
    ],
)
def test_a_page_that_cannot_be_is_refused_first(pulumi: Pulumi, petbase: Petbase, words: list[str], said: str) -> None:
    ran = petbase("status", *words)
    assert (ran.code, ran.err) == (2, said)
    assert pulumi.folder.exists()


def test_a_watch_looks_again_until_ctrl_c(estate: Estate, petbase: Petbase, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    sleep = time.sleep

    def pause(seconds: float) -> None:
        if seconds < 1:  # others wait too, for programs that they started
            sleep(seconds)
            return
        pauses.append(seconds)
        if len(pauses) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(time, "sleep", pause)
    ran = petbase("status", "--watch")
    assert (ran.code, pauses) == (0, [10.0, 10.0])
    assert ran.out.count("database db") == 2
    assert estate.host.key.exists()


def test_what_follows_ends_on_the_server_with_the_connection(estate: Estate) -> None:
    seen: list[str] = []

    def stop(line: str) -> None:
        seen.append(line)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        estate.connection.stream("echo $$; exec sleep 600", "", stop, terminal=True)
    deadline = time.monotonic() + 20
    while _lives(estate, seen[0]):
        assert time.monotonic() < deadline
        time.sleep(0.1)


def _lives(estate: Estate, pid: str) -> bool:
    try:
        estate.connection.run("kill", "-0", pid)
    except PetbaseError:
        return False
    return True
