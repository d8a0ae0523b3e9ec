"""`./petbase logs` and `./petbase open`, with a stand-in for ssh that prints what a test wrote."""

import os
import sys
from pathlib import Path

import pytest

from tests.support.operate import Petbase, Pulumi, outputs

_SSH = """#!{python}
'''A stand-in for ssh: prints what a test wrote beside it, and notes its words.'''
import sys
from pathlib import Path
here = Path(__file__).parent
(here / "words").write_text("\\n".join(sys.argv[1:]))
sys.stdout.buffer.write((here / "says").read_bytes())
sys.exit(int((here / "code").read_text()))
"""


class Ssh:
    """The stand-in in `folder`, first on PATH."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "ssh").write_text(_SSH.format(python=sys.executable))
        (folder / "ssh").chmod(0o755)

    def says(self, text: str, code: int = 0) -> None:
        (self.folder / "says").write_bytes(text.encode())
        (self.folder / "code").write_text(str(code))

    @property
    def words(self) -> list[str]:
        return (self.folder / "words").read_text().split("\n")


@pytest.fixture
def ssh(tmp_path: Path, pulumi: Pulumi, monkeypatch: pytest.MonkeyPatch) -> Ssh:
    """A stack whose server is the stand-in."""
    assert pulumi.folder.exists()
    folder = tmp_path / "ssh"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    return Ssh(folder)


def test_the_last_lines_of_an_app_are_dokku_s(ssh: Ssh, petbase: Petbase) -> None:
    ssh.says("\x1b[36m2026-11-22T05:15:22.6Z app[web.1]:\x1b[0m started\n")
    ran = petbase("logs", "fruits")
    assert (ran.code, ran.out, ran.err) == (0, "2026-11-22T05:15:22.6Z app[web.1]: started\n", "")
    assert (ssh.words[0], ssh.words[-1]) == ("-T", "dokku logs fruits --num 100")


def test_what_follows_runs_on_a_terminal_so_that_it_ends_with_the_connection(ssh: Ssh, petbase: Petbase) -> None:
    ssh.says("app[web.1]: one\r\napp[web.1]: two\r\n")
    ran = petbase("logs", "fruits", "--follow", "-n", "5", "--process", "web")
    assert (ran.code, ran.out) == (0, "app[web.1]: one\napp[web.1]: two\n")
    assert (ssh.words[0], ssh.words[-1]) == ("-tt", "dokku logs fruits --num 5 --ps web --tail")


def test_an_app_cannot_steer_the_terminal(ssh: Ssh, petbase: Petbase) -> None:
    ssh.says("app[web.1]: \x1b[2J\x1b]0;title\x07 a\tb \x9b1m\n")
    assert petbase("logs", "fruits").out == "app[web.1]: \\x1b[2J\\x1b]0;title\\x07 a\tb \\x9b1m\n"


def test_an_app_that_was_not_pushed_has_no_logs(ssh: Ssh, petbase: Petbase) -> None:
    ssh.says(" !     App fruits has not been deployed\n", 1)
    ran = petbase("logs", "fruits")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == "petbase: fruits has no logs: it was not pushed yet. How: ./petbase apps --stack test\n"


def test_another_refusal_of_dokku_is_the_error(ssh: Ssh, petbase: Petbase) -> None:
    ssh.says(" !     App fruits does not exist\n", 20)
    assert petbase("logs", "fruits").err == "petbase: App fruits does not exist\n"
    ssh.says("", 1)
    assert petbase("logs", "fruits").err == "petbase: dokku logs fruits failed on the server (1).\n"


def test_the_logs_of_an_app_that_the_stack_does_not_have_are_refused(ssh: Ssh, petbase: Petbase) -> None:
    ran = petbase("logs", "nope")
    assert (ran.code, ran.err) == (2, 'petbase: The stack test has no app "nope"; it has: fruits.\n')
    assert not (ssh.folder / "words").exists()


def test_an_app_is_opened_by_its_first_url(pulumi: Pulumi, petbase: Petbase, monkeypatch: pytest.MonkeyPatch) -> None:
    assert pulumi.folder.exists()
    opened: list[str] = []

    def browse(url: str) -> bool:
        opened.append(url)
        return True

    monkeypatch.setattr("webbrowser.open", browse)
    assert petbase("open", "fruits").out == "http://fruits.localhost\n"
    assert petbase("open", "fruits", "--print").out == "http://fruits.localhost\n"
    assert opened == ["http://fruits.localhost"]


def test_without_a_browser_the_url_is_all(pulumi: Pulumi, petbase: Petbase, monkeypatch: pytest.MonkeyPatch) -> None:
    assert pulumi.folder.exists()
    monkeypatch.setattr("webbrowser.open", lambda _: False)
    ran = petbase("open", "fruits")
    assert (ran.code, ran.out, ran.err) == (0, "http://fruits.localhost\n", "No browser was found here.\n")


def test_an_app_without_a_name_cannot_be_opened(pulumi: Pulumi, petbase: Petbase) -> None:
    pulumi.stack("test", outputs(apps={"fruits": {**outputs()["apps"]["fruits"], "urls": []}}))
    assert petbase("open", "fruits").err == (
        "petbase: fruits answers to no name, so there is nothing to open. Write one under apps.fruits.domains\n"
    )
