"""What opens the bucket and the dumps: the plugin's own files. Values travel as environment, never among words."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from host.core import files
from host.core.host import Host
from host.dokku import services

_NAMES = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION")


@dataclass(frozen=True)
class Credentials:
    """An access key of the bucket. Empty where the service has none."""

    access_key_id: str = ""
    secret_access_key: str = ""
    region: str = ""

    @property
    def environment(self) -> dict[str, str]:
        """As aws-cli reads them."""
        return dict(zip(_NAMES, (self.access_key_id, self.secret_access_key, self.region), strict=True))


def folder(host: Host, service: str) -> Path:
    """Where the plugin keeps a service's bucket credentials; the folder is missing while there are none."""
    return services.folder(host, service) / "backup"


def encryption_folder(host: Host, service: str) -> Path:
    """Where the plugin keeps a service's passphrase."""
    return services.folder(host, service) / "backup-encryption"


def stored(host: Host, service: str) -> Credentials:
    """The service's credentials. They are hidden in all output from here on."""
    found = Credentials(*(files.read(folder(host, service) / name).strip() for name in _NAMES))
    host.out.hide(found.secret_access_key)
    return found


def stored_passphrase(host: Host, service: str) -> str:
    """What the service's dumps are encrypted with; "" for not at all. It is hidden in all output from here on."""
    found = files.read(encryption_folder(host, service) / "ENCRYPTION_KEY").removesuffix("\n")
    host.out.hide(found)
    return found


def passphrase_digest(passphrase: str) -> str:
    """By which a passphrase is known again; "" has one too."""
    return hashlib.sha256(passphrase.encode()).hexdigest()
