"""Certificate requests, as X.509 has them."""

import hashlib
import ipaddress
from collections.abc import Callable, Mapping

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives import serialization as ser
from cryptography.x509.oid import NameOID

from sandbox.providers.values import State

from .keys import algorithm, load_key

_SUBJECT = {
    "commonName": NameOID.COMMON_NAME,
    "organization": NameOID.ORGANIZATION_NAME,
    "organizationalUnit": NameOID.ORGANIZATIONAL_UNIT_NAME,
    "country": NameOID.COUNTRY_NAME,
    "locality": NameOID.LOCALITY_NAME,
    "province": NameOID.STATE_OR_PROVINCE_NAME,
    "postalCode": NameOID.POSTAL_CODE,
    "serialNumber": NameOID.SERIAL_NUMBER,
    "emailAddress": NameOID.EMAIL_ADDRESS,
}


def made(inputs: State) -> tuple[str, State]:
    """A request's id, and the request in PEM."""
    key = load_key(inputs["privateKeyPem"])
    builder = x509.CertificateSigningRequestBuilder().subject_name(_subject(inputs))
    if names := _alternative_names(inputs):
        builder = builder.add_extension(names, critical=False)
    digest = None if algorithm(key) == "ED25519" else hashes.SHA256()  # Ed25519 hashes by itself
    pem = builder.sign(key, digest).public_bytes(ser.Encoding.PEM).decode()
    state = inputs | {"certRequestPem": pem, "keyAlgorithm": algorithm(key)}
    return hashlib.sha1(pem.encode()).hexdigest(), state


def _subject(inputs: State) -> x509.Name:
    """The distinguished name; empty parts left out."""
    given: Mapping[str, str] = inputs.get("subject", {})
    return x509.Name([x509.NameAttribute(oid, given[key]) for key, oid in _SUBJECT.items() if given.get(key)])


def _alternative_names(inputs: State) -> x509.SubjectAlternativeName | None:
    """DNS names, addresses and URIs as one extension; None where there are none."""
    kinds: list[tuple[str, Callable[[str], x509.GeneralName]]] = [
        ("dnsNames", x509.DNSName),
        ("ipAddresses", lambda text: x509.IPAddress(ipaddress.ip_address(text))),
        ("uris", x509.UniformResourceIdentifier),
    ]
    names = [make(text) for key, make in kinds for text in inputs.get(key, [])]
    return x509.SubjectAlternativeName(names) if names else None
