"""remote.Command keeps pulumi-command's rules: what runs when, what is kept, how it fails. Over real SSH."""

import os
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.providers.resource import ApiError
from tests.support.hosts.sandbox_host import wait_for
from tests.support.pulumi.providers import Asking, Made
from tests.support.servers.sshd import SmallSsh, small_ssh

COMMAND = "command:remote:Command"


def test_output_is_kept_with_one_newline_less(command: Asking, connection: dict[str, Any]) -> None:
    made = command.create(COMMAND, {"connection": connection, "create": "echo one; echo two; echo; echo w >&2"})
    assert (made.state["stdout"], made.state["stderr"]) == ("one\ntwo\n", "w")


def test_each_line_is_a_passing_message_while_it_runs(command: Asking, connection: dict[str, Any]) -> None:
    command.create(COMMAND, {"connection": connection, "create": "echo one; sleep 0.2; printf two"})
    assert command.logged == [("info", "one", True), ("info", "two", True)]


@pytest.mark.parametrize(
    ("logging", "lines"), [("none", set()), ("stdout", {"o"}), ("stderr", {"e"}), ("stdoutAndStderr", {"o", "e"})]
)
def test_logging_chooses_the_streams(
    command: Asking, connection: dict[str, Any], logging: str, lines: set[str]
) -> None:
    made = command.create(COMMAND, {"connection": connection, "create": "echo o; echo e >&2", "logging": logging})
    assert {text for _, text, _ in command.logged} == lines
    assert (made.state["stdout"], made.state["stderr"]) == ("o", "e")


def test_stdin_is_read_and_ends(command: Asking, connection: dict[str, Any]) -> None:
    inputs = {"connection": connection, "create": "read -r a; echo got $a; cat", "stdin": "one\ntwo\n"}
    assert command.create(COMMAND, inputs).state["stdout"] == "got one\ntwo"


def test_without_stdin_the_input_is_empty(command: Asking, connection: dict[str, Any]) -> None:
    assert command.create(COMMAND, {"connection": connection, "create": "cat; echo end"}).state["stdout"] == "end"


def test_a_failure_holds_the_text_and_the_merged_output_but_not_stdin(
    command: Asking, connection: dict[str, Any]
) -> None:
    text = 'read -r a\necho "o"; sleep 0.2; echo e >&2; exit 3'
    with pytest.raises(ApiError) as caught:
        command.create(COMMAND, {"connection": connection, "create": text, "stdin": "hidden\n"})
    assert str(caught.value) == (
        r'Process exited with status 3: running "read -r a\necho \"o\"; sleep 0.2; echo e >&2; exit 3":' "\no\ne\n"
    )


def test_a_killed_command_names_the_signal(command: Asking, connection: dict[str, Any]) -> None:
    with pytest.raises(ApiError, match=r"^Process exited with status 137 from signal KILL: running "):
        command.create(COMMAND, {"connection": connection, "create": "kill -9 $$"})


def test_nothing_to_create_opens_no_connection(command: Asking, host: SmallSsh, connection: dict[str, Any]) -> None:
    before = len(host.connections)
    made = command.create(COMMAND, {"connection": connection, "delete": "echo bye"})
    assert (made.state["stdout"], len(host.connections)) == ("", before)


def _made(command: Asking, connection: dict[str, Any], **more: Any) -> Made:
    return command.create(COMMAND, {"connection": connection, "create": "echo created"} | more)


def test_update_runs_on_a_changed_input(command: Asking, connection: dict[str, Any]) -> None:
    made = _made(command, connection, update="echo updated")
    inputs = {"connection": connection, "create": "echo created", "update": "echo updated", "stdin": "x"}
    assert command.diff(COMMAND, made, inputs).replaces == []
    assert command.update(COMMAND, made, inputs).state["stdout"] == "updated"


def test_without_update_create_runs_again(command: Asking, connection: dict[str, Any]) -> None:
    made = _made(command, connection)
    changed = command.update(COMMAND, made, {"connection": connection, "create": "echo again"})
    assert changed.state["stdout"] == "again"


def test_a_changed_connection_is_a_changed_input(command: Asking, connection: dict[str, Any]) -> None:
    made = _made(command, connection)
    answer = command.diff(COMMAND, made, {"connection": connection | {"user": "dokku"}, "create": "echo created"})
    assert (answer.diffs, answer.replaces) == (["connection"], [])


@pytest.mark.usefixtures("stand_in")  # the real plugin leaves it to the SDK, whose resource says replaceOnChanges
def test_changed_triggers_replace(command: Asking, connection: dict[str, Any]) -> None:
    made = _made(command, connection, triggers=[1])
    answer = command.diff(COMMAND, made, {"connection": connection, "create": "echo created", "triggers": [2]})
    assert answer.replaces == ["triggers"]


def test_a_preview_of_an_update_runs_nothing(command: Asking, host: SmallSsh, connection: dict[str, Any]) -> None:
    made, before = _made(command, connection), len(host.connections)
    command.update(COMMAND, made, {"connection": connection, "create": "echo again"}, preview=True)
    assert len(host.connections) == before


def test_delete_uses_the_old_inputs(command: Asking, connection: dict[str, Any], tmp_path: Path) -> None:
    mark = tmp_path / "gone"
    made = _made(command, connection, delete=f"cat > {mark}", stdin="old")
    command.delete(COMMAND, made)
    assert mark.read_text() == "old"


def test_deleting_without_a_delete_text_opens_no_connection(command: Asking, connection: dict[str, Any]) -> None:
    made = _made(command, connection)
    made.state["connection"] = {"host": "127.0.0.1", "port": 1}
    command.delete(COMMAND, made)


def test_a_wrong_host_key_is_refused_before_anything_runs(
    command: Asking, connection: dict[str, Any], tmp_path: Path
) -> None:
    other = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKgi6Z/Wsr084Und+4ph0VSKLlWBpih44gwS3/vQB4A6"
    with pytest.raises(ApiError, match=r"^after 0 failed attempts: ssh: handshake failed: ssh: host key mismatch$"):
        command.create(COMMAND, {"connection": connection | {"hostKey": other}, "create": f"touch {tmp_path}/ran"})
    assert not (tmp_path / "ran").exists()


def test_a_refused_key_is_said_in_the_real_words(command: Asking, connection: dict[str, Any]) -> None:
    with small_ssh() as stranger, pytest.raises(ApiError) as caught:
        command.create(COMMAND, {"connection": connection | {"privateKey": stranger.user_key}, "create": "true"})
    assert str(caught.value) == (
        "after 0 failed attempts: ssh: handshake failed: ssh: unable to authenticate, "
        "attempted methods [none publickey], no supported methods remain"
    )


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"privateKey": "x"}, "ssh: no key found"),
        ({"hostKey": "x"}, "failed to parse host key: ssh: no key found"),
        ({"host": "nowhere.invalid"}, r"after 0 failed attempts: dial tcp: lookup nowhere.invalid.*: no such host"),
    ],
)
def test_what_names_no_key_and_no_host_is_an_error(
    command: Asking, connection: dict[str, Any], *, changed: dict[str, str], said: str
) -> None:
    with pytest.raises(ApiError, match=f"^{said}$"):
        command.create(COMMAND, {"connection": connection | changed, "create": "true"})


def test_a_private_key_with_a_passphrase_opens_nothing(
    command: Asking, connection: dict[str, Any], tmp_path: Path
) -> None:
    words = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "hunter22", "-f", str(tmp_path / "key")]
    subprocess.run(words, check=True)
    own = connection | {"privateKey": (tmp_path / "key").read_text()}
    with pytest.raises(ApiError, match=r"^ssh: this private key is passphrase protected$"):
        command.create(COMMAND, {"connection": own, "create": "true"})


def test_without_a_key_no_method_is_tried(command: Asking, connection: dict[str, Any]) -> None:
    without = {name: value for name, value in connection.items() if name != "privateKey"}
    with pytest.raises(ApiError, match=r"attempted methods \[none\], no supported methods remain$"):
        command.create(COMMAND, {"connection": without, "create": "true"})


def test_a_pinned_key_of_a_kind_that_the_server_does_not_have_is_an_error(
    command: Asking, connection: dict[str, Any]
) -> None:
    def said(host_key: str) -> str:
        with pytest.raises(ApiError) as caught:
            command.create(COMMAND, {"connection": connection | {"hostKey": host_key}, "create": "true"})
        return str(caught.value)

    # The server sees it, too, and hangs up: sometimes before the client has read what it offers, which is then an EOF.
    with small_ssh(kinds=["ecdsa-sha2-nistp256"]) as other:
        tries = (said(other.host_key) for _ in range(10))
        assert any("ssh: handshake failed: ssh: no common algorithm for host key" in text for text in tries)


def test_what_is_not_utf_8_has_run_and_fails(command: Asking, connection: dict[str, Any]) -> None:
    with pytest.raises(ApiError, match=r"^grpc: error while marshaling: string field contains invalid UTF-8$"):
        command.create(COMMAND, {"connection": connection, "create": r"printf 'a\377b\n'"})
    assert command.logged == [("info", "a\ufffdb", True)]
    with pytest.raises(ApiError, match=r"exit 1\":\na\ufffdb\n$"):
        command.create(COMMAND, {"connection": connection, "create": r"printf 'a\377b\n'; exit 1"})


LONG_LINE = "head -c 65536 /dev/zero | tr '\\0' x; echo"


@pytest.mark.usefixtures("stand_in")  # tried: the real plugin never ends
def test_a_logged_line_of_64_kib_is_an_error_where_the_real_plugin_hangs(
    command: Asking, connection: dict[str, Any]
) -> None:
    with pytest.raises(ApiError, match="here the real provider waits for ever"):
        command.create(COMMAND, {"connection": connection, "create": LONG_LINE})


def test_a_long_line_that_is_not_logged_is_kept(command: Asking, connection: dict[str, Any]) -> None:
    made = command.create(COMMAND, {"connection": connection, "create": LONG_LINE, "logging": "none"})
    assert made.state["stdout"] == "x" * 65536


@pytest.fixture
def agent(tmp_path: Path, host: SmallSsh) -> Iterator[str]:
    """A real ssh-agent that holds the host's user key; its socket."""
    with tempfile.TemporaryDirectory() as folder:  # a short path: sockets' names have 107 bytes
        path = f"{folder}/agent"
        running = subprocess.Popen(["ssh-agent", "-D", "-a", path], stdout=subprocess.DEVNULL)
        try:
            wait_for(Path(path).exists)
            key = tmp_path / "key"
            key.write_text(host.user_key)
            key.chmod(0o600)
            add = ["ssh-add", "-q", str(key)]
            subprocess.run(add, env={**os.environ, "SSH_AUTH_SOCK": path}, check=True, capture_output=True)
            yield path
        finally:
            running.terminate()
            running.wait()


def test_the_agent_opens_what_it_has_the_key_for(command: Asking, connection: dict[str, Any], agent: str) -> None:
    without = {name: value for name, value in connection.items() if name != "privateKey"}
    made = command.create(COMMAND, {"connection": without | {"agentSocketPath": agent}, "create": "echo in"})
    assert made.state["stdout"] == "in"


@pytest.fixture
def agent_of_the_environment(agent: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSH_AUTH_SOCK", agent)


@pytest.mark.usefixtures("agent_of_the_environment")  # before the plugin starts
def test_the_agent_of_the_environment_counts_too(command: Asking, connection: dict[str, Any]) -> None:
    without = {name: value for name, value in connection.items() if name != "privateKey"}
    assert command.create(COMMAND, {"connection": without, "create": "echo in"}).state["stdout"] == "in"


def test_an_agent_that_is_not_there_is_an_error(command: Asking, connection: dict[str, Any]) -> None:
    with pytest.raises(ApiError, match=r"^dial unix /nowhere/agent: connect: no such file or directory$"):
        command.create(COMMAND, {"connection": connection | {"agentSocketPath": "/nowhere/agent"}, "create": "true"})


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def test_a_refused_port_is_tried_again_up_to_the_limit(command: Asking, connection: dict[str, Any]) -> None:
    port = _free_port()
    with pytest.raises(ApiError) as caught:
        command.create(COMMAND, {"connection": connection | {"port": port, "dialErrorLimit": 2}, "create": "true"})
    assert str(caught.value) == (f"after 2 failed attempts: dial tcp 127.0.0.1:{port}: connect: connection refused")
    assert [text for _, text, _ in command.logged] == ["Dial 1/2 failed: retrying", "Dial 2/2 failed: retrying"]


def test_without_a_limit_only_the_time_ends_it(command: Asking, connection: dict[str, Any]) -> None:
    unreachable = connection | {"port": _free_port(), "dialErrorLimit": -1}
    with pytest.raises(ApiError, match=r"^context deadline exceeded$"):
        command.create(COMMAND, {"connection": unreachable, "create": "true"}, timeout=1)
    assert command.logged[0][1] == "Dial 1/inf failed: retrying"


def test_the_time_limit_does_not_cut_a_command(command: Asking, connection: dict[str, Any]) -> None:
    made = command.create(COMMAND, {"connection": connection, "create": "sleep 1.5; echo done"}, timeout=1)
    assert made.state["stdout"] == "done"


@pytest.mark.usefixtures("stand_in")  # the small server takes any; an OpenSSH 9.2 gave just these words
def test_an_environment_is_refused_as_by_a_server_without_accept_env(
    command: Asking, connection: dict[str, Any]
) -> None:
    with pytest.raises(ApiError, match=r'^could not set environment variable "A": ssh: setenv failed$'):
        command.create(COMMAND, {"connection": connection, "create": "true", "environment": {"A": "1"}})


@pytest.mark.usefixtures("stand_in")
@pytest.mark.parametrize(("switched", "warnings"), [({}, 1), ({"addPreviousOutputInEnv": False}, 0)])
def test_previous_output_is_offered_unless_switched_off(
    command: Asking, connection: dict[str, Any], switched: dict[str, bool], warnings: int
) -> None:
    made = _made(command, connection, **switched)
    command.update(COMMAND, made, {"connection": connection, "create": "echo again"} | switched)
    said = [text for severity, text, _ in command.logged if severity == "warning"]
    assert len(said) == warnings
    assert all(text.startswith("Unable to set 'PULUMI_COMMAND_STDOUT'.") for text in said)


@pytest.mark.usefixtures("stand_in")  # the real plugin leaves it to the SDK, too
def test_the_connection_is_secret(command: Asking, connection: dict[str, Any]) -> None:
    assert _made(command, connection).secret == {"connection"}
