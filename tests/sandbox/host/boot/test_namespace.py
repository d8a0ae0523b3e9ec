"""Machines that cannot hold a sandbox host say so before anything is started."""

import re
from pathlib import Path

import pytest

from sandbox.host.machine import Machine, MachineError


def _only(folder: Path, monkeypatch: pytest.MonkeyPatch, *, unshare: str = "exit 0") -> None:
    """A PATH that holds util-linux's tools and nothing else, with an unshare of the test's own."""
    for name, text in {"unshare": unshare, "nsenter": "", "setpriv": "", "setsid": ""}.items():
        (folder / name).write_text(f"#!/bin/sh\n{text}\n")
        (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))


def test_a_machine_that_forbids_namespaces_says_so_and_what_helps(
    machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _only(tmp_path, monkeypatch, unshare="echo 'unshare: Operation not permitted' >&2; exit 1")
    message = (
        "this machine forbids user namespaces (unshare: Operation not permitted); "
        "on Ubuntu 24.04: sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0"
    )
    with pytest.raises(MachineError, match=f"^{re.escape(message)}$"):
        machine.start()
    assert not machine.is_running()


def test_a_machine_without_util_linux_says_what_is_missing(
    machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _only(tmp_path, monkeypatch)
    (tmp_path / "nsenter").unlink()
    message = "nsenter is not installed; it belongs to util-linux, which the sandbox host needs"
    with pytest.raises(MachineError, match=f"^{re.escape(message)}$"):
        machine.start()
