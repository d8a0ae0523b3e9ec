"""Dokku is installed by the bootstrap.sh of its release, checked before it runs, begun again where it was cut."""

import dataclasses
import hashlib

import pytest

from host.programs.runner import Answer
from host.server import versions
from tests.host.recorder import Recorder
from tests.host.server.material import READS, SERVER

SCRIPT, SHA256 = "echo installing\n", hashlib.sha256(b"echo installing\n").hexdigest()
INSTALLING = "/var/lib/petbase/server/installing.json"
BOOTSTRAP = "/run/petbase-bootstrap.sh"
PINNED = dataclasses.replace(SERVER, bootstrap_sha256=SHA256)


@pytest.fixture
def empty(server: Recorder) -> Recorder:
    """A server without Dokku; the script lies where curl would put it."""
    server.missing.add("dokku")
    server.put(BOOTSTRAP, SCRIPT)
    return server


def download(server: Recorder) -> str:
    flags = "--fail --silent --show-error --location --retry 3 --output"
    return f"curl {flags} {server.file(BOOTSTRAP)} https://raw.githubusercontent.com/dokku/dokku/v0.38.27/bootstrap.sh"


def installs(server: Recorder) -> list[str]:
    return [download(server), "debconf-set-selections", f"bash {server.file(BOOTSTRAP)}"]


def test_dokku_is_installed_where_it_is_not_on_the_server(empty: Recorder) -> None:
    assert empty.run(PINNED) == [READS[0], *installs(empty), *READS[1:]]
    assert dict(empty.runner.calls)["debconf-set-selections"] == (
        "dokku dokku/vhost_enable boolean true\n"
        "dokku dokku/web_config boolean false\n"
        "dokku dokku/skip_key_file boolean true\n"
    )
    assert empty.runner.environments[3] == {
        "LC_ALL": "C",
        "DEBIAN_FRONTEND": "noninteractive",
        "APT_CONFIG": str(empty.file("/run/petbase-apt.conf")),
        "DOKKU_TAG": "v0.38.27",
    }
    assert not empty.file(INSTALLING).exists()
    assert list(empty.file("/run").iterdir()) == []


def test_the_release_that_the_stack_file_names_is_the_one(empty: Recorder) -> None:
    named = dataclasses.replace(PINNED, dokku="0.38.20")
    lines = empty.run(named, {"version": "dokku version 0.38.20\n"})
    assert lines[1].endswith("https://raw.githubusercontent.com/dokku/dokku/v0.38.20/bootstrap.sh")


def test_an_install_that_was_cut_off_is_begun_again(server: Recorder) -> None:
    server.put(INSTALLING, "{}")
    server.put(BOOTSTRAP, SCRIPT)
    dpkg = "dpkg --force-confold --configure --pending"
    assert server.run(PINNED) == [READS[0], dpkg, *installs(server), *READS[1:]]
    assert not server.file(INSTALLING).exists()


def test_one_that_failed_is_noted_and_its_end_is_shown(empty: Recorder) -> None:
    failed = {f"bash {empty.file(BOOTSTRAP)}": Answer(3, "no room\n")}
    assert (
        empty.fails(PINNED, failed)
        == "bootstrap.sh of Dokku 0.38.27 failed with exit code 3. Run pulumi up again: it begins anew"
    )
    assert empty.file(INSTALLING).exists()
    assert list(empty.file("/run").iterdir()) == []


def test_a_script_with_another_checksum_is_not_run(empty: Recorder) -> None:
    other = dataclasses.replace(SERVER, bootstrap_sha256="0" * 64)
    assert empty.fails(other) == (
        f"bootstrap.sh of Dokku 0.38.27 has SHA-256 {SHA256} and the stack file says {'0' * 64}; it was not run"
    )
    assert empty.runner.lines == [READS[0], download(empty)]


def test_a_release_that_petbase_knows_wants_its_script_and_no_other(
    empty: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = versions.BOOTSTRAP_SHA256["0.38.27"]
    assert empty.fails(SERVER) == (
        f"bootstrap.sh of Dokku 0.38.27 has SHA-256 {SHA256} and Petbase knows {known}; it was not run, because it was "
        "changed on its way"
    )
    assert empty.runner.lines == [READS[0], download(empty)]
    monkeypatch.setattr(versions, "BOOTSTRAP_SHA256", {"0.38.27": SHA256})
    empty.put(BOOTSTRAP, SCRIPT)
    assert empty.run(SERVER)[2:5] == installs(empty)


def test_one_that_it_does_not_know_wants_a_pin(empty: Recorder) -> None:
    assert empty.fails(dataclasses.replace(SERVER, dokku="0.38.20")) == (
        f"bootstrap.sh of Dokku 0.38.20 has SHA-256 {SHA256}, and Petbase does not know that release; it was not run. "
        f"If it is the right one, write dokku.bootstrap-sha256: {SHA256} and run pulumi up again"
    )
    assert len(empty.runner.lines) == 2


def test_the_default_releases_are_known() -> None:
    assert versions.DOKKU in versions.BOOTSTRAP_SHA256
    assert versions.COMMITS.keys() == {
        ("postgres", versions.POSTGRES_PLUGIN),
        ("letsencrypt", versions.LETS_ENCRYPT_PLUGIN),
    }


def test_a_script_that_cannot_be_had_is_said(empty: Recorder) -> None:
    assert empty.fails(
        PINNED, {"curl": Answer(6, "", "curl: (6) Could not resolve host: raw.githubusercontent.com\n")}
    ) == (
        "https://raw.githubusercontent.com/dokku/dokku/v0.38.27/bootstrap.sh could not be downloaded; nothing was "
        "installed. If there is a Dokku 0.38.27, run pulumi up again"
    )
    assert empty.runner.lines == [READS[0], download(empty)]


def test_curl_comes_first_where_it_is_missing(empty: Recorder) -> None:
    empty.missing.add("curl")
    apt = "apt-get --quiet --yes --option DPkg::Lock::Timeout=600 --option Dpkg::Options::=--force-confold"
    assert empty.run(PINNED, {"dpkg-query": Answer(1)})[1:5] == [
        "dpkg-query --show --showformat '${db:Status-Status}' curl",
        "dpkg --force-confold --configure --pending",
        f"{apt} update",
        f"{apt} install curl",
    ]


def test_the_lock_of_apts_lists_is_waited_for_and_nothing_else_is(empty: Recorder) -> None:
    held = "E: Could not get lock /var/lib/apt/lists/lock. It is held by process 71 (apt-get)\nE: Unable to lock\n"
    bash = f"bash {empty.file(BOOTSTRAP)}"
    empty.fails(PINNED, {bash: Answer(100, "", held)})
    assert empty.runner.lines.count(bash) == 120
    empty.put(BOOTSTRAP, SCRIPT)
    empty.fails(PINNED, {bash: Answer(100, "", held + "x\n" * 10)})
    assert empty.runner.lines.count(bash) == 1
