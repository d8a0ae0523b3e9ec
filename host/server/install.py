"""The installation of Dokku by the bootstrap.sh of its release: five to ten minutes, begun again where it was cut."""

from __future__ import annotations

import hashlib
from pathlib import Path

from host.core import files
from host.core.errors import HostError, ProgramError
from host.core.host import Host
from host.server.packages import apt

INSTALLING = "server/installing"
"""The state while it runs."""
_ANSWERS = """\
dokku dokku/vhost_enable boolean true
dokku dokku/web_config boolean false
dokku dokku/skip_key_file boolean true
"""


def is_installed(host: Host) -> bool:
    """Whether Dokku is on the server, whole."""
    return host.has("dokku") and not host.state.exists(INSTALLING)


def install_dokku(host: Host, version: str, sha256: str) -> None:
    """Install a release of Dokku. `sha256` is what its bootstrap.sh must have; "" takes any and names it."""
    host.step(f"installing Dokku {version}, five to ten minutes")
    if host.state.exists(INSTALLING):
        apt.finish_interrupted(host)
    host.state.write(INSTALLING, version=version)
    script = _downloaded(host, version)
    try:
        _check(host, script, version, sha256)
        _run(host, script, version)
    finally:
        script.unlink(missing_ok=True)
    host.state.remove(INSTALLING)


def _downloaded(host: Host, version: str) -> Path:
    if not host.has("curl"):
        apt.ensure(host, "curl")
    script = host.path("/run/petbase-bootstrap.sh")
    url = f"https://dokku.com/install/v{version}/bootstrap.sh"
    flags = ("--fail", "--silent", "--show-error", "--location", "--retry", "3")
    answer = host.ask("curl", *flags, "--output", str(script), url)
    if not answer.ok:
        raise ProgramError(
            f"{url} could not be downloaded; nothing was installed. If there is a Dokku {version}, run pulumi up again",
            answer.output,
            answer.code,
        )
    return script


def _check(host: Host, script: Path, version: str, sha256: str) -> None:
    found = hashlib.sha256(script.read_bytes()).hexdigest()
    if not sha256:
        host.step(f"bootstrap.sh has SHA-256 {found}; write it down as dokku.bootstrap-sha256")
    elif found != sha256:
        raise HostError(
            f"bootstrap.sh of Dokku {version} has SHA-256 {found} and the stack file says {sha256}; it was not run"
        )


def _run(host: Host, script: Path, version: str) -> None:
    host.run("debconf-set-selections", stdin=_ANSWERS)
    # It and Docker's own script call apt-get, which waits for no update of the system's own unless a file says so.
    waits = host.path("/run/petbase-apt.conf")
    files.write(waits, apt.LOCK_TIMEOUT)
    env = {**apt.QUIET, "APT_CONFIG": str(waits), "DOKKU_TAG": f"v{version}"}
    try:
        answer = apt.while_lists_are_locked(host, lambda: host.ask("bash", str(script), env=env))
    finally:
        waits.unlink()
    if not answer.ok:
        raise ProgramError(
            f"bootstrap.sh of Dokku {version} failed with exit code {answer.code}. Run pulumi up again: it begins anew",
            answer.output,
            answer.code,
        )
