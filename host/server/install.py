"""The installation of Dokku by the bootstrap.sh of its release: five to ten minutes, begun again where it was cut."""

import hashlib
from pathlib import Path

from host.core import files
from host.core.errors import HostError, ProgramError
from host.core.host import Host
from host.server import apt, versions

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
    """Install a release of Dokku. `sha256` is what the stack file says that its bootstrap.sh must have; "" for what
    Petbase knows.
    """
    host.step(f"installing Dokku {version}, five to ten minutes")
    if host.state.exists(INSTALLING):
        apt.finish_interrupted(host)
    host.state.write(INSTALLING, version=version)
    script = _downloaded(host, version)
    try:
        _check(script, version, sha256)
        _run(host, script, version)
    finally:
        script.unlink(missing_ok=True)
    host.state.remove(INSTALLING)


def _downloaded(host: Host, version: str) -> Path:
    if not host.has("curl"):
        apt.ensure(host, "curl")
    script = host.path("/run/petbase-bootstrap.sh")
    # The tag's own file, whose SHA-256 can be known beforehand (versions.py).
    url = f"https://raw.githubusercontent.com/dokku/dokku/v{version}/bootstrap.sh"
    flags = ("--fail", "--silent", "--show-error", "--location", "--retry", "3")
    answer = host.ask("curl", *flags, "--output", str(script), url)
    if not answer.ok:
        raise ProgramError(
            f"{url} could not be downloaded; nothing was installed. If there is a Dokku {version}, run pulumi up again",
            answer.output,
            answer.code,
        )
    return script


def _check(script: Path, version: str, sha256: str) -> None:
    found, known = hashlib.sha256(script.read_bytes()).hexdigest(), versions.BOOTSTRAP_SHA256.get(version, "")
    if found == (sha256 or known):
        return
    what = f"bootstrap.sh of Dokku {version} has SHA-256 {found}"
    if sha256:
        raise HostError(f"{what} and the stack file says {sha256}; it was not run")
    if known:
        raise HostError(f"{what} and Petbase knows {known}; it was not run, because it was changed on its way")
    raise HostError(
        f"{what}, and Petbase does not know that release; it was not run. If it is the right one, write "
        f"dokku.bootstrap-sha256: {found} and run pulumi up again"
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
