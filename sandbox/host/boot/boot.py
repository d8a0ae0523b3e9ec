"""The first seconds of a host and what runs until it stops: user data, services, apps, then SSH, cron, timers, router.

SSH is opened last and not before the boot delay is over: on a new VPS the port refuses connections for a while.
"""

import asyncio
import json
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncssh

from sandbox.host import paths
from sandbox.host.boot import cloud_init
from sandbox.host.ssh import sshd
from sandbox.host.systemd import daemons, timers, units
from sandbox.host.timing import cron
from sandbox.host.web import router

_DONE_ONCE = Path("/var/lib/cloud/instance/boot-finished")
_START_SECONDS = 60
_STOP_SECONDS = 20  # machine.py insists after 30


def log(line: str) -> None:
    """One line for boot.log, which this process's output goes to."""
    print(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} {line}", flush=True)


def main() -> int:
    """Boot, serve, stop; the exit code of the host."""
    machine = json.loads(paths.MACHINE.read_text())
    log(f"booting {machine['hostname']}")
    try:
        asyncio.run(_run(machine))
    except* (cloud_init.BadUserDataError, units.UnitError, OSError) as errors:
        for error in errors.exceptions:
            log(f"boot failed: {error}")
        sys.exit(1)
    log("stopped")
    return 0


async def _run(machine: dict[str, Any]) -> None:
    told_to_stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, told_to_stop.set)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})  # kept back since namespace.py
    opens_at = time.monotonic() + machine["boot_delay_seconds"]
    _first_boot(machine)
    daemons.boot()
    await _dokku("sandbox:start", _START_SECONDS)
    async with asyncio.TaskGroup() as tasks:
        doors = router.run(machine["http_port"], machine["https_port"])
        running = [tasks.create_task(one) for one in (cron.run(), timers.run(), doors)]
        stop = tasks.create_task(told_to_stop.wait())
        await asyncio.wait({stop}, timeout=opens_at - time.monotonic())
        if not stop.done():
            server = await sshd.listen(machine["address"], machine["ssh_port"])
            _finish_boot()
            await stop
            server.close()
        for task in running:
            task.cancel()
    await _dokku("sandbox:stop", _STOP_SECONDS)


def _first_boot(machine: dict[str, Any]) -> None:
    """What cloud-init and the image's own first boot do once in a server's life."""
    if _DONE_ONCE.exists():
        return
    for line in cloud_init.apply(paths.USER_DATA.read_text(), machine["authorized_keys"]):
        log(f"cloud-init: {line}")
    if not list(Path("/etc/ssh").glob("ssh_host_*_key")):
        key = asyncssh.generate_private_key("ssh-ed25519")
        key.write_private_key("/etc/ssh/ssh_host_ed25519_key")
        key.write_public_key("/etc/ssh/ssh_host_ed25519_key.pub")
    _DONE_ONCE.parent.mkdir(parents=True, exist_ok=True)
    _DONE_ONCE.touch()


def _finish_boot() -> None:
    paths.BOOT_STATUS.parent.mkdir(parents=True, exist_ok=True)
    paths.BOOT_STATUS.write_text('{"v1": {"datasource": "DataSourceHetzner", "errors": []}}\n')
    log("ready")


async def _dokku(verb: str, patience_seconds: float) -> None:
    """Let the stand-in start what ran before, or stop it in good order: a database does not like to be killed."""
    words = ["/usr/bin/dokku", verb]
    process = await asyncio.create_subprocess_exec(*words, stdin=subprocess.DEVNULL, start_new_session=True)
    try:
        code = await asyncio.wait_for(process.wait(), patience_seconds)
    except TimeoutError:
        process.kill()
        code = await process.wait()
    if code:
        log(f"dokku {verb}: exit {code}")
