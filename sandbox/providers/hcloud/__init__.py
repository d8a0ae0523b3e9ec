"""The hcloud provider's stand-in: a pretend Hetzner project in .sandbox/cloud/hcloud.json whose servers really boot."""

import os
from pathlib import Path

from sandbox.providers.provider import Provider
from sandbox.providers.resource import ApiError, Stored
from sandbox.providers.schema import load
from sandbox.providers.values import State

from .keys import SshKey, get_ssh_keys
from .lookups import LOOKUPS
from .network import Firewall, PrimaryIp
from .server import Server, get_servers


class Volume(Stored):
    """hcloud.Volume: an entry in the project, and nothing more. Only tests of the sandbox make one."""

    token = "hcloud:index/volume:Volume"


def configure(config: State) -> State:
    """The token from the configuration, else from HCLOUD_TOKEN. Hetzner's have exactly 64 characters."""
    token = config.get("token") or os.environ.get("HCLOUD_TOKEN", "")
    if not token:
        raise ApiError("Missing Hetzner Cloud token: set hcloud:token or the environment variable HCLOUD_TOKEN")
    if len(token) != 64:
        raise ApiError("entered token is invalid (must be exactly 64 characters long)")
    return config


def provider(root: Path) -> Provider:
    """The provider, as plugin.py's launcher starts it."""
    kinds = {kind.token: kind for kind in (SshKey, Firewall, PrimaryIp, Server, Volume)}
    functions = {
        **LOOKUPS,
        "hcloud:index/getSshKeys:getSshKeys": get_ssh_keys,
        "hcloud:index/getServers:getServers": get_servers,
    }
    return Provider(load("hcloud"), root, kinds, functions, configure)
