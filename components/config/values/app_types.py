"""What the stack file says of an app and of its service in Dokku."""

import re
from typing import Annotated

from components.config.values.form import Form

_APP = re.compile(r"[a-z0-9][a-z0-9.-]{0,61}[a-z0-9]|[a-z0-9]")
_SERVICE = re.compile(r"[A-Za-z0-9_-]{1,57}")
_PORT_MAP = re.compile(r"(http|https):\d{1,5}:\d{1,5}")
_PROCESS = re.compile(r"[A-Za-z0-9_-]{1,63}")
_FOLDER = r"(/[A-Za-z0-9._-]+)+"
_MOUNT = re.compile(rf"({_FOLDER}|[a-z0-9]([a-z0-9-]{{0,43}}[a-z0-9])?):{_FOLDER}(:ro)?")
_HEALTH_PATH = re.compile(r"/[A-Za-z0-9._~/?=&%+-]{0,200}")


def _ports(value: str) -> None:
    if _PORT_MAP.fullmatch(value) and (wrong := [each for each in value.split(":")[1:] if not 0 < int(each) <= 65535]):
        raise ValueError(f'"{value}" has the port {wrong[0]}; write one from 1 to 65535')


AppName = Annotated[
    str,
    Form(
        _APP,
        "an app name",
        'use lowercase letters, digits, "-" and ".", with a letter or digit at both ends, at most 63 characters',
    ),
]
ServiceName = Annotated[
    str, Form(_SERVICE, "a service name", 'use letters, digits, "_" and "-", at most 57 characters')
]
PortMap = Annotated[
    str, Form(_PORT_MAP, "a port mapping", 'write SCHEME:HOST_PORT:CONTAINER_PORT, like "http:80:5000"', _ports)
]
ProcessType = Annotated[str, Form(_PROCESS, "a process type", 'write one like "web" or "worker"')]
Mount = Annotated[str, Form(_MOUNT, "a mount", 'write NAME:/FOLDER or /HOST:/FOLDER, like "uploads:/app/uploads"')]
HealthPath = Annotated[str, Form(_HEALTH_PATH, "a path", 'write one like "/healthz"')]
