"""The server's own command: Dokku where absent, what runs left alone unless a release is named."""

import dataclasses
import hashlib
from dataclasses import replace

import pytest

from host.programs.runner import Answer
from host.server.ensure import EnsureServer
from tests.host.recorder import Recorder
from tests.host.server.material import READS, ROOT_KEYS, SERVER

WAITING = "waiting until the server has set itself up"


def test_a_server_that_is_as_declared_gets_no_verb_that_writes(server: Recorder) -> None:
    before = server.file(ROOT_KEYS).stat().st_ino
    assert server.run(SERVER) == READS
    assert server.file(ROOT_KEYS).stat().st_ino == before
    assert server.printed == f"{WAITING}\nDokku 0.38.27 is ready\n"


def test_its_line_names_what_the_stack_file_names() -> None:
    from host.core.command import words

    named = EnsureServer(domain="example.com", dokku="0.38.27", postgres_plugin="1.48.0", key=("k a",), harden=True)
    assert words(named) == [
        *("server", "ensure", "--domain", "example.com", "--dokku", "0.38.27", "--postgres-plugin", "1.48.0"),
        *("--key", "k a", "--harden"),
    ]
    assert words(EnsureServer(domain="example.com")) == ["server", "ensure", "--domain", "example.com"]


def test_a_first_boot_that_failed_ends_it(server: Recorder) -> None:
    server.missing.add("dokku")
    assert server.fails(SERVER, {"cloud-init": Answer(1)}) == (
        "cloud-init ended with 1; on the server, see: cloud-init status --long"
    )
    assert server.runner.lines == READS[:1]


def test_a_later_boot_that_failed_is_told_of_a_server_that_has_dokku(server: Recorder) -> None:
    assert server.run(SERVER, {"cloud-init": Answer(1)}) == READS
    assert server.printed.splitlines()[1] == (
        "the last boot's cloud-init ended with 1; on the server, see: cloud-init status --long"
    )


def test_cloud_init_with_warnings_is_done(server: Recorder) -> None:
    server.missing.add("dokku")
    server.put("/run/petbase-bootstrap.sh", "")
    server.run(replace(SERVER, bootstrap_sha256=hashlib.sha256(b"").hexdigest()), {"cloud-init": Answer(2)})
    assert "installing Dokku 0.38.27, five to ten minutes" in server.printed


def test_a_server_without_cloud_init_is_not_waited_for(server: Recorder) -> None:
    server.missing.add("cloud-init")
    assert server.run(SERVER) == READS[1:]


@pytest.mark.parametrize("answer", [Answer(1), Answer(0, "\n")])
def test_dokku_that_does_not_answer_is_an_error(server: Recorder, answer: Answer) -> None:
    assert server.fails(SERVER, {"version": answer}) == (
        "Dokku is on this server but does not answer; nothing was changed. Try: dokku version"
    )
    assert server.runner.lines == READS[:2]


def test_default_releases_upgrade_nothing(server: Recorder) -> None:
    plugin = "  postgres 1.49.0 enabled dokku postgres service plugin\n"
    assert server.run(SERVER, {"version": "dokku version 0.37.1\n", "plugin:list": plugin}) == READS
    assert server.printed.splitlines()[1:] == [
        "Dokku 0.37.1 stays; Petbase's default is 0.38.27. To upgrade, write dokku.version: 0.38.27",
        "dokku-postgres 1.49.0 stays; Petbase's default is 1.48.0. To upgrade, write dokku.postgres-plugin: 1.48.0",
        "Dokku 0.37.1 is ready",
    ]


def test_a_way_back_is_refused_before_anything_is_changed(server: Recorder) -> None:
    older = dataclasses.replace(SERVER, dokku="0.38.9")
    assert server.fails(older) == (
        "Dokku on this server is 0.38.27 and the stack file says 0.38.9, but a downgrade is not possible; nothing was "
        "changed. Write dokku.version: 0.38.27"
    )
    assert server.runner.lines == READS[:2]
    older = dataclasses.replace(SERVER, dokku="0.38.30", postgres_plugin="1.9.0")
    assert server.fails(older) == (
        "dokku-postgres on this server is 1.48.0 and the stack file says 1.9.0, but a downgrade is not possible; "
        "nothing was changed. Write dokku.postgres-plugin: 1.48.0"
    )
    assert server.runner.lines == READS[:4]


def test_the_global_domain_is_set_where_it_differs(server: Recorder) -> None:
    lines = server.run(SERVER, {"domains:report --global": "\n"})
    assert lines == [*READS[:5], "domains:set-global example.com", READS[5]]


def test_a_second_stack_leaves_the_global_domain_to_the_first(server: Recorder) -> None:
    server.run(SERVER)
    server.stack = "staging"
    second = EnsureServer(domain="staging.example.com")
    assert server.run(second) == [*READS[:4], READS[5]]
    assert server.file("/var/lib/petbase/server/domain.json").read_text() == '{"stack": "prod"}\n'
