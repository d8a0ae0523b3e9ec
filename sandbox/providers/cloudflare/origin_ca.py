"""Origin CA certificates, signed by a certificate authority of the sandbox's own, kept in .sandbox/cloud.

As with Cloudflare's: browsers do not trust it, and a wildcard covers one level only.
"""

import fcntl
import ipaddress
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives import serialization as ser
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from sandbox.providers.cloud import write_private
from sandbox.providers.values import State

from .api import refusal

_KEYS = {"origin-rsa": rsa.RSAPublicKey, "origin-ecc": ec.EllipticCurvePublicKey}
_CA_YEARS = 20
# Cloudflare's own, whatever the request says; names are alternative names only.
_SUBJECT = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "CloudFlare Origin Certificate")])
# Without it, and without key identifiers, clients that go by RFC 5280 take no certificate of this authority: Python's
# `ssl` from 3.13 on.
_SIGNS = x509.KeyUsage(
    digital_signature=False,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=True,
    crl_sign=True,
    encipher_only=False,
    decipher_only=False,
)


def issue(folder: Path, inputs: State) -> tuple[str, State]:
    """A new certificate's id and its state. ApiError for a request that Cloudflare refuses."""
    certificate = _sign(folder, _request(inputs), inputs["hostnames"], inputs["requestedValidity"])
    state = inputs | {
        "certificate": certificate.public_bytes(ser.Encoding.PEM).decode(),
        "expiresOn": certificate.not_valid_after_utc.strftime("%Y-%m-%d %H:%M:%S +0000 UTC"),
    }
    return str(certificate.serial_number), state


def authority(folder: Path) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    """The sandbox's own CA, made at the first use."""
    files = folder / "origin-ca.key", folder / "origin-ca.pem"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Two certificates at once would else be signed by two authorities, of which one is kept.
    with (folder / "origin-ca.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not files[1].exists():
            _make_authority(*files)
    key = ser.load_pem_private_key(files[0].read_bytes(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return key, x509.load_pem_x509_certificate(files[1].read_bytes())


def _make_authority(key_file: Path, certificate_file: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Petbase sandbox origin CA")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(
        name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(days=365 * _CA_YEARS)
    )
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(_SIGNS, critical=True)
    builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    pem = key.private_bytes(ser.Encoding.PEM, ser.PrivateFormat.PKCS8, ser.NoEncryption())
    write_private(key_file, pem.decode())
    write_private(certificate_file, builder.sign(key, hashes.SHA256()).public_bytes(ser.Encoding.PEM).decode())


def _sign(folder: Path, request: x509.CertificateSigningRequest, names: list[str], days: int) -> x509.Certificate:
    key, issuer = authority(folder)
    now = datetime.now(UTC).replace(microsecond=0)
    builder = x509.CertificateBuilder(
        issuer.subject,
        _SUBJECT,
        request.public_key(),
        x509.random_serial_number(),
        now,
        now + timedelta(days=days),
    )
    signed_by = x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key())
    builder = builder.add_extension(signed_by, critical=False)
    return builder.add_extension(_names(names), critical=False).sign(key, hashes.SHA256())


def _names(names: list[str]) -> x509.SubjectAlternativeName:
    return x509.SubjectAlternativeName([_address(name) or x509.DNSName(name) for name in names])


def _address(name: str) -> x509.IPAddress | None:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return None


def _request(inputs: State) -> x509.CertificateSigningRequest:
    try:
        request = x509.load_pem_x509_csr(inputs["csr"].encode())
    except ValueError:
        raise _refused("Unable to parse the CSR.") from None
    if not request.is_signature_valid or not isinstance(request.public_key(), _KEYS[inputs["requestType"]]):
        raise _refused(f"The CSR's key does not fit the request type {inputs['requestType']}.")
    return request


def _refused(message: str) -> Exception:
    return refusal("POST", "/certificates", HTTPStatus.BAD_REQUEST, 1010, message)
