"""The tls provider's stand-in. Nothing is pretended: keys and requests are made with `cryptography`."""

from pathlib import Path

from sandbox.providers.provider import Provider
from sandbox.providers.schema import load

from .resources import CertRequest, PrivateKey


def provider(root: Path) -> Provider:
    """The provider, as plugin.py's launcher starts it. `root` is not used: keys live in the stack's state only."""
    kinds = {kind.token: kind for kind in (PrivateKey, CertRequest)}
    return Provider(load("tls"), root, kinds, {})
