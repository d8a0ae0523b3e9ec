"""The variables that Docker gives an app's container: by its `--link` options, and from the files of `--env-file`.

One of a link's is the service's superuser password, whatever DATABASE_URL says (record 554).
"""

import re
from pathlib import Path

from sandbox.host.dokku.config.docker_options import options_of
from sandbox.host.dokku.core import files
from sandbox.host.dokku.core.addresses import of
from sandbox.host.dokku.core.paths import SERVICES
from sandbox.host.dokku.core.say import RefusedError

_LINK = re.compile(r"--link dokku\.postgres\.([A-Za-z0-9_-]+):([a-z0-9.-]+)", re.I)
_FILE = "--env-file="


def given(app: str, container: str, phase: str) -> dict[str, str]:
    """Those of all links, and of all files that the app's options name in a phase."""
    found: dict[str, str] = {}
    for service, alias in _LINK.findall(" ".join(options_of(app, "deploy"))):
        if (SERVICES / service).exists():
            found |= _of_link(container, service, alias)
    for option in options_of(app, phase):
        if option.startswith(_FILE):
            found |= of_file(option.removeprefix(_FILE))
    return found


def of_file(path: str) -> dict[str, str]:
    """A variable a line, as it is but for a pair of quotes around the value, which newer releases of Docker take off
    (docker/cli, pkg/kvfile).
    """
    try:
        text = Path(path).read_bytes().decode()  # a carriage return within a value does not end a line
    except FileNotFoundError:
        raise RefusedError(f"docker: open {path}: no such file or directory", 125, bare=True) from None
    lines = [line.lstrip() for line in text.split("\n")]
    pairs = [line.partition("=") for line in lines if not line.startswith("#")]
    return {name: _unquoted(value) for name, equals, value in pairs if equals}


def _unquoted(value: str) -> str:
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'" else value


def _of_link(container: str, service: str, alias: str) -> dict[str, str]:
    prefix = alias.upper().replace("-", "_")
    address = of("service", service)
    return {
        f"{prefix}_PORT": f"tcp://{address}:5432",
        f"{prefix}_PORT_5432_TCP": f"tcp://{address}:5432",
        f"{prefix}_PORT_5432_TCP_ADDR": address,
        f"{prefix}_PORT_5432_TCP_PORT": "5432",
        f"{prefix}_PORT_5432_TCP_PROTO": "tcp",
        f"{prefix}_NAME": f"/{container}/{alias}",
        f"{prefix}_ENV_POSTGRES_PASSWORD": files.text(SERVICES / service / "PASSWORD"),
        f"{prefix}_ENV_PG_MAJOR": files.text(SERVICES / service / "IMAGE_VERSION").split(".")[0],
    }
