"""Debian's packages, beside the server's own updates and after an install that was cut off."""

from collections.abc import Callable

from host.core.errors import HostError, ProgramError
from host.core.host import Host
from host.programs.runner import Answer

QUIET = {"LC_ALL": "C", "DEBIAN_FRONTEND": "noninteractive"}
"""The environment of apt and of what calls it: no questions, messages in English."""
LOCK_TIMEOUT = 'DPkg::Lock::Timeout "600";\n'
"""A file of apt's configuration that makes it wait for dpkg's lock, ten minutes at most."""
_OPTIONS = ("--quiet", "--yes", "--option", "DPkg::Lock::Timeout=600", "--option", "Dpkg::Options::=--force-confold")
_LISTS_LOCK = "Could not get lock /var/lib/apt/lists/"
_TRIES, _PAUSE_SECONDS = 120, 5


def get(host: Host, *words: str) -> Answer:
    """Run apt-get, which keeps the configuration files that are there."""
    return while_lists_are_locked(host, lambda: host.ask("apt-get", *_OPTIONS, *words, env=QUIET))


def while_lists_are_locked(host: Host, attempt: Callable[[], Answer]) -> Answer:
    """Repeat what failed because somebody else held the lock of apt's lists, ten minutes at most.

    apt can be told to wait for dpkg's lock, but never for this one, which the daily update holds for some seconds.
    """
    for _ in range(_TRIES - 1):
        answer = attempt()
        if answer.ok or not any(_LISTS_LOCK in line for line in answer.output.splitlines()[-10:]):
            return answer
        host.sleep(_PAUSE_SECONDS)
    return attempt()


def finish_interrupted(host: Host) -> None:
    """Set up what an install that was cut off (by a reboot, say) had unpacked; apt refuses everything before that."""
    host.ask("dpkg", "--force-confold", "--configure", "--pending", env=QUIET)


def is_installed(host: Host, package: str) -> bool:
    """Whether a package is installed, and not only unpacked or removed."""
    answer = host.ask("dpkg-query", "--show", "--showformat", "${db:Status-Status}", package)
    return answer.ok and answer.stdout == "installed"


def ensure(host: Host, package: str) -> None:
    """Install a package that is not installed. HostError where apt cannot."""
    if is_installed(host, package):
        return
    host.step(f"installing {package}")
    finish_interrupted(host)
    for words in (["update"], ["install", package]):
        answer = get(host, *words)
        if not answer.ok:
            raise ProgramError(
                f"apt could not install {package}. On the server: apt-get install {package}", answer.output, answer.code
            )


def update(host: Host) -> None:
    """Fetch the lists of packages. HostError where apt cannot."""
    answer = get(host, "update")
    if not answer.ok:
        raise HostError("apt could not fetch its lists of packages. On the server: apt-get update", answer.output)
