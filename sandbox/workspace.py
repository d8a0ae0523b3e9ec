"""What the sandbox needs before the engine can run: its folder, the user's key, the store, the stack file filled in."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from components.config.parsing import yaml_file
from sandbox import restic, second_store
from sandbox.engine.engine import Engine
from sandbox.host.machine import Machine
from sandbox.store import Store

CHECKOUT = Path(__file__).resolve().parents[1]


def root() -> Path:
    """The sandbox's folder: `.sandbox` in the checkout, or where PETBASE_SANDBOX points."""
    return Path(os.environ.get("PETBASE_SANDBOX") or CHECKOUT / ".sandbox").resolve()


def prepare(folder: Path, say: Callable[[str], None], *, second: bool = True) -> Engine:
    """Everything running that was running, and an engine on the filled-in copy of Pulumi.sandbox.yaml; without a second
    store for dumps where that is not wanted.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _user_key(folder)
    store = Store(folder / "store")
    if not store.is_running():
        say("starting the object store")
        store.start()
    if second and _has_copy(_declared()) and not second_store.of(folder).is_running():
        say("starting the second store, for copies of dumps")
        second_store.start(folder)
    for machine in Machine.all(folder):
        if not machine.is_running():
            say(f"starting host {machine.address}")
            machine.start()
            machine.wait_until_ssh()
    return _engine(folder, filled_in(folder, second=second), say)


def opened(folder: Path, say: Callable[[str], None] = print) -> Engine:
    """An engine that reads what is there; nothing is started."""
    return _engine(folder, filled_in(folder), say)


def stop(folder: Path) -> None:
    """Hosts and stores; what they hold stays."""
    for machine in Machine.all(folder):
        machine.stop()
    for store in (Store(folder / "store"), second_store.of(folder)):
        store.stop()


def filled_in(folder: Path, *, second: bool = True) -> dict[str, Any]:
    """The estate of Pulumi.sandbox.yaml with the key and the addresses of the sandbox in this folder."""
    estate = _declared()
    estate["server"]["authorized-keys"] = [_user_key(folder).with_suffix(".pub").read_text().strip()]
    estate["backups"]["endpoint"] = Store(folder / "store").endpoint
    if not second or not second_store.is_made(folder):
        estate["backups"].pop("copy", None)
    elif _has_copy(estate):
        estate["backups"]["copy"]["endpoint"] = second_store.of(folder).endpoint
    if restic.find() is None:
        _leave_out_backups(estate.get("apps"))
    return estate


def _leave_out_backups(apps: Any) -> None:
    """Of files; a section that is wrong is the program's to name."""
    for app in apps.values() if isinstance(apps, dict) else ():
        if isinstance(app, dict):
            app.pop("backup", None)


def _engine(folder: Path, estate: dict[str, Any], say: Callable[[str], None]) -> Engine:
    keys = second_store.config(folder) if _has_copy(estate) else {}
    return Engine(folder, CHECKOUT, config={"petbase:estate": estate, **keys}, say=say)


def _declared() -> dict[str, Any]:
    estate: dict[str, Any] = yaml_file.load(CHECKOUT / "Pulumi.sandbox.yaml")["config"]["petbase:estate"]
    return estate


def _has_copy(estate: dict[str, Any]) -> bool:
    return "copy" in estate["backups"]


def _user_key(folder: Path) -> Path:
    """The key that a person would have in ~/.ssh; made once, and never a real one of theirs."""
    key = folder / "id_ed25519"
    if not key.exists():
        command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "you@sandbox", "-f", str(key)]
        subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    return key
