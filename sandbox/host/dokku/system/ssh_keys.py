"""`ssh-keys:*`: who may push. The lines in authorized_keys are the real ones: forced command, no forwarding."""

import base64
import binascii
import hashlib
import re
import sys
from pathlib import Path

from sandbox.host.dokku.core import files, report, say
from sandbox.host.dokku.core.call import Call
from sandbox.host.dokku.core.paths import AUTHORIZED_KEYS

_ALLOWED = "no-agent-forwarding,no-user-rc,no-X11-forwarding,no-port-forwarding"
_LINE = re.compile(
    r'^command="FINGERPRINT=(?P<fingerprint>\S+) NAME=\\"(?P<name>[^"\\]*)\\" [^"]*",(?P<allowed>\S+) (?P<key>.+)$',
    re.M,
)


def _lines() -> list[str]:
    return files.lines(AUTHORIZED_KEYS)


def _save(lines: list[str]) -> None:
    files.write(AUTHORIZED_KEYS, "".join(f"{line}\n" for line in lines), 0o600)


def fingerprint(key: str) -> str:
    """SHA256:… of a public key's line; ValueError for what is none."""
    kind, blob = key.split()[:2]
    raw = base64.b64decode(blob, validate=True)
    if kind.encode() not in raw[:64]:
        raise ValueError(f"{kind} is not what the key says of itself")
    return "SHA256:" + base64.b64encode(hashlib.sha256(raw).digest()).decode().rstrip("=")


def add(call: Call) -> int:
    """`ssh-keys:add NAME [FILE]`, the key on stdin without a file. The same name or the same key again is refused."""
    if not call.words:
        raise say.RefusedError("Please specify a name for the key")
    name, file = call.words[0], call.words[1] if len(call.words) > 1 else ""
    key = (Path(file).read_text() if file else sys.stdin.read()).strip()
    try:
        print_ = fingerprint(key)
    except (ValueError, binascii.Error) as error:
        raise say.RefusedError(f"Key specified in {file or ''}is not a valid ssh public key") from error
    for match in _LINE.finditer("\n".join(_lines())):
        duplicate = "name" if match["name"] == name else "public key" if match["fingerprint"] == print_ else ""
        if duplicate:
            text = f"Duplicate ssh {'key name' if duplicate == 'name' else 'public key specified'}"
            raise say.RefusedError(f"{text}\n !     sshcommand returned an error: 1", bare=True)
    command = f'FINGERPRINT={print_} NAME=\\"{name}\\" `cat /home/dokku/.sshcommand` $SSH_ORIGINAL_COMMAND'
    _save([*_lines(), f'command="{command}",{_ALLOWED} {key}'])
    say.out(print_)
    return 0


def remove(call: Call) -> int:
    """`ssh-keys:remove NAME`: 0 for one that is not there."""
    if not call.words:
        raise say.RefusedError("Please specify a name for the key")
    kept = [line for line in _lines() if not (match := _LINE.match(line)) or match["name"] != call.words[0]]
    if kept != _lines():
        _save(kept)
    return 0


def list_(call: Call) -> int:
    """`ssh-keys:list [--format json] [NAME]`"""
    plain, options = call.options(format=("--format",))
    found = [match for match in _LINE.finditer("\n".join(_lines())) if not plain or match["name"] == plain[0]]
    if not found:
        raise say.RefusedError("No public keys found")
    if options.get("format") == "json":
        say.out("[" + ", ".join(_as_json(match) for match in found) + "]")
        return 0
    for match in found:
        say.out(f'{match["fingerprint"]} NAME="{match["name"]}" SSHCOMMAND_ALLOWED_KEYS="{match["allowed"]}"')
    return 0


def _as_json(match: re.Match[str]) -> str:
    values = {
        "fingerprint": match["fingerprint"],
        "name": match["name"],
        "SSHCOMMAND_ALLOWED_KEYS": match["allowed"],
        "public-key": match["key"],
    }
    return "{ " + ", ".join(f'"{key}": {report.to_json(value)}' for key, value in values.items()) + " }"
