"""What a service's container is made of, in the files where the plugin keeps it."""

import dataclasses
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from host.core import files
from host.core.host import Host
from host.dokku import services
from host.values.connections import RESERVED
from host.values.versions import major

OWN_IMAGE = "postgres"
"""The image that the plugin uses unless another one is named."""
_RESERVES_SINCE = 16


@dataclass(frozen=True)
class Settings:
    """`options` are PostgreSQL's own, as in `-c max_connections=50`; `memory` is the container's limit in MiB, "" for
    none; `version` is the image's tag.
    """

    version: str
    options: str = ""
    memory: str = ""
    image: str = OWN_IMAGE

    @property
    def tag(self) -> str:
        """The image as Docker names it."""
        return f"{self.image}:{self.version}"

    @property
    def words(self) -> list[str]:
        """Image and options, as the plugin's verbs take them."""
        image = ["--image", self.image] if self.image != OWN_IMAGE else []
        options = ["--config-options", self.options] if self.options else []
        return [*image, "--image-version", self.version, *options]

    @property
    def limit(self) -> list[str]:
        """Its memory, as the plugin makes a service with it."""
        return ["--memory", self.memory] if self.memory else []


def options_text(config: Mapping[str, str]) -> str:
    """PostgreSQL's settings as the plugin keeps them."""
    return " ".join(f"-c {name}={value}" for name, value in sorted(config.items()))


def reserving(wanted: Settings) -> Settings:
    """The same, with connections for the roles that load a dump, unless the options have a number for that. PostgreSQL
    takes it at its start only, so a service that runs gets it when it restarts anyway.
    """
    if major(wanted.version) < _RESERVES_SINCE or re.search(r"\breserved_connections\b", wanted.options):
        return wanted
    return dataclasses.replace(wanted, options=f"-c reserved_connections={RESERVED} {wanted.options}".strip())


def read(host: Host, service: str) -> Settings:
    """The settings with which the service starts next."""
    return Settings(
        version=_text(host, service, "IMAGE_VERSION"),
        options=_text(host, service, "CONFIG_OPTIONS"),
        memory=_text(host, service, "SERVICE_MEMORY"),
        image=_text(host, service, "IMAGE") or OWN_IMAGE,
    )


def write(host: Host, service: str, settings: Settings) -> None:
    """Put options and memory where the next start reads them; no verb of the plugin changes them afterwards."""
    _put(_file(host, service, "CONFIG_OPTIONS"), settings.options)
    _put(_file(host, service, "SERVICE_MEMORY"), settings.memory)


def environment(host: Host, service: str) -> list[str]:
    """The variables of the service's container, NAME=VALUE each."""
    return [line for line in _text(host, service, "ENV").splitlines() if line]


def remember(host: Host, service: str, settings: Settings) -> None:
    """Note the settings with which the service last answered, before a change; an earlier note stays."""
    if remembered(host, service) is None:
        host.state.write(f"services/{service}/change", **dataclasses.asdict(settings))


def remembered(host: Host, service: str) -> Settings | None:
    """The settings from before a change that has not ended."""
    found = host.state.read(f"services/{service}/change")
    return Settings(**found) if found else None


def forget(host: Host, service: str) -> None:
    """The change has ended."""
    host.state.remove(f"services/{service}/change")


def _put(file: Path, text: str) -> None:
    # In place: the file stays the dokku user's, and its plugin writes to it.
    if text or file.name == "CONFIG_OPTIONS":
        file.write_text(f"{text}\n")
    else:
        file.unlink(missing_ok=True)


def _text(host: Host, service: str, name: str) -> str:
    return files.read(_file(host, service, name)).strip()


def _file(host: Host, service: str, name: str) -> Path:
    return services.folder(host, service) / name
