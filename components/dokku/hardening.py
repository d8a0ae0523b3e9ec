"""The hardening's files as values of harden_look.sh, until the doctor's report is a command of the host program."""

from host.server.hardening import texts

_FILES = {
    "sshd": texts.SSHD,
    "updates": texts.UPDATES,
    "docker": texts.DOCKER,
    "metadata": texts.METADATA,
    "metadata_unit": texts.METADATA_UNIT,
    "journal": texts.JOURNAL,
}


def values() -> dict[str, str]:
    """Path and text of each file."""
    return {
        f"{name}_{part}": value
        for name, file in _FILES.items()
        for part, value in (("file", file.path), ("text", file.text.rstrip("\n")))
    }
