"""An app's web process: what a container is on the real thing. It has a separate session; its output goes to a file."""

import contextlib
import os
import secrets
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import Any

from sandbox.host.dokku.core import addresses, files
from sandbox.host.dokku.core.paths import HOME, SANDBOX

_STOP_SECONDS = 10.0


def folder(app: str) -> Path:
    """What the stand-in keeps of an app: its source, its output, its process."""
    return SANDBOX / "apps" / app


def known(app: str) -> dict[str, Any]:
    """The app's process while it runs: id, pid, address, port."""
    process = files.read_json(folder(app) / "process.json")
    return process if process and alive(process["pid"], process["started"]) else {}


def alive(pid: int, started: str) -> bool:
    """Whether this very process still runs; process ids come back, start times do not."""
    return started != "" and start_time(pid) == started


def start_time(pid: int) -> str:
    """When a process started, as /proc tells it; empty for one that is gone or a zombie."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return ""
    return "" if fields[0] == "Z" else fields[19]


def start(app: str, words: list[str], where: Path, environment: dict[str, str], port: int) -> dict[str, Any]:
    """Start a process beside the current one, if there is one; not yet the app's (`adopt`)."""
    fresh = secrets.token_hex(32)
    slot = _other_slot(app)
    address = addresses.of("app", slot)
    port = addresses.free_port(port)
    log = folder(app) / f"{fresh[:12]}.log"
    with log.open("wb") as output:
        child = subprocess.Popen(
            words,
            cwd=where,
            env={**environment, "PORT": str(port), "HOST": address, "HOSTNAME": fresh[:12]},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    return {
        "id": fresh,
        "pid": child.pid,
        "started": start_time(child.pid),
        "address": address,
        "slot": slot,
        "port": port,
        "log": str(log),
    }


def _other_slot(app: str) -> str:
    """Two addresses take turns, so that the old process serves until the new one answers."""
    return f"{app}/b" if files.read_json(folder(app) / "process.json").get("slot") == f"{app}/a" else f"{app}/a"


def answers(process: dict[str, Any], seconds: float) -> bool:
    """Wait until its port takes connections; False when it ended, or never listened."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and runs(process):
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex((process["address"], process["port"])) == 0:
                return True
        time.sleep(0.05)
    return False


def runs(process: dict[str, Any]) -> bool:
    """Whether it has not ended; reaps it when it has."""
    with contextlib.suppress(ChildProcessError):
        os.waitpid(process["pid"], os.WNOHANG)
    return alive(process["pid"], process["started"])


def adopt(app: str, process: dict[str, Any]) -> None:
    """Make it the app's process and end the one before."""
    before = known(app)
    files.write_json(folder(app) / "process.json", process)
    files.write(container_file(app), process["id"])
    end(before)


def container_file(app: str) -> Path:
    """Where Dokku's scheduler keeps the container's id; it stays while the container is stopped."""
    return HOME / app / "CONTAINER.web.1"


def containers() -> dict[str, tuple[str, str]]:
    """Of each app that has one its container: id and Docker's word for its state."""
    found = {path.parent.name: files.text(path) for path in sorted(HOME.glob("*/CONTAINER.web.1"))}
    return {app: (identity, "running" if known(app) else "exited") for app, identity in found.items()}


def stop(app: str) -> None:
    """End the app's process; its addresses are free again."""
    end(known(app))
    (folder(app) / "process.json").unlink(missing_ok=True)
    for slot in ("a", "b"):
        addresses.release("app", f"{app}/{slot}")


def end(process: dict[str, Any]) -> None:
    """SIGTERM to its whole session, SIGKILL to what is left after a while."""
    if not process:
        return
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process["pid"], signal.SIGTERM)
        deadline = time.monotonic() + _STOP_SECONDS
        while time.monotonic() < deadline and runs(process):
            time.sleep(0.02)
        os.killpg(process["pid"], signal.SIGKILL)
