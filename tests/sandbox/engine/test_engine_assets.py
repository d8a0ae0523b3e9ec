"""Assets through the real engine: it computes the hash, hides the old content, and decides by the hash."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.engine.engine import Engine
from tests.support.engine import Tiny
from tests.support.sshd import SmallSsh, small_ssh


@pytest.fixture
def host() -> Iterator[SmallSsh]:
    with small_ssh() as server:
        yield server


@pytest.fixture
def tiny(tmp_path: Path) -> Tiny:
    return Tiny(tmp_path)


def copying(tiny: Tiny, host: SmallSsh, source: str, remote: Path, more: str = "") -> Engine:
    """A program that copies `source`, an expression, to `remote`."""
    connection = {"host": "127.0.0.1", "port": host.port, "private_key": host.user_key, "host_key": host.host_key}
    return tiny.program(f"""\
        from pulumi_command import remote
        remote.CopyToRemote(
            "c", connection=remote.ConnectionArgs(**{connection!r}), source={source}, remote_path="{remote}"{more})
    """)


@pytest.mark.soak
def test_a_changed_file_is_an_update_and_the_same_one_is_none(tiny: Tiny, host: SmallSsh, tmp_path: Path) -> None:
    program, remote = tmp_path / "x.pyz", tmp_path / "there/x.pyz"
    program.write_bytes(b"\x00first" * 100_000)
    engine = copying(tiny, host, f'pulumi.FileAsset("{program}")', remote)
    assert engine.up().counts == {"create": 2}
    assert remote.read_bytes() == program.read_bytes()
    assert engine.up().total == 0
    assert engine.refresh().total == 0
    assert engine.preview().total == 0
    program.write_bytes(b"second")
    assert engine.up().counts == {"update": 1, "same": 1}
    assert remote.read_bytes() == b"second"
    assert len(host.connections) == 2
    assert engine.destroy().counts == {"delete": 2}
    assert remote.exists()


def test_the_state_holds_a_files_hash_and_path_and_never_its_content(
    tiny: Tiny, host: SmallSsh, tmp_path: Path
) -> None:
    program = tmp_path / "x.pyz"
    program.write_text("the content " * 1000)
    engine = copying(tiny, host, f'pulumi.FileAsset("{program}")', tmp_path / "there")
    engine.up()
    (copied,) = [one for one in engine.export()["resources"] if one["type"] == "command:remote:CopyToRemote"]
    assert copied["inputs"]["source"]["hash"] == copied["outputs"]["source"]["hash"]
    assert copied["inputs"]["source"]["path"] == str(program)
    assert "the content" not in json.dumps(copied)


@pytest.mark.soak
def test_a_text_is_written_and_changed(tiny: Tiny, host: SmallSsh, tmp_path: Path) -> None:
    remote = tmp_path / "there"
    copying(tiny, host, 'pulumi.StringAsset("one")', remote).up()
    assert remote.read_text() == "one"
    assert copying(tiny, host, 'pulumi.StringAsset("two")', remote).up().counts == {"update": 1, "same": 1}
    assert remote.read_text() == "two"


@pytest.mark.soak
def test_changed_triggers_replace_and_copy_again(tiny: Tiny, host: SmallSsh, tmp_path: Path) -> None:
    remote = tmp_path / "there"
    copying(tiny, host, 'pulumi.StringAsset("one")', remote, ", triggers=[1]").up()
    remote.unlink()
    engine = copying(tiny, host, 'pulumi.StringAsset("one")', remote, ", triggers=[2]")
    assert engine.up().counts == {"replace": 1, "same": 1}
    assert remote.read_text() == "one"
