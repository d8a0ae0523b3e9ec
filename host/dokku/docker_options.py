"""Docker's options for an app's containers: a `--link` to its database in the phases build, deploy and run."""

from host.core.errors import HostError
from host.core.host import Host
from host.postgres.psql import container, host_name

BUILD, DEPLOY, RUN = "build", "deploy", "run"
_PREFIX = "Docker options "


def read(host: Host, app: str) -> dict[str, str]:
    """The options of each phase, on one line each. HostError where Dokku does not answer."""
    answer = host.ask("dokku", "docker-options:report", app)
    if not answer.ok:
        raise HostError("dokku docker-options:report did not answer; nothing was changed", answer.output)
    lines = [line.strip() for line in answer.stdout.splitlines()]
    pairs = [line.removeprefix(_PREFIX).partition(":") for line in lines if line.startswith(_PREFIX)]
    return {phase: options.strip() for phase, _, options in pairs}


def link_option(service: str) -> str:
    """The option, as the plugin writes it (contract 172)."""
    return f"--link {container(service)}:{host_name(service)}"


def remove(host: Host, app: str, phase: str, option: str) -> None:
    """Take an option out of a phase. Nothing to do where it is not there."""
    host.dokku("docker-options:remove", app, phase, option)
