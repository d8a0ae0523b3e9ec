"""What an app is on disk, for every noun that has one: its folders, names and proof that it exists."""

import re
from pathlib import Path

from sandbox.host.dokku.core import files
from sandbox.host.dokku.core.paths import CONFIG, GLOBAL_VHOST, HOME
from sandbox.host.dokku.core.say import NO_SUCH_APP, RefusedError

_NAME = re.compile(r"[a-z0-9][a-z0-9.-]*")
BAD_NAME = (
    "App name must begin with lowercase alphanumeric character, "
    "and may only contain lowercase alphanumerics, dots, and hyphens"
)
# Each of these plugins keeps a folder for every app (record 38).
PROPERTIES = ("apps", "caddy", "config", "haproxy", "nginx", "openresty", "proxy", "ps", "registry", "traefik")


def home(app: str) -> Path:
    """The app's folder, a bare git repository."""
    return HOME / app


def exists(app: str) -> bool:
    """Whether there is such an app."""
    return bool(_NAME.fullmatch(app)) and (home(app) / "HEAD").exists()


def names() -> list[str]:
    """Every app, sorted."""
    return sorted(path.name for path in HOME.glob("[a-z0-9]*") if exists(path.name))


def checked_name(app: str) -> str:
    """The name, if an app may have it."""
    if not _NAME.fullmatch(app):
        raise RefusedError(BAD_NAME)
    return app


def verified(app: str) -> str:
    """The name of an app that exists; 20 otherwise."""
    if not exists(checked_name(app)):
        raise RefusedError(f"App {app} does not exist", NO_SUCH_APP)
    return app


def property_file(app: str, plugin: str, name: str) -> Path:
    """Where a plugin keeps one property of an app."""
    return CONFIG / plugin / app / name


def get(app: str, plugin: str, name: str, default: str = "") -> str:
    """One property."""
    return files.text(property_file(app, plugin, name)) or default


def put(app: str, plugin: str, name: str, value: str) -> None:
    """Set one property; empty removes it."""
    path = property_file(app, plugin, name)
    if value:
        files.write(path, value, 0o600)
    else:
        path.unlink(missing_ok=True)


def global_vhosts() -> list[str]:
    """The host's own names."""
    return files.lines(GLOBAL_VHOST)


def vhosts(app: str) -> list[str]:
    """The app's names; none while its vhost is disabled."""
    return files.lines(home(app) / "VHOST")


def is_deployed(app: str) -> bool:
    """Whether a push was ever deployed."""
    return get(app, "common", "deployed") == "true"
