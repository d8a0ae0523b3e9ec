"""The provider's two resources. `cryptography` is imported where something is made: most engine runs make nothing."""

from collections.abc import Iterable

from sandbox.providers.resource import Resource
from sandbox.providers.schema import Problem
from sandbox.providers.values import UNKNOWN, State

_ALGORITHMS = ("RSA", "ECDSA", "ED25519")
_CURVES = ("P224", "P256", "P384", "P521")


class PrivateKey(Resource):
    """tls.PrivateKey. RSA has 2048 bits and ECDSA is P224 unless told otherwise, as in the real provider."""

    token = "tls:index/privateKey:PrivateKey"

    def check(self, inputs: State) -> Iterable[Problem]:
        yield from _one_of(inputs, "algorithm", _ALGORITHMS)
        yield from _one_of(inputs, "ecdsaCurve", _CURVES)

    def create(self, inputs: State) -> tuple[str, State]:
        from . import keys

        return keys.made(inputs)


class CertRequest(Resource):
    """tls.CertRequest: a PKCS 10 request in PEM."""

    token = "tls:index/certRequest:CertRequest"

    def create(self, inputs: State) -> tuple[str, State]:
        from . import certificates

        return certificates.made(inputs)


def _one_of(inputs: State, name: str, allowed: tuple[str, ...]) -> Iterable[Problem]:
    value = inputs.get(name, allowed[0])
    if value not in (*allowed, UNKNOWN):
        listed = " ".join(f'"{item}"' for item in allowed)
        yield name, f'value must be one of: [{listed}], got: "{value}"'
