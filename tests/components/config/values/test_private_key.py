"""A private key that pulumi-command cannot use is refused before anything is made, in each form of ssh-keygen."""

import subprocess
from pathlib import Path

import pytest

from components.config.values.private_key import problem_of_private_key

NONE = "is not a private key; set it again from its file: ./petbase secrets set sshPrivateKey < ~/.ssh/id_ed25519"
FORMS = [("ed25519", "RFC4716"), ("rsa", "RFC4716"), ("rsa", "PEM"), ("rsa", "PKCS8"), ("ecdsa", "PEM")]


def _made(folder: Path, passphrase: str, kind: str, form: str) -> str:
    words = ["ssh-keygen", "-q", "-t", kind, "-m", form, "-N", passphrase, "-f", str(folder / "key")]
    subprocess.run(words, check=True)
    return (folder / "key").read_text()


@pytest.mark.parametrize(("kind", "form"), FORMS)
def test_a_key_without_a_passphrase_is_taken(tmp_path: Path, kind: str, form: str) -> None:
    key = _made(tmp_path, "", kind, form)
    assert [problem_of_private_key(text) for text in (key, key.strip(), key.replace("\n", "\r\n"))] == [""] * 3


@pytest.mark.parametrize(("kind", "form"), FORMS)
def test_a_key_with_a_passphrase_is_refused(tmp_path: Path, kind: str, form: str) -> None:
    assert problem_of_private_key(_made(tmp_path, "hunter22", kind, form)) == (
        "has a passphrase, which no one can type while pulumi up runs. Set a key without one, or remove this one "
        "(./petbase secrets remove sshPrivateKey) and load yours into an SSH agent"
    )


@pytest.mark.parametrize("text", ["", "~/.ssh/id_ed25519", "ssh-ed25519 AAAA me@laptop", "PuTTY-User-Key-File-3: x"])
def test_what_is_no_private_key_is_refused_without_showing_it(text: str) -> None:
    assert problem_of_private_key(text) == NONE
