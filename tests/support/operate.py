"""./petbase as a person sees it: a verb's exit code and what it printed; and a stand-in for the Pulumi CLI."""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from operate.__main__ import main
from tests.support import documented

# Answers as the real CLI does (3.259.0): outputs of a stack, values of its config, and its words for what is missing.
_PULUMI = """#!{python} -IS
'''A stand-in for the Pulumi CLI: tells what a test wrote beside it.'''
import json, os, sys
from pathlib import Path
held = json.loads((Path(__file__).parent / "held.json").read_text())
(Path(__file__).parent / "seen.json").write_text(json.dumps({{"argv": sys.argv[1:], "env": dict(os.environ)}}))
stack = sys.argv[sys.argv.index("--stack") + 1]
if held.get("error"):
    sys.exit(held["error"])
if stack not in held["stacks"]:
    sys.exit(f"error: no stack named '{{stack}}' found")
found = held["stacks"][stack]
if "export" in sys.argv:
    print(json.dumps({{"deployment": found["state"]}}))
elif "output" in sys.argv:
    print(json.dumps({{"petbase": found["outputs"]}}))
else:
    key = sys.argv[sys.argv.index("get") + 1]
    if key not in found["config"]:
        sys.exit(f"error: configuration key '{{key.partition(':')[2]}}' not found for stack '{{stack}}'")
    print(found["config"][key])
"""


@dataclass(frozen=True)
class Ran:
    """How a verb ended."""

    code: int
    out: str
    err: str


@dataclass
class Petbase:
    """Runs verbs in this process. No output may hold one of `secrets`, nor a traceback."""

    capture: pytest.CaptureFixture[str]
    secrets: Sequence[str] = ()

    def __call__(self, *words: str) -> Ran:
        self.capture.readouterr()
        code = main(words)
        out, err = self.capture.readouterr()
        for secret in self.secrets:
            assert secret not in out + err, "a secret was printed"
        assert "Traceback" not in err
        documented.require(words, out)
        return Ran(code, out, err)


class Pulumi:
    """The stand-in CLI in `folder`, which a test puts on PATH."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.stacks: dict[str, Any] = {}
        self.error: str | None = None
        (folder / "pulumi").write_text(_PULUMI.format(python=sys.executable))
        (folder / "pulumi").chmod(0o755)
        self._write()

    def stack(self, name: str, outputs: dict[str, Any], **config: str) -> None:
        self.stacks[name] = {"outputs": outputs, "config": {f"petbase:{k}": v for k, v in config.items()}}
        self._write()

    def deployed(self, name: str, resources: Sequence[dict[str, Any]]) -> None:
        self.stacks[name] = {"state": {"resources": [*resources]}}
        self._write()

    def fails(self, text: str) -> None:
        self.error = text
        self._write()

    @property
    def seen(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.folder / "seen.json").read_text())
        return found

    def _write(self) -> None:
        (self.folder / "held.json").write_text(json.dumps({"stacks": self.stacks, "error": self.error}))


SECOND: dict[str, Any] = {
    "bucket": "copies",
    "path": "test",
    "endpoint": "http://127.0.0.1:9",
    "region": "auto",
    "keepDays": 90,
    "accessKeyId": "c" * 32,
    "secretAccessKey": "d" * 64,
}
"""A second store, as `outputs(backups={"copy": SECOND})`."""


def outputs(**sections: Any) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "server": {
            "id": "4711",
            "address": "127.0.0.1",
            "user": "root",
            "port": 9,
            "hostKey": "ssh-ed25519 AAAA",
            "webFrom": "anywhere",
            "hardened": False,
        },
        "database": {"service": "db", "version": "18.4", "versionDeclared": True},
        "dokku": {"version": "0.38.27", "postgresPlugin": "1.48.0"},
        "apps": {
            "fruits": {
                "urls": ["http://fruits.localhost"],
                "gitRemote": "ssh://dokku@127.0.0.1:9/fruits",
                "access": "schema",
                "schema": "fruits",
                "role": "fruits",
                "link": {"reads": [], "extensions": []},
            }
        },
        "backups": {
            "store": "r2",
            "bucket": "db-backups",
            "path": None,
            "endpoint": "http://127.0.0.1:9",
            "region": "auto",
            "schedule": "0 3 * * *",
            "paused": False,
            "found": False,
            "encrypted": False,
            "keepDays": 35,
            "lockDays": 7,
            "drill": "weekly",
            "accessKeyId": "a" * 32,
            "secretAccessKey": "b" * 64,
        },
    }
    return {name: {**plain[name], **sections.get(name, {})} for name in plain}
