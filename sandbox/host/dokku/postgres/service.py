"""A service on disk: its folder, the files the plugin keeps there, its names and its URL."""

import re
from pathlib import Path

from sandbox.host.dokku.core import files
from sandbox.host.dokku.core.call import Call
from sandbox.host.dokku.core.paths import SERVICES
from sandbox.host.dokku.core.say import RefusedError

DEFAULT_IMAGE, DEFAULT_VERSION = "postgres", "18.4"
_NAME = re.compile(r"[A-Za-z0-9_-]+")


def root(service: str) -> Path:
    """The service's folder."""
    return SERVICES / service


def names() -> list[str]:
    """Every service, sorted."""
    return sorted(path.name for path in SERVICES.iterdir() if path.is_dir()) if SERVICES.exists() else []


def read(service: str, name: str) -> str:
    """One of its files, stripped."""
    return files.text(root(service) / name)


def named(words: list[str] | tuple[str, ...]) -> str:
    """The service named first, which must exist."""
    if not words or not words[0]:
        raise RefusedError("Please specify a valid name for the service")
    if not _NAME.fullmatch(words[0]) or not root(words[0]).is_dir():
        raise RefusedError(f"Postgres service {words[0]} does not exist")
    return words[0]


def of(call: Call) -> str:
    """The service that the call names."""
    return named([word for word in call.words if not word.startswith("--")] or call.words)


def new_name(words: list[str]) -> str:
    """A name that a service may have and none has."""
    if not words or not _NAME.fullmatch(words[0]):
        raise RefusedError("Please specify a valid name for the service. Valid characters are: [A-Za-z0-9_]+")
    if root(words[0]).is_dir():
        raise RefusedError(f"Postgres service {words[0]} already exists")
    return words[0]


def container(service: str) -> str:
    """What Docker calls it."""
    return f"dokku.postgres.{service}"


def host_name(service: str) -> str:
    """The name in its URL."""
    return "dokku-postgres-" + service.replace("_", "-").replace(".", "-")


def database(service: str) -> str:
    """The name of its database."""
    return read(service, "DATABASE_NAME") or service.replace("-", "_").replace(".", "_")


def url(service: str, scheme: str = "postgres") -> str:
    """The superuser's URL, the password as it is."""
    return f"{scheme}://postgres:{read(service, 'PASSWORD')}@{host_name(service)}:5432/{database(service)}"


def version(service: str) -> str:
    """`IMAGE:VERSION`"""
    return f"{read(service, 'IMAGE')}:{read(service, 'IMAGE_VERSION')}"
