"""Docker: it can be restarted without its containers, and their logs end somewhere."""

import json
import re
from typing import Any

from host.core import files
from host.core.errors import HostError
from host.core.host import Host
from host.server.config_file import ConfigFile, is_owed, put, settle
from host.server.hardening.texts import DOCKER, DOCKER_LOG_OPTIONS

_CHANGE = "docker"
# dockerd does not start where a flag and daemon.json set the same.
_FLAG = re.compile(r'[ "=]--(log-|live-restore)')
_TRIES, _PAUSE_SECONDS = 20, 0.5


def harden(host: Host) -> None:
    """Write what daemon.json lacks, and reload Docker; restart it where no container runs."""
    why = why_left_alone(host)
    if why:
        host.step(f"Docker: {why}: left alone")
    else:
        _write(host)
    if is_owed(host, _CHANGE):
        _reload(host)
        settle(host, _CHANGE)


def why_left_alone(host: Host) -> str:
    """Why daemon.json is not ours to write, in words; "" where it is."""
    defaults = files.read(host.path("/etc/default/docker")).splitlines()
    flags = [line for line in defaults if not line.startswith("#")]
    if _FLAG.search("\n".join([host.ask("systemctl", "cat", "docker.service").stdout, *flags])):
        return "its unit or /etc/default/docker sets logs or live-restore"
    if info(host, "Swarm.LocalNodeState") == "active":
        return "a swarm excludes live-restore"
    return ""


def info(host: Host, name: str) -> str:
    """What Docker itself says of a setting; "" where it does not answer."""
    return host.ask("docker", "info", "--format", f"{{{{.{name}}}}}").stdout.strip()


def current_settings(host: Host) -> dict[str, Any]:
    """What daemon.json has; nothing where there is no such file. HostError where Docker could not read it either."""
    try:
        text = files.read(host.path(DOCKER.path))
        text.encode()
        settings = json.loads(text) if text.strip() else {}
    except json.JSONDecodeError as problem:
        raise _unreadable(f"line {problem.lineno}: {problem.msg}") from None
    except UnicodeEncodeError:
        raise _unreadable("it is not UTF-8 text") from None
    if not isinstance(settings, dict):
        raise _unreadable("it must hold one object, in braces")
    return settings


def merged(settings: dict[str, Any]) -> dict[str, Any]:
    """The settings with what they lack of ours. What is set already stays, but for live-restore.

    Log options come only beside the log driver that knows them.
    """
    if settings.get("log-driver", "json-file") != "json-file":
        return {**settings, "live-restore": True}
    options = {**DOCKER_LOG_OPTIONS, **settings.get("log-opts", {})}
    return {**settings, "live-restore": True, "log-driver": "json-file", "log-opts": options}


def _unreadable(reason: str) -> HostError:
    return HostError(f"{DOCKER.path} cannot be read as JSON ({reason})")


def _write(host: Host) -> None:
    try:
        settings = current_settings(host)
    except HostError as problem:
        raise HostError(
            f"{problem}, so Docker was left as it is. Correct the file, or write server.harden: false"
        ) from None
    if merged(settings) != settings:
        put(host, ConfigFile(DOCKER.path, json.dumps(merged(settings), indent=2) + "\n"), _CHANGE)


def _reload(host: Host) -> None:
    if host.ask("docker", "ps", "--quiet").stdout.strip():
        host.step("Docker: live-restore; log rotation for containers that are made after Docker's next start")
        host.run("systemctl", "reload", "docker")
    else:
        host.step("Docker: live-restore, log rotation")
        host.run("systemctl", "restart", "docker")
    # A reload is a signal: systemctl is done before Docker has read the file.
    for _ in range(_TRIES):
        if info(host, "LiveRestoreEnabled") == "true":
            return
        host.sleep(_PAUSE_SECONDS)
    raise HostError(
        f"Docker did not take {DOCKER.path}; its containers were left running. On the server: journalctl --unit docker"
    )
