"""The variables that Docker gives a container for each `--link`.

One of them is the service's superuser password, whatever DATABASE_URL says (record 554).
"""

from __future__ import annotations

import re

from sandbox.host.dokku.config.docker_options import options_of
from sandbox.host.dokku.core import files
from sandbox.host.dokku.core.addresses import of
from sandbox.host.dokku.core.paths import SERVICES

_LINK = re.compile(r"--link dokku\.postgres\.([A-Za-z0-9_-]+):([a-z0-9.-]+)", re.I)


def link_environment(app: str, container: str) -> dict[str, str]:
    """All links' variables together."""
    found: dict[str, str] = {}
    for service, alias in _LINK.findall(" ".join(options_of(app, "deploy"))):
        if (SERVICES / service).exists():
            found |= _of_one(container, service, alias)
    return found


def _of_one(container: str, service: str, alias: str) -> dict[str, str]:
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
