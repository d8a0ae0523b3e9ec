"""Keys and certificates: real ones, in the real provider's formats."""

import subprocess
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization as ser

from sandbox.providers.resource import ApiError
from tests.support.pulumi.providers import Asking, Made, account

KEY = "tls:index/privateKey:PrivateKey"
REQUEST = "tls:index/certRequest:CertRequest"
EVERY_KIND = [
    {"algorithm": "ED25519"},
    {"algorithm": "RSA", "rsaBits": 2048},
    {"algorithm": "ECDSA", "ecdsaCurve": "P256"},
    {"algorithm": "ECDSA", "ecdsaCurve": "P384"},
]
PEM_LINE = {"ED25519": "PRIVATE KEY", "RSA": "RSA PRIVATE KEY", "ECDSA": "EC PRIVATE KEY"}


@pytest.fixture
def tls(tmp_path: Path) -> Asking:
    return account(tmp_path, "tls")


@pytest.fixture
def key(tls: Asking) -> Made:
    return tls.create(KEY, {"algorithm": "ECDSA", "ecdsaCurve": "P256"})


@pytest.mark.parametrize("inputs", EVERY_KIND)
def test_ssh_keygen_agrees_on_the_public_key_and_its_fingerprint(
    tls: Asking, tmp_path: Path, inputs: dict[str, str]
) -> None:
    state = tls.create(KEY, inputs).state
    (tmp_path / "key").write_text(state["privateKeyOpenssh"])
    (tmp_path / "key").chmod(0o600)
    public = subprocess.run(["ssh-keygen", "-y", "-f", tmp_path / "key"], capture_output=True, text=True, check=True)
    assert public.stdout.split()[:2] == state["publicKeyOpenssh"].split()
    shown = subprocess.run(["ssh-keygen", "-l", "-f", tmp_path / "key"], capture_output=True, text=True, check=True)
    assert shown.stdout.split()[1] == state["publicKeyFingerprintSha256"]


@pytest.mark.parametrize("inputs", EVERY_KIND)
def test_all_forms_hold_the_same_key(tls: Asking, inputs: dict[str, str]) -> None:
    state = tls.create(KEY, inputs).state
    assert state["privateKeyPem"].startswith(f"-----BEGIN {PEM_LINE[inputs['algorithm']]}-----\n")
    forms = [ser.load_pem_private_key(state[name].encode(), None) for name in ("privateKeyPem", "privateKeyPemPkcs8")]
    forms.append(ser.load_ssh_private_key(state["privateKeyOpenssh"].encode(), None))
    public = {form.public_key().public_bytes(ser.Encoding.PEM, ser.PublicFormat.SubjectPublicKeyInfo) for form in forms}
    assert public == {state["publicKeyPem"].encode()}


def test_the_openssh_line_ends_with_a_newline(key: Made) -> None:
    assert key.state["publicKeyOpenssh"].endswith("\n")
    assert key.state["publicKeyOpenssh"].count("\n") == 1


def test_private_keys_are_secret_and_public_ones_are_not(key: Made) -> None:
    assert key.secret == {"privateKeyPem", "privateKeyPemPkcs8", "privateKeyOpenssh"}


def test_openssh_knows_no_p224(tls: Asking) -> None:
    state = tls.create(KEY, {"algorithm": "ECDSA"}).state
    assert state["ecdsaCurve"] == "P224"
    assert (state["privateKeyOpenssh"], state["publicKeyOpenssh"], state["publicKeyFingerprintSha256"]) == ("", "", "")


def test_an_unknown_algorithm_is_named_with_what_is_possible(tls: Asking) -> None:
    assert tls.check(KEY, {"algorithm": "DSA"})[1] == [
        'algorithm: value must be one of: ["RSA" "ECDSA" "ED25519"], got: "DSA"'
    ]


def test_a_refresh_keeps_the_key(tls: Asking, key: Made) -> None:
    found = tls.read(KEY, key.key, key)
    assert found is not None
    assert found.state == key.state


def test_a_request_is_signed_by_its_key_for_its_names(tls: Asking, key: Made) -> None:
    inputs = {
        "privateKeyPem": key.state["privateKeyPem"],
        "dnsNames": ["example.com", "*.example.com"],
        "ipAddresses": ["203.0.113.7"],
        "subject": {"commonName": "example.com", "organization": "Petbase"},
    }
    made = tls.create(REQUEST, inputs)
    request = x509.load_pem_x509_csr(made.state["certRequestPem"].encode())
    assert request.is_signature_valid
    assert request.subject.rfc4514_string() == "O=Petbase,CN=example.com"
    names = request.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["example.com", "*.example.com"]
    assert [str(one) for one in names.get_values_for_type(x509.IPAddress)] == ["203.0.113.7"]
    assert made.state["keyAlgorithm"] == "ECDSA"
    assert made.secret == {"privateKeyPem"}


def test_what_is_no_key_is_refused(tls: Asking) -> None:
    with pytest.raises(ApiError, match=r"^Invalid private key: failed to decode PEM block$"):
        tls.create(REQUEST, {"privateKeyPem": "no key"})
