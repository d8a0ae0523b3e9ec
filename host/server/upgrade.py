"""Dokku in the release that the stack file names: forwards only, and finished by the next run where it was cut."""

from host.core.errors import HostError, ProgramError
from host.core.host import SERVICES_LOCK, Host
from host.server import apt, versions
from host.values.versions import is_older

UPGRADING = "server/upgrading"
"""The state while it runs."""
_GUIDE = "https://dokku.com/docs/getting-started/upgrading/"
# What Dokku's own dokku-update upgrades, but for herokuish, whose image every app would have to be rebuilt on.
_PARTS = ("docker-image-labeler", "gliderlabs-sigil", "netrc", "plugn", "procfile-util", "sshcommand")


def refuse_way_back(what: str, running: str, wanted: str, key: str) -> None:
    """HostError where the stack file names an older release than the running one; `wanted` is "" where it names none.

    Neither Dokku nor its plugin can read what a newer one wrote.
    """
    if wanted and is_older(wanted, running):
        raise HostError(
            f"{what} on this server is {running} and the stack file says {wanted}, but a downgrade is not possible; "
            f"nothing was changed. Write {key}: {running}"
        )


def finish_interrupted_upgrade(host: Host) -> None:
    """Set up what apt had unpacked when an upgrade was cut: Dokku may not even answer before that."""
    if host.state.exists(UPGRADING):
        host.step("an upgrade of Dokku was cut off, going on with it")
        apt.finish_interrupted(host)


def upgrade_dokku(host: Host, running: str, named: str) -> str:
    """Bring Dokku to the release that the stack file names; the release that runs then.

    `named` is "" where it names none: Petbase's default is for a new server and upgrades nothing. Containers run on; an
    app gets what is new with its next deploy or rebuild.
    """
    wanted = named or versions.DOKKU
    if running != wanted and not named:
        host.step(f"Dokku {running} stays; Petbase's default is {wanted}. To upgrade, write dokku.version: {wanted}")
        host.state.remove(UPGRADING)
        return running
    if running != wanted or host.state.exists(UPGRADING):
        _upgrade(host, running, wanted)
    return wanted


def _upgrade(host: Host, running: str, wanted: str) -> None:
    if not apt.is_installed(host, "dokku"):
        raise HostError(
            f"Dokku {running} was not installed by apt, so it cannot be upgraded by it; nothing was changed. Write "
            f"dokku.version: {running}"
        )
    old, new = versions.minor(running), versions.minor(wanted)
    if old != new:
        host.step(f"from Dokku {old} to {new}: what that means for apps is explained in {_GUIDE}")
    host.step(f"Dokku {running} becomes {wanted}, some minutes; containers run on")
    with host.lock(SERVICES_LOCK):
        host.state.write(UPGRADING, version=wanted)
        _install(host, running, wanted)
        host.state.remove(UPGRADING)


def _install(host: Host, running: str, wanted: str) -> None:
    apt.update(host)
    answer = apt.get(host, "install", "--only-upgrade", f"dokku={wanted}", *_PARTS)
    if not answer.ok:
        raise ProgramError(
            f"apt could not install Dokku {wanted}. To stay where it is, write dokku.version: {running}",
            answer.output,
            answer.code,
        )
    found = versions.running_dokku(host)
    if found != wanted:
        raise HostError(f"apt installed Dokku {wanted}, but it is {found} that answers. Try: dokku version")
