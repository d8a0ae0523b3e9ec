"""What the records could not keep, made anew for a run: key pairs, certificates, archives of them."""

import io
import tarfile
from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.x509.oid import NameOID


@cache
def _pair(domain: str, number: int) -> tuple[bytes, bytes]:
    """A self-signed certificate for `domain` and its key, PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, domain)])
    now = datetime.now(UTC)
    built = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    built = built.serial_number(number + 1).not_valid_before(now).not_valid_after(now + timedelta(days=365))
    certificate = built.add_extension(x509.SubjectAlternativeName([x509.DNSName(domain)]), False)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return certificate.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM), private


def archive(kind: str, domain: str) -> bytes:
    """A tar for `certs:add`: good, gz, nested, named, nokey, mismatch, garbage."""
    certificate, private = _pair(domain, 0)
    entries = {"server.crt": certificate, "server.key": private}
    if kind == "nokey":
        del entries["server.key"]
    if kind == "mismatch":
        entries["server.key"] = _pair(domain, 1)[1]
    if kind == "garbage":
        entries = {"x.crt": b"no cert\n", "x.key": b"no key\n"}
    if kind == "nested":
        entries = {f"x/{name}": content for name, content in entries.items()}
    if kind == "named":
        entries = {name.replace("server", "fullchain"): content for name, content in entries.items()}
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz" if kind == "gz" else "w") as found:
        for name, content in entries.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            found.addfile(entry, io.BytesIO(content))
    return packed.getvalue()


@cache
def public_key(name: str, run: str) -> bytes:
    """A public key's line; the same for the same name within one run of a case."""
    key = ed25519.Ed25519PrivateKey.generate().public_key()
    line = key.public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
    return line + f" {name}-{run}@petbase\n".encode()
