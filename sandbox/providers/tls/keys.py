"""Private keys, and every form in which the real provider gives them out."""

import base64
import hashlib

from cryptography.hazmat.primitives import serialization as ser
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from sandbox.providers.resource import ApiError
from sandbox.providers.values import State

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey

_CURVES: dict[str, ec.EllipticCurve] = {
    "P224": ec.SECP224R1(),
    "P256": ec.SECP256R1(),
    "P384": ec.SECP384R1(),
    "P521": ec.SECP521R1(),
}


def made(inputs: State) -> tuple[str, State]:
    """A new key's id, and all that the real provider says of it."""
    state = {"ecdsaCurve": "P224", "rsaBits": 2048} | inputs
    key = _new_key(state)
    der = key.public_key().public_bytes(ser.Encoding.DER, ser.PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha1(der).hexdigest(), state | private_forms(key) | public_forms(key)


def load_key(text: str) -> Key:
    """The private key in `text`, PEM or OpenSSH. ApiError when it is none."""
    openssh = "OPENSSH" in text.partition("\n")[0]
    try:
        key = (ser.load_ssh_private_key if openssh else ser.load_pem_private_key)(text.encode(), None)
    except (ValueError, TypeError) as problem:
        raise ApiError("Invalid private key: failed to decode PEM block") from problem
    if not isinstance(key, Key):
        raise ApiError(f"Unsupported private key type: {type(key).__name__}")
    return key


def algorithm(key: Key) -> str:
    """RSA, ECDSA or ED25519."""
    if isinstance(key, rsa.RSAPrivateKey):
        return "RSA"
    return "ECDSA" if isinstance(key, ec.EllipticCurvePrivateKey) else "ED25519"


def private_forms(key: Key) -> State:
    """PEM as OpenSSL writes it by default for the kind, PKCS 8, and OpenSSH's own (none for P224, which it lacks)."""
    traditional = ser.PrivateFormat.PKCS8 if algorithm(key) == "ED25519" else ser.PrivateFormat.TraditionalOpenSSL
    return {
        "privateKeyPem": _pem(key, traditional),
        "privateKeyPemPkcs8": _pem(key, ser.PrivateFormat.PKCS8),
        "privateKeyOpenssh": _pem(key, ser.PrivateFormat.OpenSSH) if _in_openssh(key) else "",
    }


def public_forms(key: Key) -> State:
    """PEM, the authorized_keys line with its newline, and both fingerprints as ssh-keygen prints them."""
    public = key.public_key()
    pem = public.public_bytes(ser.Encoding.PEM, ser.PublicFormat.SubjectPublicKeyInfo).decode()
    if not _in_openssh(key):
        names = ("publicKeyOpenssh", "publicKeyFingerprintMd5", "publicKeyFingerprintSha256")
        return dict.fromkeys(names, "") | {"publicKeyPem": pem}
    line = public.public_bytes(ser.Encoding.OpenSSH, ser.PublicFormat.OpenSSH).decode()
    return {
        "publicKeyPem": pem,
        "publicKeyOpenssh": line + "\n",
        "publicKeyFingerprintMd5": fingerprint_md5(line),
        "publicKeyFingerprintSha256": fingerprint_sha256(line),
    }


def fingerprint_md5(line: str) -> str:
    """Of an authorized_keys line: 16 pairs of hex digits with colons, which is also what Hetzner's API shows."""
    return hashlib.md5(_blob(line)).digest().hex(":")


def fingerprint_sha256(line: str) -> str:
    """Of an authorized_keys line: SHA256:…, base64 without padding."""
    return "SHA256:" + base64.b64encode(hashlib.sha256(_blob(line)).digest()).decode().rstrip("=")


def _blob(line: str) -> bytes:
    return base64.b64decode(line.split()[1])


def _new_key(state: State) -> Key:
    if state["algorithm"] == "RSA":
        return rsa.generate_private_key(65537, state["rsaBits"])
    if state["algorithm"] == "ECDSA":
        return ec.generate_private_key(_CURVES[state["ecdsaCurve"]])
    return ed25519.Ed25519PrivateKey.generate()


def _in_openssh(key: Key) -> bool:
    return not (isinstance(key, ec.EllipticCurvePrivateKey) and key.curve.name == "secp224r1")


def _pem(key: Key, form: ser.PrivateFormat) -> str:
    return key.private_bytes(ser.Encoding.PEM, form, ser.NoEncryption()).decode()
