"""What sshd reads: /etc/ssh/sshd_config and its drop-ins. Also the command: `sshd -t`, `sshd -T [-C …]`.

A stand-in for OpenSSH's parser: the first value of a keyword counts, `Include` is followed, a `Match` block is skipped,
and a keyword that is not in the list below is refused in OpenSSH's words. What the host's SSH server obeys of it is
PasswordAuthentication and KbdInteractiveAuthentication; a change counts from the next reload (systemd/daemons.py).
"""

import json
import sys
from pathlib import Path

from sandbox.host.dokku.core import files

MAIN = Path("/etc/ssh/sshd_config")
_IN_FORCE = Path("/run/sshd/sandbox.json")
# Debian 12's own file, without its comments.
TEXT = """\
Include /etc/ssh/sshd_config.d/*.conf
KbdInteractiveAuthentication no
UsePAM yes
X11Forwarding yes
PrintMotd no
AcceptEnv LANG LC_*
Subsystem sftp /usr/lib/openssh/sftp-server
"""
_DEFAULTS = {
    "port": "22",
    "logingracetime": "120",
    "maxauthtries": "6",
    "permitrootlogin": "prohibit-password",
    "passwordauthentication": "yes",
    "kbdinteractiveauthentication": "yes",
}
_KNOWN = {*_DEFAULTS, "usepam", "x11forwarding", "printmotd", "acceptenv", "subsystem", "hostkey", "include", "match"}


class BadConfigError(Exception):
    """Lines that sshd refuses, in its words."""


def effective(main: Path = MAIN) -> dict[str, str]:
    """Every keyword's value, in lower case; BadConfigError names each line that is refused."""
    found: dict[str, str] = {}
    problems: list[str] = []
    _read(main, found, problems)
    if problems:
        raise BadConfigError("\n".join([*problems, f"{main}: terminating, {len(problems)} bad configuration options"]))
    return _DEFAULTS | found


def _read(path: Path, found: dict[str, str], problems: list[str]) -> None:
    for number, row in enumerate(path.read_text().splitlines(), 1):
        words = row.split("#", 1)[0].split()
        if not words:
            continue
        key, value = words[0].lower(), " ".join(words[1:])
        if key == "match":  # to the end of the file
            return
        if key not in _KNOWN:
            problems.append(f"{path}: line {number}: Bad configuration option: {words[0]}")
        elif key == "include":
            for name in sorted(Path("/").glob(value.lstrip("/"))):
                _read(name, found, problems)
        else:
            found.setdefault(key, value)


def reload() -> None:
    """What is written counts from now on; BadConfigError, and nothing changed, when sshd refuses it."""
    files.write(_IN_FORCE, json.dumps(effective()))


def in_force() -> dict[str, str]:
    """What counted at the last reload."""
    return {name: str(value) for name, value in files.read_json(_IN_FORCE).items()}


def main(words: list[str]) -> int:
    """`sshd -t` or `sshd -T`; 255 as OpenSSH when the configuration is refused."""
    if words[:1] not in (["-t"], ["-T"]):
        sys.stderr.write("sshd: (stand-in) the sandbox knows: sshd -t, sshd -T\n")
        return 1
    try:
        settings = effective()
    except BadConfigError as error:
        sys.stderr.write(f"{error}\n")
        return 255
    if words[0] == "-T":
        sys.stdout.write("".join(f"{name} {value}\n" for name, value in settings.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
