"""The hcloud provider's stand-in: a pretend Hetzner project in .sandbox/cloud/hcloud.json whose servers really boot."""

import os
from pathlib import Path

from sandbox.providers.generic import the_rest
from sandbox.providers.provider import Provider
from sandbox.providers.resource import ApiError
from sandbox.providers.schema import load
from sandbox.providers.values import State

from .keys import SshKey, get_ssh_key, get_ssh_keys
from .lookups import LOOKUPS
from .network import Firewall, PrimaryIp, get_primary_ip
from .server import Server, get_servers


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
    schema = load("hcloud")
    kinds = {kind.token: kind for kind in (SshKey, Firewall, PrimaryIp, Server)}
    functions = {
        **LOOKUPS,
        "hcloud:index/getSshKey:getSshKey": get_ssh_key,
        "hcloud:index/getSshKeys:getSshKeys": get_ssh_keys,
        "hcloud:index/getPrimaryIp:getPrimaryIp": get_primary_ip,
        "hcloud:index/getServers:getServers": get_servers,
    }
    return Provider(schema, root, the_rest(schema, kinds), functions, configure)
