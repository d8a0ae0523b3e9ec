"""Settings tried out on a throw-away container before the service gets them.

PostgreSQL does not start with a setting that it does not know, a library that is missing, or numbers that contradict
each other; the service would be down until somebody finds out why.
"""

from host.core.errors import HostError
from host.core.host import Host
from host.database import settings
from host.database.settings import Settings
from host.dokku import containers, services

_TRIES = 60
_PAUSE_SECONDS = 1
_LAST_LINES = 6


def require_start(host: Host, service: str, wanted: Settings) -> None:
    """HostError unless PostgreSQL starts with these settings on an empty database; the service is not touched."""
    host.step(f"{service}: trying PostgreSQL {wanted.version} with its settings on an empty database")
    name = containers.throw_away("trial", service)
    _remove(host, name)
    try:
        _start(host, service, name, wanted)
        _wait(host, service, name, wanted)
    finally:
        _remove(host, name)


def _start(host: Host, service: str, name: str, wanted: Settings) -> None:
    answer = host.ask(
        "docker",
        "run",
        "--detach",
        "--name",
        name,
        *_limits(host, service, wanted),
        wanted.tag,
        *wanted.options.split(),
    )
    if not answer.ok:
        raise HostError(
            f"Docker does not start a container of {wanted.tag}; {service} was not changed. Name a version that has an "
            "image: https://hub.docker.com/_/postgres",
            answer.output,
        )


def _limits(host: Host, service: str, wanted: Settings) -> list[str]:
    file = services.folder(host, service) / "ENV"
    variables = ["--env-file", str(file)] if settings.environment(host, service) else []
    memory = ["--memory", f"{wanted.memory}m"] if wanted.memory else []
    # Without a network, so it needs no password.
    return ["--network", "none", "--env", "POSTGRES_HOST_AUTH_METHOD=trust", *variables, *memory]


def _wait(host: Host, service: str, name: str, wanted: Settings) -> None:
    for _ in range(_TRIES):
        if host.ask("docker", "exec", name, "pg_isready", "--quiet").ok:
            return
        if not containers.runs(host, name):
            break
        host.sleep(_PAUSE_SECONDS)
    log = host.ask("docker", "logs", "--tail", str(_LAST_LINES), name).output
    raise HostError(
        f"PostgreSQL {wanted.version} does not start with {_named(wanted)}, so {service} was not changed. Correct "
        "database.config or database.memory-mb in the stack file",
        log,
    )


def _remove(host: Host, name: str) -> None:
    host.ask("docker", "rm", "--force", "--volumes", name)


def _named(wanted: Settings) -> str:
    memory = [f"{wanted.memory} MiB of memory"] if wanted.memory else []
    return " and ".join([*([wanted.options] if wanted.options else []), *memory]) or "its defaults"
