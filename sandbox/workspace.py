"""What the sandbox needs before the engine can run: its folder, the user's key, the store, the stack file filled in."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from components.config.parsing import yaml_file
from sandbox.engine.engine import Engine
from sandbox.host.machine import Machine
from sandbox.store import Store

CHECKOUT = Path(__file__).resolve().parents[1]


def root() -> Path:
    """The sandbox's folder: `.sandbox` in the checkout, or where PETBASE_SANDBOX points."""
    return Path(os.environ.get("PETBASE_SANDBOX") or CHECKOUT / ".sandbox").resolve()


def prepare(folder: Path, say: Callable[[str], None]) -> Engine:
    """Everything running that was running, and an engine on the filled-in copy of Pulumi.sandbox.yaml."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = _user_key(folder)
    store = Store(folder / "store")
    if not store.is_running():
        say("starting the object store")
        store.start()
    for machine in Machine.all(folder):
        if not machine.is_running():
            say(f"starting host {machine.address}")
            machine.start()
            machine.wait_until_ssh()
    estate = _estate(key.with_suffix(".pub").read_text().strip(), store.endpoint)
    return Engine(folder, CHECKOUT, config={"petbase:estate": estate}, say=say)


def opened(folder: Path, say: Callable[[str], None] = print) -> Engine:
    """An engine that reads what is there; nothing is started."""
    return Engine(folder, CHECKOUT, config={"petbase:estate": filled_in(folder)}, say=say)


def filled_in(folder: Path) -> dict[str, Any]:
    """The estate of Pulumi.sandbox.yaml with the key and the address of the sandbox in this folder."""
    return _estate(_public(folder), _endpoint(folder))


def _public(folder: Path) -> str:
    return _user_key(folder).with_suffix(".pub").read_text().strip()


def _endpoint(folder: Path) -> str:
    return Store(folder / "store").endpoint


def _estate(public_key: str, endpoint: str) -> dict[str, Any]:
    estate: dict[str, Any] = yaml_file.load(CHECKOUT / "Pulumi.sandbox.yaml")["config"]["petbase:estate"]
    estate["server"]["authorized-keys"] = [public_key]
    estate["backups"]["endpoint"] = endpoint
    return estate


def _user_key(folder: Path) -> Path:
    """The key that a person would have in ~/.ssh; made once, and never a real one of theirs."""
    key = folder / "id_ed25519"
    if not key.exists():
        command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "you@sandbox", "-f", str(key)]
        subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    return key
