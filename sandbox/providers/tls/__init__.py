"""The tls provider's stand-in. Nothing is pretended: keys, requests and certificates are made with `cryptography`."""

from pathlib import Path

from sandbox.providers.provider import Provider
from sandbox.providers.schema import load

from .certificates import CertRequest, SelfSignedCert
from .keys import PrivateKey, get_public_key


def provider(root: Path) -> Provider:
    """The provider, as plugin.py's launcher starts it. `root` is not used: keys live in the stack's state only."""
    kinds = {kind.token: kind for kind in (PrivateKey, CertRequest, SelfSignedCert)}
    return Provider(load("tls"), root, kinds, {"tls:index/getPublicKey:getPublicKey": get_public_key})
