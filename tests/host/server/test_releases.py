"""Dokku and the plugin move to the release that the stack file names, forwards only, and a cut is made up for."""

import dataclasses

import pytest

from host.programs.runner import Answer
from host.server import versions
from host.values.versions import is_older
from tests.host.recorder import Recorder
from tests.host.server.material import READS, SERVER

NEWER = dataclasses.replace(SERVER, dokku="0.38.30")
PLUGIN = dataclasses.replace(SERVER, postgres_plugin="1.49.1")
APT = "apt-get --quiet --yes --option DPkg::Lock::Timeout=600 --option Dpkg::Options::=--force-confold"
PARTS = "docker-image-labeler gliderlabs-sigil netrc plugn procfile-util sshcommand"
BY_APT = {"dpkg-query": "installed"}
URL = "https://github.com/dokku/dokku-postgres.git"
COMMIT = versions.COMMITS["postgres", "1.48.0"]
HEAD = "/var/lib/dokku/plugins/available/postgres/.git/HEAD"
STATE = "/var/lib/petbase/server"
LIST = "  postgres {} enabled dokku postgres service plugin\n"


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        ("0.38.9", "0.38.10", True),
        ("0.38.10", "0.38.9", False),
        ("1.48.0", "1.48.0", False),
        ("", "1.48.0", True),
        ("1.48.0", "", False),
    ],
)
def test_which_release_is_older(one: str, other: str, said: bool) -> None:
    assert is_older(one, other) == said


def test_dokku_is_upgraded_by_apt(server: Recorder) -> None:
    """Once before and once after: the recorder's Dokku is the old one still."""
    server.fails(NEWER, BY_APT)
    assert server.runner.lines[4:] == [
        "dpkg-query --show --showformat '${db:Status-Status}' dokku",
        f"{APT} update",
        f"{APT} install --only-upgrade dokku=0.38.30 {PARTS}",
        "version",
    ]
    assert "Dokku 0.38.27 becomes 0.38.30, some minutes; containers run on" in server.printed


def test_an_upgrade_that_another_dokku_answers_for_is_an_error(server: Recorder) -> None:
    assert server.fails(NEWER, BY_APT) == (
        "apt installed Dokku 0.38.30, but it is 0.38.27 that answers. Try: dokku version"
    )
    assert server.file(f"{STATE}/upgrading.json").exists()


def test_an_upgrade_that_was_cut_off_is_finished_also_where_the_release_is_there(server: Recorder) -> None:
    server.put(f"{STATE}/upgrading.json", "{}")
    lines = server.run(NEWER, BY_APT, {"version": "dokku version 0.38.30\n"})
    assert lines[1] == "dpkg --force-confold --configure --pending"
    assert f"{APT} install --only-upgrade dokku=0.38.30 {PARTS}" in lines
    assert not server.file(f"{STATE}/upgrading.json").exists()
    assert server.run(NEWER, {"version": "dokku version 0.38.30\n"}) == READS


def test_a_jump_over_a_minor_version_is_said(server: Recorder) -> None:
    server.fails(dataclasses.replace(SERVER, dokku="0.40.1"), BY_APT)
    link = "https://dokku.com/docs/getting-started/upgrading/"
    assert f"from Dokku 0.38 to 0.40: what that means for apps is explained in {link}\n" in server.printed


def test_a_release_that_apt_does_not_have_is_said(server: Recorder) -> None:
    missing = {f"{APT} install": Answer(100, "", "E: Version '0.38.30' for 'dokku' was not found\n")}
    assert server.fails(NEWER, BY_APT, missing) == (
        "apt could not install Dokku 0.38.30. To stay where it is, write dokku.version: 0.38.27"
    )
    assert server.fails(NEWER, BY_APT, {f"{APT} update": Answer(100)}) == (
        "apt could not fetch its lists of packages. On the server: apt-get update"
    )


def test_a_dokku_that_apt_did_not_install_is_not_touched(server: Recorder) -> None:
    assert server.fails(NEWER, {"dpkg-query": Answer(1)}) == (
        "Dokku 0.38.27 was not installed by apt, so it cannot be upgraded by it; nothing was changed. Write "
        "dokku.version: 0.38.27"
    )
    assert not server.file(f"{STATE}/upgrading.json").exists()


def test_the_plugin_is_installed_where_absent_and_its_hooks_run_once_it_was_compared(server: Recorder) -> None:
    server.put(HEAD, f"{COMMIT}\n")
    lines = server.run(SERVER, {"plugin:installed postgres": Answer(1)})
    install = f"plugin:install {URL} --committish {COMMIT} --name postgres --skip-install-trigger"
    assert lines == [*READS[:3], install, "plugin:install", *READS[4:]]


@pytest.mark.parametrize(
    ("release", "head", "problem"),
    [
        ("", "0" * 40, f"dokku-postgres 1.48.0 should be commit {COMMIT}, and {'0' * 40} came; nothing of it was run"),
        (
            "",
            "ref: refs/heads/master",
            f"dokku-postgres 1.48.0 should be commit {COMMIT}, and another one came; nothing of it was run",
        ),
        ("1.99.0", "ref: refs/heads/master", "there is no dokku-postgres 1.99.0; nothing that came instead was run"),
    ],
)
def test_nothing_of_another_plugin_is_run(server: Recorder, release: str, head: str, problem: str) -> None:
    """Dokku throws away git's words, and keeps what it cloned."""
    server.put(HEAD, f"{head}\n")
    wanted = dataclasses.replace(SERVER, postgres_plugin=release)
    assert server.fails(wanted, {"plugin:installed postgres": Answer(1)}) == problem
    assert server.runner.lines[-1].endswith("--skip-install-trigger")
    assert server.file(f"{STATE}/installing-plugin.json").exists()


def test_the_commit_of_a_release_that_petbase_does_not_know_is_said(server: Recorder) -> None:
    server.put(HEAD, f"{'1' * 40}\n")
    lines = server.run(PLUGIN, {"plugin:installed postgres": Answer(1)})
    assert f"plugin:install {URL} --committish 1.49.1 --name postgres --skip-install-trigger" in lines
    assert f"dokku-postgres 1.49.1 is commit {'1' * 40}; Petbase knows none to compare it with\n" in server.printed


def test_an_install_of_the_plugin_that_was_cut_off_is_taken_away_first(server: Recorder) -> None:
    half = server.file("/var/lib/dokku/plugins/available/postgres")
    server.put("/var/lib/dokku/plugins/available/postgres/.git/config", "")
    enabled = server.file("/var/lib/dokku/plugins/enabled/postgres")
    enabled.parent.mkdir()
    enabled.symlink_to(half)
    server.put(f"{STATE}/installing-plugin.json", "{}")
    server.put(HEAD, f"{COMMIT}\n")
    server.fails(SERVER, {"plugin:installed postgres": Answer(1), "plugin:install": Answer(1)})
    assert (half.exists(), enabled.is_symlink()) == (False, False)
    assert server.file(f"{STATE}/installing-plugin.json").exists()
    assert "nothing of it was run" in server.fails(SERVER, {"plugin:installed postgres": Answer(1)})
    assert server.file(f"{STATE}/installing-plugin.json").exists()


def test_the_plugin_goes_to_the_release_that_is_named_and_its_hooks_run(server: Recorder) -> None:
    assert server.fails(PLUGIN) == (
        "dokku plugin:update left dokku-postgres at 1.48.0; is there a release 1.49.1? To stay, write "
        "dokku.postgres-plugin: 1.48.0"
    )
    lines = server.runner.lines
    assert lines[4:] == ["plugin:update postgres 1.49.1", "plugin:list"]
    folder = server.file(f"{STATE}/upgrading-plugin")
    assert server.runner.environments[4] == {"XDG_CONFIG_HOME": str(folder)}
    available = server.file("/var/lib/dokku/plugins/available/postgres")
    assert (folder / "git/config").read_text() == f"[safe]\n\tdirectory = {available}\n"


def test_a_change_of_the_plugin_that_was_cut_off_is_made_again(server: Recorder) -> None:
    lock = "/var/lib/dokku/plugins/available/postgres/.git/index.lock"
    server.put(lock, "")
    server.put(HEAD, f"{'1' * 40}\n")
    server.put(f"{STATE}/upgrading-plugin.json", "{}")
    lines = server.run(PLUGIN, {"plugin:list": LIST.format("1.49.1")})
    assert lines[4:7] == ["plugin:update postgres 1.49.1", "plugin:list", "plugin:install"]
    assert not server.file(lock).exists()
    assert [path.name for path in server.file(STATE).iterdir() if "ing" in path.name] == []
    assert server.run(PLUGIN, {"plugin:list": LIST.format("1.49.1")}) == READS
