"""What the first boot makes of user data."""

from pathlib import Path

import pytest

from sandbox.host.boot import cloud_init

_HEAD = "#cloud-config\n"


def _keys(root: Path) -> str:
    return (root / "root/.ssh/authorized_keys").read_text()


def test_no_user_data_leaves_the_projects_keys(tmp_path: Path) -> None:
    assert cloud_init.apply("", ["ssh-ed25519 AAAA project"], tmp_path) == []
    assert _keys(tmp_path) == "ssh-ed25519 AAAA project\n"
    assert (tmp_path / "root/.ssh/authorized_keys").stat().st_mode & 0o777 == 0o600


def test_keys_of_the_top_and_of_root_are_roots(tmp_path: Path) -> None:
    text = _HEAD + "ssh_authorized_keys: [one]\nusers: [default, {name: root, ssh_authorized_keys: [two]}]\n"
    cloud_init.apply(text, [], tmp_path)
    assert _keys(tmp_path) == "one\ntwo\n"


def test_a_key_file_that_was_written_keeps_its_lines_and_gets_the_projects_keys(tmp_path: Path) -> None:
    text = (
        _HEAD
        + "write_files: [{path: /root/.ssh/authorized_keys, content: \"# ours\\nmine\\n\", permissions: '0600'}]\n"
    )
    cloud_init.apply(text, ["project", "mine"], tmp_path)
    assert _keys(tmp_path) == "# ours\nmine\nproject\n"


def test_a_disabled_root_is_told_so_at_login(tmp_path: Path) -> None:
    cloud_init.apply(_HEAD + "disable_root: true\n", ["ssh-ed25519 AAAA"], tmp_path)
    assert "command=\"echo 'Please login as the user" in _keys(tmp_path)
    assert _keys(tmp_path).endswith(" ssh-ed25519 AAAA\n")


def test_host_keys_are_the_ones_that_were_given(tmp_path: Path) -> None:
    cloud_init.apply(_HEAD + "ssh_keys: {ed25519_private: 'SECRET', ed25519_public: 'PUBLIC'}\n", [], tmp_path)
    private, public = tmp_path / "etc/ssh/ssh_host_ed25519_key", tmp_path / "etc/ssh/ssh_host_ed25519_key.pub"
    assert (private.read_text(), public.read_text()) == ("SECRET\n", "PUBLIC\n")
    assert (private.stat().st_mode & 0o777, public.stat().st_mode & 0o777) == (0o600, 0o644)


def test_files_are_written_with_their_permissions(tmp_path: Path) -> None:
    first = "{path: /etc/a/b, content: aGFsbG8=, encoding: b64}"
    second = "{path: /etc/a/b, content: '!', append: true, permissions: '0750'}"
    cloud_init.apply(f"{_HEAD}write_files: [{first}, {second}]\n", [], tmp_path)
    file = tmp_path / "etc/a/b"
    assert (file.read_text(), file.stat().st_mode & 0o777) == ("hallo!", 0o750)


def test_what_cannot_be_done_here_is_said(tmp_path: Path) -> None:
    said = cloud_init.apply(_HEAD + "runcmd: [[reboot]]\nswap: {size: 1}\npackages: [curl]\n", [], tmp_path)
    assert said == [f"{name}: not run in the sandbox" for name in ("runcmd", "swap", "packages")]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("#!/bin/sh\n", 'user data must begin with the line "#cloud-config"'),
        (_HEAD + "- a\n", "user data must hold a mapping"),
        (_HEAD + "ssh_kyes: {}\nwrite_file: []\n", "user data: unknown key ssh_kyes, write_file"),
        (_HEAD + "users: [{name: me}]\n", "user data: users: {'name': 'me'}; only root exists in the sandbox"),
        (_HEAD + "timezone: Mars/Olympus\n", "user data: timezone: no such zone Mars/Olympus"),
        (_HEAD + "ssh_keys: {ed25519: x}\n", "user data: ssh_keys: unknown key ed25519"),
    ],
)
def test_user_data_that_means_nothing_is_an_error(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(cloud_init.BadUserDataError) as caught:
        cloud_init.apply(text, [], tmp_path)
    assert str(caught.value) == message
