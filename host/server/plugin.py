"""The dokku-postgres plugin: installed where absent, in the release that the stack file names, forwards only."""

import re
import shutil

from host.core import files
from host.core.errors import HostError
from host.core.host import SERVICES_LOCK, Host
from host.server import versions

INSTALLING, UPGRADING = "server/installing-plugin", "server/upgrading-plugin"
"""The states while it is installed, or goes to another release."""
_NAME = "postgres"
_COMMIT = re.compile(r"[0-9a-f]{40}")
_PLUGINS = "/var/lib/dokku/plugins"
_AVAILABLE = f"{_PLUGINS}/available/{_NAME}"


def remove_half_installed(host: Host) -> None:
    """An install that was cut off leaves what can neither be used nor installed again. No data is in it."""
    if host.state.exists(INSTALLING):
        for folder in (f"{_PLUGINS}/enabled/{_NAME}", _AVAILABLE):
            _remove(host, folder)


def ensure_plugin(host: Host, running: str, named: str) -> None:
    """Install the plugin where `running` is "", or bring it to the release that the stack file names ("" for none).

    A change that was cut off is made again where the release is the right one already: its hooks may not have run.
    """
    wanted = named or versions.POSTGRES_PLUGIN
    if not running:
        _install(host, wanted)
    elif running != wanted and not named:
        host.step(
            f"dokku-postgres {running} stays; Petbase's default is {wanted}. To upgrade, write dokku.postgres-plugin: "
            f"{wanted}"
        )
    elif running != wanted or host.state.exists(UPGRADING):
        host.step(f"dokku-postgres {running} becomes {wanted}; databases run on")
        with host.lock(SERVICES_LOCK):
            _upgrade(host, running, wanted)


def _install(host: Host, release: str) -> None:
    host.step(f"installing dokku-postgres {release}")
    host.state.write(INSTALLING, version=release)
    install_plugin(host, _NAME, release)
    host.state.remove(INSTALLING)


def install_plugin(host: Host, name: str, release: str) -> None:
    """Install one of Dokku's own plugins. Nothing of it runs before it is seen to be what it should be.

    Dokku throws away git's words, and keeps what it cloned where there is no such tag or commit.
    """
    url, commit = f"https://github.com/dokku/dokku-{name}.git", versions.COMMITS.get((name, release), release)
    host.dokku("plugin:install", url, "--committish", commit, "--name", name, "--skip-install-trigger")
    require_release(host, name, release)
    host.dokku("plugin:install")


def require_release(host: Host, name: str, release: str) -> None:
    """HostError unless a commit was checked out, and the right one where that is known.

    What a release calls itself tells little: letsencrypt's 0.22.0 calls itself 0.20.4.
    """
    found, commit = head(host, name), versions.COMMITS.get((name, release))
    if commit and found != commit:
        raise HostError(
            f"dokku-{name} {release} should be commit {commit}, and {found or 'another one'} came; nothing of it was "
            "run"
        )
    if not found:
        raise HostError(f"there is no dokku-{name} {release}; nothing that came instead was run")
    if not commit:
        host.step(f"dokku-{name} {release} is commit {found}; Petbase knows none to compare it with")


def head(host: Host, name: str) -> str:
    """The commit that is checked out of a plugin; "" where a branch is, as after a clone."""
    found = files.read(host.path(f"{_PLUGINS}/available/{name}/.git/HEAD")).strip()
    return found if _COMMIT.fullmatch(found) else ""


def _upgrade(host: Host, running: str, wanted: str) -> None:
    if host.state.exists(UPGRADING):
        host.path(f"{_AVAILABLE}/.git/index.lock").unlink(missing_ok=True)
    host.state.write(UPGRADING, version=wanted)
    # root's git reads no repository of the user dokku's (contract, records 95-97) unless a file says that it may.
    folder = host.state.path(UPGRADING)
    files.write(folder / "git/config", f"[safe]\n\tdirectory = {host.path(_AVAILABLE)}\n")
    # It answers 0 for a release that there is not, so the release is what counts.
    commit = versions.COMMITS.get((_NAME, wanted), wanted)
    answer = host.ask("dokku", "plugin:update", _NAME, commit, env={"XDG_CONFIG_HOME": str(folder)})
    found = versions.plugin_release(host, _NAME)
    if found != wanted:
        raise HostError(
            f"dokku plugin:update left dokku-postgres at {found}; is there a release {wanted}? To stay, write "
            f"dokku.postgres-plugin: {running}",
            answer.output,
        )
    require_release(host, _NAME, wanted)
    host.dokku("plugin:install")
    host.state.remove_all(UPGRADING)
    host.state.remove(UPGRADING)


def _remove(host: Host, folder: str) -> None:
    path = host.path(folder)
    if path.is_symlink():
        path.unlink()
    else:
        shutil.rmtree(path, ignore_errors=True)
