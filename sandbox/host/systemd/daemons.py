"""The image's own daemons, which the stand-ins keep running by themselves: always active, never a unit file of theirs.

A reload or restart is a line in the journal. sshd's and Docker's read their settings then, as the real ones do, and at
no other time: what is written but not reloaded counts for nothing.
"""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from sandbox.host.ssh import sshd_config
from sandbox.host.systemd import journal, service, units
from sandbox.host.systemd.units import UnitError

# sd_booted(3): by this folder a program tells that systemd runs the host.
_BOOTED = Path("/run/systemd/system")
DOCKER_FILE, DOCKER_IN_FORCE = Path("/etc/docker/daemon.json"), Path("/run/docker/sandbox.json")


def _docker() -> None:
    DOCKER_IN_FORCE.parent.mkdir(parents=True, exist_ok=True)
    if DOCKER_FILE.exists():
        shutil.copyfile(DOCKER_FILE, DOCKER_IN_FORCE)
    else:
        DOCKER_IN_FORCE.unlink(missing_ok=True)


def _docker_hears() -> None:
    """Its ExecReload is `kill -s HUP`: systemctl is done before Docker is (its docker.service)."""
    text = f"sleep 0.5; rm -f {DOCKER_IN_FORCE}; cp {DOCKER_FILE} {DOCKER_IN_FORCE}"
    DOCKER_IN_FORCE.parent.mkdir(parents=True, exist_ok=True)
    nothing = subprocess.DEVNULL
    subprocess.Popen(["sh", "-c", text], stdin=nothing, stdout=nothing, stderr=nothing, start_new_session=True)


def _nothing() -> None:
    """There is nothing that it would read."""


_DAEMONS: dict[str, Callable[[], None]] = {
    "cron.service": _nothing,
    "docker.service": _docker,
    "nginx.service": _nothing,
    "ssh.service": sshd_config.reload,
    "systemd-journald.service": _nothing,
}


def known(name: str) -> bool:
    """Whether it is one of them."""
    return name in _DAEMONS


def read_again(name: str, what: str) -> None:
    """`reload` or `restart`; UnitError when the daemon refuses its settings, and it goes on with the old ones."""
    try:
        if (name, what) == ("docker.service", "reload"):
            _docker_hears()
        else:
            _DAEMONS[name]()
    except sshd_config.BadConfigError as error:
        journal.write(name, "sshd", str(error))
        raise UnitError(
            f'Job for {name} failed.\nSee "systemctl status {name}" and "journalctl -xeu {name}" for details.'
        ) from None
    journal.write(name, "systemd[1]", f"{'Reloaded' if what == 'reload' else 'Started'} {name}.")


def boot() -> None:
    """Each starts with what is written, or the host does not come up; then what is enabled as the image's own is."""
    _BOOTED.mkdir(parents=True, exist_ok=True)
    if not sshd_config.MAIN.exists():
        sshd_config.MAIN.write_text(sshd_config.TEXT)
    for name in _DAEMONS:
        read_again(name, "restart")
    for name in units.wanted("multi-user.target"):
        service.spawn(name).wait()
