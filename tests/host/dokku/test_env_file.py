"""A text that Dokku's own file would change is in a file for `docker run`, and in no argument."""

import json
import shlex
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from host.core.host import Host
from host.core.output import Output
from host.dokku import apps, config
from host.programs.runner import Answer
from tests.host.recorder import RecordedRunner, Recorder

EXPORT = "config:export --format json fruits"
ODD = {"PIN": "007", "PHONE": "+4930123456", "PATH_": "C:\\", "SAID": 'say "hi"', "ZERO": "-0"}


class Runner(RecordedRunner):
    """Keeps Docker's options as Dokku does, on disk, and says which variables its file has."""

    def __init__(self, root: Path, **variables: str) -> None:
        super().__init__()
        self.options = root / "var/lib/dokku/config/docker-options"
        self.variables = variables

    def run(self, words: Sequence[str], *, stdin: str = "", env: Mapping[str, str] | None = None) -> Answer:
        super().run(words, stdin=stdin, env=env)
        match words[1:]:
            case ["docker-options:add", app, phases, option]:
                for phase in phases.split(","):
                    self._file(app, phase).write_text(f"{option}\n")
            case ["docker-options:remove", app, phase, _]:
                self._file(app, phase).write_text("")
            case ["apps:destroy", app, *_]:
                shutil.rmtree(self.options / app)
            case ["config:export", *_]:
                return Answer(0, json.dumps(self.variables))
            case [*_, "config:import", "--no-restart", "--format", "json", _, "-"]:
                self.variables |= json.loads(stdin)
            case ["config:unset", _, _, *names]:
                self.variables = {name: value for name, value in self.variables.items() if name not in names}
        return Answer(0)

    def _file(self, app: str, phase: str) -> Path:
        (self.options / app).mkdir(parents=True, exist_ok=True)
        return self.options / app / f"_default_.{phase}"


@pytest.fixture
def host(server: Recorder) -> Host:
    return Host("prod", Runner(server.root, PIN="6"), Output(), server.root)


def lines(host: Host) -> list[str]:
    assert isinstance(host.runner, Runner)
    return host.runner.lines


def kept(host: Host) -> list[Path]:
    folder = host.path("/var/lib/dokku/data/petbase")
    return list(folder.iterdir()) if folder.exists() else []


def _cut_off(host: Host, before: str) -> Callable[..., Answer]:
    """Programs run as before, up to the one that begins like this."""
    run = host.runner.run

    def cut(words: Sequence[str], *, stdin: str = "", env: Mapping[str, str] | None = None) -> Answer:
        if " ".join(words[1:]).startswith(before):
            raise InterruptedError
        return run(words, stdin=stdin, env=env)

    return cut


def test_they_come_back_as_they_were_and_stand_in_no_argument(host: Host) -> None:
    config.put(host, "fruits", {**ODD, "COLOR": "red"})
    assert config.read(host, "fruits") == {**ODD, "COLOR": "red"}
    [file] = kept(host)
    option = f"--env-file=/var/lib/dokku/data/petbase/{file.name}"
    assert lines(host) == [
        f"install --directory --group=dokku --mode=0750 {shlex.quote(str(file.parent))}",
        f"docker-options:add fruits deploy,run {option}",
        "config:unset --no-restart fruits PIN PHONE PATH_ SAID ZERO",
        "--quiet config:import --no-restart --format json fruits -",
        EXPORT,
    ]
    assert file.read_text() == 'PATH_=C:\\\nPHONE=+4930123456\nPIN=007\nSAID=say "hi"\nZERO=-0\n'


def test_a_second_change_uses_the_same_file(host: Host) -> None:
    config.put(host, "fruits", ODD)
    before = kept(host)
    config.put(host, "fruits", {"PIN": "008"})
    assert config.read(host, "fruits") == {**ODD, "PIN": "008"}
    assert (kept(host), sum("docker-options:add" in line for line in lines(host))) == (before, 1)


def test_a_variable_that_dokku_can_store_again_leaves_the_file_and_the_last_one_takes_it_along(host: Host) -> None:
    config.put(host, "fruits", {"PIN": "007", "PHONE": "+49"})
    config.put(host, "fruits", {"PIN": "7"})
    assert (config.read(host, "fruits"), [file.read_text() for file in kept(host)]) == (
        {"PIN": "7", "PHONE": "+49"},
        ["PHONE=+49\n"],
    )
    config.unset(host, "fruits", "PHONE")
    assert (config.read(host, "fruits"), kept(host)) == ({"PIN": "7"}, [])
    assert lines(host)[-4].startswith("docker-options:remove fruits run --env-file=")
    assert lines(host)[-3].startswith("docker-options:remove fruits deploy --env-file=")


def test_a_removal_that_was_cut_off_between_the_phases_is_finished(host: Host) -> None:
    config.put(host, "fruits", {"PIN": "007"})
    # The other way round, `dokku run` would go on asking for a file that is gone.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(host.runner, "run", _cut_off(host, "docker-options:remove fruits deploy"))
        with pytest.raises(InterruptedError):
            config.unset(host, "fruits", "PIN")
    config.unset(host, "fruits", "PIN")
    folder = host.path("/var/lib/dokku/config/docker-options/fruits")
    assert [(folder / f"_default_.{phase}").read_text() for phase in ("deploy", "run")] == ["", ""]
    assert kept(host) == []


def test_a_carriage_return_within_a_value_ends_no_line(host: Host) -> None:
    config.put(host, "fruits", {"SAID": 'one\rtwo "hi"'})
    assert config.read(host, "fruits")["SAID"] == 'one\rtwo "hi"'


def test_an_old_value_in_dokkus_file_counts_as_docker_counts_it(host: Host) -> None:
    """A change that was cut off between the two files is seen as a difference, and made again."""
    config.put(host, "fruits", {"PIN": "007"})
    assert isinstance(host.runner, Runner)
    host.runner.variables["PIN"] = "6"
    assert config.read(host, "fruits") == {"PIN": "6"}
    config.put(host, "fruits", {"PIN": "007"})
    assert config.read(host, "fruits") == {"PIN": "007"}


def test_a_renamed_app_shares_the_file_until_the_last_name_goes(host: Host) -> None:
    config.put(host, "fruits", {"PIN": "007"})
    option = (host.path("/var/lib/dokku/config/docker-options/fruits") / "_default_.deploy").read_text().strip()
    host.dokku("docker-options:add", "shop", "deploy,run", option)  # as apps:clone does
    apps.destroy_app(host, "fruits")
    assert config.read(host, "shop")["PIN"] == "007"
    apps.destroy_app(host, "shop")
    assert kept(host) == []


def test_what_a_command_that_was_cut_off_left_is_removed_by_the_next_one(host: Host) -> None:
    config.put(host, "fruits", {"PIN": "007"})
    (kept(host)[0].parent / "0123456789abcdef").write_text("PIN=s3cr3t\n")
    config.put(host, "fruits", {"PIN": "008"})
    assert [file.read_text() for file in kept(host)] == ["PIN=008\n"]
