"""`docker run` for the image that uploads dumps, and what is built on it: `aws`, `gpg`, `sh` and what a shell finds.

A stand-in: the image holds nothing but its variables, so its programs are this machine's, and `aws` is a stand-in, too.
A client that is killed takes the container with it; on the real thing the container goes on without its client.
PostgreSQL's own image runs in the background (servers.py), or one of its client programs by `--entrypoint`.
"""

import os

from sandbox.host.dokku.core import say
from sandbox.host.dokku.core.call import Call
from sandbox.host.dokku.core.say import RefusedError
from sandbox.host.dokku.docker import clients, container, images, log, servers
from sandbox.host.dokku.docker.flags import Asked, parse
from sandbox.host.dokku.postgres.server import binaries

_HOME = {"HOME": "/root", "HOSTNAME": "s3backup"}


def run(call: Call) -> int:
    """`docker run [--rm] [-i] [--env NAME[=VALUE]]… [--volume A:B]… [--log-driver none] [--entrypoint P] IMAGE W…`"""
    asked = parse(list(call.words))
    if not asked.rest:
        raise RefusedError('docker: "docker run" requires at least 1 argument.', 125, bare=True)
    image = images.needed(asked.rest[0])
    if asked.detached and images.is_postgres(image.name):
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
