"""Origin certificates: signed by the sandbox's own CA, for the key that asked."""

import ssl
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives import serialization as ser

from sandbox.providers.cloudflare.origin_ca import authority
from sandbox.providers.resource import ApiError
from sandbox.providers.values import State
from tests.support.pulumi.providers import Asking, account

CERTIFICATE = "cloudflare:index/originCaCertificate:OriginCaCertificate"
NAMES = ["example.com", "*.example.com"]


@pytest.fixture
def cloudflare(tmp_path: Path) -> Asking:
    return account(tmp_path, "cloudflare")


def request(tmp_path: Path, algorithm: str = "ECDSA") -> tuple[str, str]:
    tls = account(tmp_path, "tls")
    key = tls.create("tls:index/privateKey:PrivateKey", {"algorithm": algorithm, "ecdsaCurve": "P256"})
    pem = key.state["privateKeyPem"]
    made = tls.create("tls:index/certRequest:CertRequest", {"privateKeyPem": pem, "dnsNames": NAMES})
    return pem, made.state["certRequestPem"]


def inputs(csr: str, **more: object) -> State:
    return {"csr": csr, "hostnames": NAMES, "requestType": "origin-ecc", "requestedValidity": 365} | more


def test_a_certificate_is_signed_by_the_local_ca_for_the_requests_key(cloudflare: Asking, tmp_path: Path) -> None:
    pem, csr = request(tmp_path)
    made = cloudflare.create(CERTIFICATE, inputs(csr))
    certificate = x509.load_pem_x509_certificate(made.state["certificate"].encode())
    certificate.verify_directly_issued_by(authority(tmp_path / "cloud")[1])
    key = ser.load_pem_private_key(pem.encode(), None)
    assert certificate.public_key() == key.public_key()
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == NAMES
    assert (certificate.not_valid_after_utc - certificate.not_valid_before_utc).days == 365


def test_a_client_that_goes_by_rfc_5280_takes_it(cloudflare: Asking, tmp_path: Path) -> None:
    """Python's `ssl` does so from 3.13 on."""
    pem, csr = request(tmp_path)
    pair = tmp_path / "pair.pem"
    pair.write_text(pem + cloudflare.create(CERTIFICATE, inputs(csr)).state["certificate"])
    serves = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serves.load_cert_chain(pair)
    trusts = ssl.create_default_context(cafile=tmp_path / "cloud/origin-ca.pem")
    trusts.verify_flags |= ssl.VERIFY_X509_STRICT
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    server, client = serves.wrap_bio(there, back, True), trusts.wrap_bio(back, there, server_hostname=NAMES[0])
    for end in (client, server, client):
        with suppress(ssl.SSLWantReadError):
            end.do_handshake()
    assert client.getpeercert()


def test_the_ca_stays_the_same(cloudflare: Asking, tmp_path: Path) -> None:
    cloudflare.create(CERTIFICATE, inputs(request(tmp_path)[1]))
    before = authority(tmp_path / "cloud")[1]
    cloudflare.create(CERTIFICATE, inputs(request(tmp_path)[1]))
    assert authority(tmp_path / "cloud")[1] == before


def test_certificates_at_once_have_one_ca(tmp_path: Path) -> None:
    start = threading.Barrier(8)

    def first(_: int) -> bytes:
        start.wait()
        return authority(tmp_path / "cloud")[1].fingerprint(hashes.SHA256())

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(first, range(8)))) == 1


def test_a_key_of_the_other_kind_is_refused(cloudflare: Asking, tmp_path: Path) -> None:
    _, csr = request(tmp_path, "RSA")
    with pytest.raises(ApiError, match=r"400 Bad Request .*does not fit the request type origin-ecc"):
        cloudflare.create(CERTIFICATE, inputs(csr))
    assert cloudflare.create(CERTIFICATE, inputs(csr, requestType="origin-rsa"))


def test_what_is_no_request_is_refused(cloudflare: Asking) -> None:
    with pytest.raises(ApiError, match=r"400 Bad Request .*Unable to parse the CSR"):
        cloudflare.create(CERTIFICATE, inputs("no csr"))


def test_only_cloudflares_validities_are_taken(cloudflare: Asking) -> None:
    assert cloudflare.check(CERTIFICATE, inputs("x", requestedValidity=100))[1] == [
        "requestedValidity: value must be one of: [7, 30, 90, 365, 730, 1095, 5475], got: 100"
    ]


@pytest.mark.parametrize("name", ["csr", "hostnames", "requestType", "requestedValidity"])
def test_every_change_replaces(cloudflare: Asking, tmp_path: Path, name: str) -> None:
    made = cloudflare.create(CERTIFICATE, inputs(request(tmp_path)[1]))
    new = {"csr": "x", "hostnames": ["x"], "requestType": "origin-rsa", "requestedValidity": 7}[name]
    assert cloudflare.diff(CERTIFICATE, made, made.inputs | {name: new}).replaces == [name]
