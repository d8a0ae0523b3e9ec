"""The words of `docker run` and `docker exec`, taken apart; what nothing here depends on is accepted."""

import os
from dataclasses import dataclass, field

from sandbox.host.dokku.core.say import RefusedError
from sandbox.host.dokku.docker import variables

_SWITCHES = {"--rm", "--interactive", "-i", "--tty", "-t", "--init", "--read-only", "--quiet", "-q", "--detach", "-d"}
# Limits and names: accepted, since nothing here depends on them.
_IGNORED = {"--network", "--net", "--memory", "-m", "--cpus", "--pull", "--label", "-l"}
_IGNORED |= {
    "--tmpfs",
    "--user",
    "-u",
    "--workdir",
    "-w",
    "--stop-timeout",
    "--cap-drop",
    "--cap-add",
    "--security-opt",
}
_IGNORED |= {"--pids-limit"}
_TAKEN = {"--env": "env", "-e": "env", "--volume": "volume", "-v": "volume", "--entrypoint": "entrypoint"}
_TAKEN |= {"--log-driver": "log-driver", "--name": "name", "--env-file": "env-file"}


@dataclass
class Asked:
    """The words of one `docker run` or `docker exec`, taken apart."""

    interactive: bool = False
    detached: bool = False
    name: str = ""
    entrypoint: str = ""
    environment: dict[str, str] = field(default_factory=dict)
    volumes: dict[str, str] = field(default_factory=dict)
    log_driver: str = "json-file"
    rest: list[str] = field(default_factory=list)


def parse(words: list[str]) -> Asked:
    """Flags up to the first word that is none. 125 for one that the stand-in does not know."""
    asked = Asked()
    while words and words[0].startswith("-"):
        flag, equals, value = words.pop(0).partition("=")
        letters = flag[1:] if len(flag) > 2 and flag[1] != "-" else ""
        if letters and set(letters) <= {"i", "t", "d"}:  # -it
            asked.interactive |= "i" in letters
            asked.detached |= "d" in letters
        elif flag in _SWITCHES:
            asked.interactive |= flag in {"--interactive", "-i"}
            asked.detached |= flag in {"--detach", "-d"}
        elif flag in _TAKEN or flag in _IGNORED:
            _take(asked, _TAKEN.get(flag, ""), value if equals else words.pop(0))
        else:
            text = f"unknown flag: {flag}\n\nRun 'docker run --help' for more information"
            raise RefusedError(text, 125, bare=True)
    asked.rest = words
    return asked


def _take(asked: Asked, name: str, value: str) -> None:
    if name == "entrypoint":
        asked.entrypoint = value
    elif name == "name":
        asked.name = value
    elif name == "env-file":
        asked.environment |= variables.of_file(value)
    elif name == "log-driver":
        asked.log_driver = value
    elif name == "volume":
        source, target, *_ = value.split(":")
        asked.volumes[source] = target
    elif name == "env":
        key, given, text = value.partition("=")
        if given or key in os.environ:  # a name alone takes the caller's value
            asked.environment[key] = text if given else os.environ[key]
