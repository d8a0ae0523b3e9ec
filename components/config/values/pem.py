"""Certificates with their keys; and the user's own, as secrets hold them: two PEM texts, or a tar of both in base64."""

import base64
import binascii
import io
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pulumi

from components.config.edge_spec import OwnCertificate

BEGINS = "-----BEGIN "


@dataclass(frozen=True)
class Pair:
    """A certificate and its private key, both PEM and marked secret."""

    certificate: pulumi.Output[str]
    key: pulumi.Output[str]


@dataclass(frozen=True)
class Signed:
    """A certificate with its key, the day on which it ends, and what others may wait for."""

    pair: Pair
    expires: pulumi.Output[str]
    ready: pulumi.Resource


def problems(own: OwnCertificate, values: Mapping[str, str]) -> Iterator[str]:
    """What is wrong with the secrets' form, by their names; whether they match is seen on the server."""
    for name in (own.certificate, own.key):
        if name and not values.get(name, BEGINS).lstrip().startswith(BEGINS):
            yield f'{name}: is not a PEM text, which begins with "{BEGINS}"; set it again from its file: … < FILE.pem'
    if own.tar and own.tar in values:
        try:
            unpacked(values[own.tar])
        except ValueError as error:
            yield f"{own.tar}: {error}"


def pair(own: OwnCertificate, values: Mapping[str, pulumi.Output[str]]) -> Pair:
    """Certificate and key, wherever they are."""
    if own.tar:
        both = values[own.tar].apply(unpacked)
        return Pair(both.apply(lambda found: found[0]), both.apply(lambda found: found[1]))
    return Pair(values[own.certificate or ""], values[own.key or ""])


def packed(certificate: str, key: str) -> str:
    """A tar of both in base64."""
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w") as archive:
        for name, text in (("server.crt", certificate), ("server.key", key)):
            member = tarfile.TarInfo(name)
            member.size = len(text.encode())
            archive.addfile(member, io.BytesIO(text.encode()))
    return base64.b64encode(held.getvalue()).decode()


def unpacked(text: str) -> tuple[str, str]:
    """The certificate and the key in a tar, as `certs:add` would find them; ValueError says what is wrong with it."""
    try:
        content = base64.b64decode("".join(text.split()), validate=True)
        with tarfile.open(fileobj=io.BytesIO(content)) as archive:
            files = {member.name: archive.extractfile(member) for member in archive if member.isfile()}
            texts = {name: file.read().decode() for name, file in files.items() if file}
    except (binascii.Error, tarfile.TarError, UnicodeDecodeError):
        raise ValueError("is not a tar in base64; make it with: base64 --wrap=0 server.tar") from None
    found = [[held for name, held in texts.items() if name.endswith(end)] for end in (".crt", ".key")]
    if [len(kind) for kind in found] != [1, 1]:
        raise ValueError(f"the tar must contain one .crt and one .key; it contains {', '.join(texts) or 'no file'}")
    return found[0][0], found[1][0]
