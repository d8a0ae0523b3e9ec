"""What a stack file may say under `server`."""

from typing import Annotated, Literal

from pydantic import Field

from components.config.section import Section
from components.config.values.network_types import HostName, Network, Port
from components.config.values.public_key import HostKey, PublicKey
from components.config.values.server_types import Location, Number, UserName, Word


class Imports(Section):
    """Ids of what the Hetzner project has of an existing server. It is imported into the stack's state as it is:
    nothing of it is changed, and removing it from the stack file leaves it there.
    """

    server: Number
    """Id of the server."""
    address: Number | None = None
    """Id of its primary IPv4 address."""
    ssh_keys: dict[str, Number] = {}
    """Ids of SSH keys, by name."""


class Server(Section):
    """A new Hetzner server, or an existing one (`host`), for which nothing is created."""

    type: Word = "cx23"
    """Hetzner's server type."""
    image: Word = "debian-12"
    """Operating system: Debian 11 to 13, Ubuntu 22.04 or 24.04."""
    location: Location = "nbg1"
    """Hetzner's location, by its short name."""
    authorized_keys: tuple[PublicKey, ...] = ()
    """Public SSH keys, one per line, that allow SSH as root and `git push`. A new server needs one."""
    ssh_from: tuple[Network, ...] = ("0.0.0.0/0", "::/0")
    """Networks that can reach SSH. SSH accepts keys only."""
    web_from: Literal["anywhere", "cloudflare"] = "anywhere"
    """Who can reach ports 80 and 443: everyone, or only Cloudflare, if every name is proxied."""
    ssh_port: Port = 22
    """Port of SSH."""
    host: HostName | None = None
    """Address or name of an existing server. Nothing is created at Hetzner then."""
    host_key: HostKey | None = None
    """Host key of the existing server, as `ssh-keyscan -t ed25519 HOST` prints it."""
    user: UserName = "root"
    """User on the existing server: root, or a user who may use sudo without a password."""
    harden: bool | None = None
    """Whether the server is hardened. Default: a new server is, an existing one is left as it is."""
    imports: Annotated[Imports | None, Field(alias="import")] = None
    """Ids of an existing server at Hetzner, to import it into the state. `./petbase adopt` looks them up."""
    protect: bool | None = None
    """Overrides `protect` for this section. Default: the stack's value."""

    @property
    def hardened(self) -> bool:
        """`harden`, where the stack file says nothing: on a server that exists nothing changes unasked."""
        return self.host is None if self.harden is None else self.harden
