"""Certificate requests and self-signed certificates, as X.509 has them."""

import hashlib
import ipaddress
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives import serialization as ser
from cryptography.x509.oid import ExtendedKeyUsageOID as Extended
from cryptography.x509.oid import NameOID

from sandbox.providers.resource import Resource
from sandbox.providers.schema import Problem
from sandbox.providers.values import State

from .keys import Key, algorithm, load_key

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
_KEY_USES = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement")
_SIGNING_USES = ("key_cert_sign", "crl_sign", "encipher_only", "decipher_only")
_EXTENDED_USES = {
    "any_extended": Extended.ANY_EXTENDED_KEY_USAGE,
    "server_auth": Extended.SERVER_AUTH,
    "client_auth": Extended.CLIENT_AUTH,
    "code_signing": Extended.CODE_SIGNING,
    "email_protection": Extended.EMAIL_PROTECTION,
    "timestamping": Extended.TIME_STAMPING,
    "ocsp_signing": Extended.OCSP_SIGNING,
}
_RENAMED = {"cert_signing": "key_cert_sign", "crl_signing": "crl_sign"}


class CertRequest(Resource):
    """tls.CertRequest: a PKCS 10 request in PEM."""

    token = "tls:index/certRequest:CertRequest"

    def create(self, inputs: State) -> tuple[str, State]:
        key = load_key(inputs["privateKeyPem"])
        builder = x509.CertificateSigningRequestBuilder().subject_name(subject(inputs))
        if names := alternative_names(inputs):
            builder = builder.add_extension(names, critical=False)
        pem = builder.sign(key, signing_hash(key)).public_bytes(ser.Encoding.PEM).decode()
        made = {"certRequestPem": pem, "keyAlgorithm": algorithm(key)}
        return hashlib.sha1(pem.encode()).hexdigest(), inputs | made


class SelfSignedCert(Resource):
    """tls.SelfSignedCert: valid from now for `validityPeriodHours`."""

    token = "tls:index/selfSignedCert:SelfSignedCert"

    def check(self, inputs: State) -> Iterable[Problem]:
        known = {*_KEY_USES, *_SIGNING_USES, *_EXTENDED_USES, *_RENAMED}
        for use in inputs["allowedUses"] if isinstance(inputs["allowedUses"], list) else ():
            if use not in known:
                yield "allowedUses", f"{use!r} is no key usage"

    def create(self, inputs: State) -> tuple[str, State]:
        key, now = load_key(inputs["privateKeyPem"]), datetime.now(UTC).replace(microsecond=0)
        end = now + timedelta(hours=inputs["validityPeriodHours"])
        serial = x509.random_serial_number()
        name = subject(inputs)
        builder = x509.CertificateBuilder(name, name, key.public_key(), serial, now, end)
        for extension, critical in _extensions(inputs):
            builder = builder.add_extension(extension, critical)
        pem = builder.sign(key, signing_hash(key)).public_bytes(ser.Encoding.PEM).decode()
        made = {"certPem": pem, "keyAlgorithm": algorithm(key), "readyForRenewal": False}
        times = {"validityStartTime": now.isoformat(), "validityEndTime": end.isoformat()}
        return str(serial), {"earlyRenewalHours": 0} | inputs | made | times


def subject(inputs: State) -> x509.Name:
    """The distinguished name; empty parts left out."""
    given: Mapping[str, str] = inputs.get("subject", {})
    return x509.Name([x509.NameAttribute(oid, given[key]) for key, oid in _SUBJECT.items() if given.get(key)])


def alternative_names(inputs: State) -> x509.SubjectAlternativeName | None:
    """DNS names, addresses and URIs as one extension; None where there are none."""
    kinds: list[tuple[str, Callable[[str], x509.GeneralName]]] = [
        ("dnsNames", x509.DNSName),
        ("ipAddresses", lambda text: x509.IPAddress(ipaddress.ip_address(text))),
        ("uris", x509.UniformResourceIdentifier),
    ]
    names = [make(text) for key, make in kinds for text in inputs.get(key, [])]
    return x509.SubjectAlternativeName(names) if names else None


def signing_hash(key: Key) -> hashes.SHA256 | None:
    """Ed25519 hashes by itself."""
    return None if algorithm(key) == "ED25519" else hashes.SHA256()


def _extensions(inputs: State) -> Iterable[tuple[x509.ExtensionType, bool]]:
    uses = [_RENAMED.get(use, use) for use in inputs["allowedUses"]]
    plain = {use: use in uses for use in (*_KEY_USES, *_SIGNING_USES)}
    if any(plain.values()):
        yield x509.KeyUsage(**plain), True
    if extended := [_EXTENDED_USES[use] for use in uses if use in _EXTENDED_USES]:
        yield x509.ExtendedKeyUsage(extended), False
    yield x509.BasicConstraints(ca=inputs.get("isCaCertificate", False), path_length=inputs.get("maxPathLength")), True
    if names := alternative_names(inputs):
        yield names, False
