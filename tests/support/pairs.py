"""Certificates with their keys, for tests: signed by a CA of the test's own."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives import serialization as ser
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_ISSUER = "a test's CA"


class PemPair(NamedTuple):
    certificate: str
    key: str


@dataclass(frozen=True)
class Authority:
    key: ec.EllipticCurvePrivateKey
    pem: str

    @classmethod
    def new(cls) -> "Authority":
        key = ec.generate_private_key(ec.SECP256R1())
        own = _builder(_ISSUER, key, 30).add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        return cls(key, _pem(own, key))

    def pair(self, *names: str, days: float = 90) -> PemPair:
        """For these names, ending in so many days (or ended, below 0)."""
        key = ec.generate_private_key(ec.SECP256R1())
        plain = key.private_bytes(ser.Encoding.PEM, ser.PrivateFormat.PKCS8, ser.NoEncryption()).decode()
        alternatives = x509.SubjectAlternativeName([x509.DNSName(name) for name in names])
        return PemPair(_pem(_builder(names[0], key, days).add_extension(alternatives, critical=False), self.key), plain)


def _builder(name: str, key: ec.EllipticCurvePrivateKey, days: float) -> x509.CertificateBuilder:
    issuer, subject = (x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)]) for text in (_ISSUER, name))
    now = datetime.now(UTC).replace(microsecond=0)
    begins, ends = now + timedelta(days=min(days, 0) - 1), now + timedelta(days=days)
    return x509.CertificateBuilder(issuer, subject, key.public_key(), x509.random_serial_number(), begins, ends)


def _pem(made: x509.CertificateBuilder, signer: ec.EllipticCurvePrivateKey) -> str:
    return made.sign(signer, hashes.SHA256()).public_bytes(ser.Encoding.PEM).decode()
