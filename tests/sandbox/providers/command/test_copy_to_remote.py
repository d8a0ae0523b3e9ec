"""remote.CopyToRemote keeps pulumi-command 1.2.1's rules: what is copied when and where, how it fails; real SFTP."""

import socket
import stat
from pathlib import Path
from typing import Any

import pytest

from sandbox.providers import assets
from sandbox.providers.resource import ApiError
from sandbox.providers.values import SIGNATURE, UNKNOWN
from tests.support.pulumi.providers import Asking, file_archive, file_asset, string_asset
from tests.support.servers.sshd import SmallSsh, small_ssh

COPY = "command:remote:CopyToRemote"


@pytest.fixture
def program(tmp_path: Path) -> Path:
    path = tmp_path / "here.pyz"
    path.write_bytes(bytes(range(256)) * 9000)  # more than one packet
    return path


@pytest.fixture
def there(tmp_path: Path) -> Path:
    return tmp_path / "server"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "folder"
    (path / "one").mkdir(parents=True)
    (path / "top").write_text("top")
    (path / "one/below").write_text("below")
    return path


def test_a_file_is_copied_and_its_folders_are_made(
    command: Asking, connection: dict[str, Any], program: Path, there: Path
) -> None:
    remote = there / "incoming/x.pyz"
    made = command.create(COPY, {"connection": connection, "source": file_asset(program), "remotePath": str(remote)})
    assert remote.read_bytes() == program.read_bytes()
    assert stat.S_IMODE(remote.stat().st_mode) == 0o644
    assert made.state["source"].items() >= file_asset(program).items()
    assert len(made.key) == 8


@pytest.mark.parametrize("text", ["#!/bin/sh\necho äöü\n", ""])
def test_a_text_is_written_as_it_is(command: Asking, connection: dict[str, Any], there: Path, text: str) -> None:
    remote = there / "text"
    command.create(COPY, {"connection": connection, "source": string_asset(text), "remotePath": str(remote)})
    assert remote.read_text() == text


def test_a_changed_asset_is_copied_again_in_place(
    command: Asking, connection: dict[str, Any], program: Path, there: Path
) -> None:
    remote = there / "x.pyz"
    inputs = {"connection": connection, "source": file_asset(program), "remotePath": str(remote)}
    made = command.create(COPY, inputs)
    remote.chmod(0o755)
    program.write_bytes(b"shorter")
    inputs |= {"source": file_asset(program)}
    answer = command.diff(COPY, made, inputs)
    assert (answer.diffs, answer.replaces) == (["source"], [])
    assert command.update(COPY, made, inputs).state["source"].items() >= file_asset(program).items()
    assert remote.read_bytes() == b"shorter"
    assert stat.S_IMODE(remote.stat().st_mode) == 0o755  # overwritten, not replaced


def test_the_same_content_from_another_path_is_no_change(
    command: Asking, connection: dict[str, Any], program: Path, there: Path, tmp_path: Path
) -> None:
    inputs = {"connection": connection, "source": file_asset(program), "remotePath": str(there / "x")}
    made = command.create(COPY, inputs)
    again = tmp_path / "copy.pyz"
    again.write_bytes(program.read_bytes())
    assert command.diff(COPY, made, inputs | {"source": file_asset(again)}).changes is False


def test_a_changed_remote_path_is_copied_there_and_the_old_file_stays(
    command: Asking, connection: dict[str, Any], program: Path, there: Path
) -> None:
    inputs = {"connection": connection, "source": file_asset(program), "remotePath": str(there / "one")}
    made = command.create(COPY, inputs)
    command.update(COPY, made, inputs | {"remotePath": str(there / "two")})
    assert [path.name for path in sorted(there.iterdir())] == ["one", "two"]


def test_a_changed_connection_alone_is_an_update_that_copies_nothing(
    command: Asking, connection: dict[str, Any], program: Path, there: Path
) -> None:
    inputs = {"connection": connection, "source": file_asset(program), "remotePath": str(there / "x")}
    made = command.create(COPY, inputs)
    (there / "x").unlink()
    with small_ssh() as other:
        moved = inputs | {"connection": other.connection()}
        answer = command.diff(COPY, made, moved)
        assert (answer.diffs, answer.replaces) == (["connection"], [])
        assert command.update(COPY, made, moved).state["connection"]["port"] == other.port
        assert other.connections == []
    assert not (there / "x").exists()


@pytest.mark.usefixtures("stand_in")  # the real plugin leaves it to the SDK
def test_changed_triggers_replace(command: Asking, connection: dict[str, Any], program: Path, there: Path) -> None:
    inputs = {"connection": connection, "source": file_asset(program), "remotePath": str(there / "x"), "triggers": [1]}
    made = command.create(COPY, inputs)
    assert command.diff(COPY, made, inputs).changes is False
    assert command.diff(COPY, made, inputs | {"triggers": [2]}).replaces == ["triggers"]


def test_deleting_leaves_the_file_and_opens_no_connection(
    command: Asking, host: SmallSsh, connection: dict[str, Any], program: Path, there: Path
) -> None:
    inputs = {"connection": connection, "source": file_asset(program), "remotePath": str(there / "x")}
    made = command.create(COPY, inputs)
    before = len(host.connections)
    command.delete(COPY, made)
    assert ((there / "x").exists(), len(host.connections)) == (True, before)


def test_a_preview_copies_nothing(
    command: Asking, host: SmallSsh, connection: dict[str, Any], program: Path, there: Path
) -> None:
    before = len(host.connections)
    inputs = {"connection": connection, "source": file_asset(program), "remotePath": str(there / "x")}
    command.preview(COPY, inputs)
    assert (there.exists(), len(host.connections)) == (False, before)


def test_a_file_goes_into_a_folder_that_is_there(
    command: Asking, connection: dict[str, Any], program: Path, there: Path
) -> None:
    there.mkdir()
    command.create(COPY, {"connection": connection, "source": file_asset(program), "remotePath": str(there)})
    assert (there / program.name).exists()


@pytest.mark.parametrize("slash", ["", "/"])
def test_a_folder_is_copied_whole_and_with_a_slash_only_what_is_in_it(
    command: Asking, connection: dict[str, Any], folder: Path, there: Path, slash: str
) -> None:
    inputs = {"connection": connection, "source": file_archive(f"{folder}{slash}"), "remotePath": str(there / "a")}
    made, below = command.create(COPY, inputs), "" if slash else "folder/"
    (folder / "top").write_text("changed")
    command.update(COPY, made, inputs | {"source": file_archive(f"{folder}{slash}", "2")})
    found = {str(path.relative_to(there / "a")) for path in (there / "a").rglob("*") if path.is_file()}
    assert found == {f"{below}top", f"{below}one/below"}
    assert (there / "a" / below / "top").read_text() == "changed"


def test_an_archive_file_is_not_unpacked(
    command: Asking, connection: dict[str, Any], program: Path, there: Path
) -> None:
    command.create(COPY, {"connection": connection, "source": file_archive(program), "remotePath": str(there / "x")})
    assert (there / "x").read_bytes() == program.read_bytes()


@pytest.mark.parametrize(
    ("source", "failure"),
    [
        ({SIGNATURE: assets.ASSET, "uri": "https://x", "hash": "1"}, "asset must be a path-based file asset or a"),
        ({SIGNATURE: assets.ARCHIVE, "assets": {}, "hash": "1"}, "archive must be a path to a file or directory"),
        ("text", "either asset or archive must be set"),
        (UNKNOWN, "either asset or archive must be set"),
    ],
)
def test_what_cannot_be_copied_is_refused_in_the_check(
    command: Asking, connection: dict[str, Any], source: object, failure: str
) -> None:
    _, failures = command.check(COPY, {"connection": connection, "source": source, "remotePath": "/x"})
    assert len(failures) == 1
    assert failure in failures[0]


def fails(command: Asking, inputs: dict[str, Any], timeout: float = 0) -> str:
    with pytest.raises(ApiError) as caught:
        command.create(COPY, inputs, timeout)
    return str(caught.value)


def test_errors_are_in_the_real_words(
    command: Asking, connection: dict[str, Any], program: Path, folder: Path, there: Path
) -> None:
    there.mkdir()
    (there / "file").write_text("")

    def said(source: object, remote: Path) -> str:
        return fails(command, {"connection": connection, "source": source, "remotePath": str(remote)})

    gone = {SIGNATURE: assets.ASSET, "path": "/nowhere/x", "hash": "1"}
    assert said(gone, there / "x") == "open /nowhere/x: no such file or directory"
    assert said(string_asset("x"), there) == (
        f"remote path {there} is a directory; when using a text asset, remotePath must be a file path"
    )
    assert said(file_asset(program), there / "file/x") == (
        f"failed to create parent directories for {there}/file/x: mkdir {there}/file: not a directory"
    )
    assert said(file_archive(f"{folder}/"), there / "file") == f"remote path {there}/file exists but is not a directory"
    assert said(string_asset("x"), Path("/proc/1/x")) in (
        "failed to create remote file /proc/1/x: file does not exist",
        "failed to create remote file /proc/1/x: permission denied",
    )
    (there / "full").symlink_to("/dev/full")
    assert said(file_asset(program), there / "full") == (
        f'failed to copy file {program} to remote path {there}/full: sftp: "No space left on device" (SSH_FX_FAILURE)'
    )
    assert (there / "file").read_text() == ""


def test_a_server_without_sftp_is_an_error(command: Asking, there: Path) -> None:
    with small_ssh(sftp=False) as plain:
        inputs = {"connection": plain.connection(), "source": string_asset("x"), "remotePath": str(there)}
        assert fails(command, inputs) == "ssh: subsystem request failed"


def test_a_refused_port_is_tried_again_as_by_a_command(
    command: Asking, connection: dict[str, Any], there: Path
) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    connection |= {"port": port, "dialErrorLimit": 1}
    inputs = {"connection": connection, "source": string_asset("x"), "remotePath": str(there)}
    assert fails(command, inputs) == f"after 1 failed attempts: dial tcp 127.0.0.1:{port}: connect: connection refused"
    assert [text for _, text, _ in command.logged] == ["Dial 1/1 failed: retrying"]
    connection["dialErrorLimit"] = -1
    assert fails(command, inputs, timeout=1) == "context deadline exceeded"
