"""`docker run` for the image that uploads dumps, and what is built on it: `aws`, `gpg`, `sh` and what a shell finds.

A stand-in: the image holds nothing but its variables, so its programs are this machine's, and `aws` is a stand-in, too.
A client that is killed takes the container with it; on the real thing the container goes on without its client.
PostgreSQL's own image runs in the background (servers.py), or one of its client programs by `--entrypoint`.
"""

import os
from dataclasses import dataclass, field

from sandbox.host.dokku.core import say
from sandbox.host.dokku.core.call import Call
from sandbox.host.dokku.core.say import RefusedError
from sandbox.host.dokku.docker import clients, container, images, log, variables
from sandbox.host.dokku.postgres.server import binaries

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
_HOME = {"HOME": "/root", "HOSTNAME": "s3backup"}


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


def run(call: Call) -> int:
    """`docker run [--rm] [-i] [--env NAME[=VALUE]]… [--volume A:B]… [--log-driver none] [--entrypoint P] IMAGE W…`"""
    asked = parse(list(call.words))
    if not asked.rest:
        raise RefusedError('docker: "docker run" requires at least 1 argument.', 125, bare=True)
    image = images.needed(asked.rest[0])
    if asked.detached and images.is_postgres(image.name):
        from sandbox.host.dokku.docker import servers

        say.out(servers.start(asked))
        return 0
    client = images.is_postgres(image.name) and asked.entrypoint
    if not images.uploads(image) and not client:
        raise RefusedError(f"(stand-in) the sandbox's docker runs dump images only, not {image.name}", 125, bare=True)
    command = [asked.entrypoint, *asked.rest[1:]] if asked.entrypoint else asked.rest[1:]
    if not command:
        raise RefusedError("(stand-in) backup.sh itself runs by dokku postgres:backup only", 125, bare=True)
    programs = binaries.folder(image.name.partition(":")[2]) if client else container.IMAGE_BIN
    path = {"PATH": f"{programs}:{container.PATH}"}
    environment = {**_HOME, **path, **image.env, **asked.environment}
    words = container.words(command, asked.volumes, environment)
    take_stdin(asked)
    if asked.log_driver == "none":
        if asked.name:
            clients.keep(asked.name)
        os.execvp(words[0], words)
    return log.run(words)


def take_stdin(asked: Asked) -> None:
    """Without --interactive a container's standard input is empty."""
    if not asked.interactive:
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)


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
