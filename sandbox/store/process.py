"""The store as a separate process: started once, found again by anyone who knows its directory."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from sandbox.store import account

READY = "/.petbase/ready"  # no bucket's name starts with a dot
CHECKOUT = Path(__file__).resolve().parents[2]
_PATIENCE = 15.0  # seconds for a stop


class StoreError(Exception):
    """The store cannot be started or stopped; the sentence says why."""


@dataclass(frozen=True)
class Store:
    """The stand-in for R2's S3 side over one directory (`.sandbox/store`)."""

    root: Path

    @property
    def endpoint(self) -> str:
        """Its URL, the same after every restart. StoreError before the first start."""
        held = account.read_json(self.root / "store.json", None)
        if held is None:
            raise StoreError(f"the object store in {self.root} was never started")
        return str(held["endpoint"])

    def is_running(self) -> bool:
        """Whether the process that store.json names answers on its port, and not some other program."""
        held = account.read_json(self.root / "store.json", None)
        return held is not None and _answers(held["port"]) == held["pid"]

    def start(self) -> None:
        """Start it, detached, unless it runs; back when it answers. StoreError when its port is another program's."""
        if self.is_running():
            return
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        port = account.read_json(self.root / "store.json", {}).get("port") or _free_port()
        command = [sys.executable, "-m", "sandbox.store", str(self.root), str(port)]
        # The launcher binds the port, leaves a detached child behind, writes store.json and ends.
        done = subprocess.run(
            command, cwd=CHECKOUT, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )
        if done.returncode != 0 or not self.is_running():
            raise StoreError(f"the object store does not start on port {port}: {done.stderr.strip()}")

    def stop(self) -> None:
        """End it and wait until its port is silent; nothing happens when it does not run."""
        if not self.is_running():
            return
        held = account.read_json(self.root / "store.json", {})
        os.kill(held["pid"], signal.SIGTERM)
        deadline = time.monotonic() + _PATIENCE
        while _answers(held["port"]) == held["pid"]:
            if time.monotonic() > deadline:
                raise StoreError(f"the object store (process {held['pid']}) does not stop")
            time.sleep(0.02)


def _answers(port: int) -> int | None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", READY)
        text = connection.getresponse().read(20)
        return int(text) if text.isdigit() else None
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
