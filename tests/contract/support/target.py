"""The host that the cases run against: reached by OpenSSH's client, as root and as dokku, whatever is behind it."""

import base64
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from tests.contract.support.case import Step


@dataclass(frozen=True)
class Answer:
    """How a call ended."""

    rc: int
    stdout: str
    stderr: str


@dataclass(frozen=True)
class StoreAccess:
    """An S3 bucket, and a key that opens it; `endpoint` as the host reaches it."""

    endpoint: str
    key: str
    secret: str
    bucket: str


@dataclass(frozen=True)
class Target:
    """A Dokku host. `key` opens root and dokku; one connection for each user is kept and shared by all calls."""

    host: str
    port: int
    key: Path
    scratch: Path
    sandbox: bool
    options: list[str] = field(default_factory=list)
    image: str = "python:3-alpine"

    def _ssh(self, user: str) -> list[str]:
        shared = ["-o", "ControlMaster=auto", "-o", f"ControlPath={self.scratch}/{user}", "-o", "ControlPersist=60"]
        words = ["ssh", "-F", "/dev/null", "-i", str(self.key), "-p", str(self.port), "-o", "IdentitiesOnly=yes"]
        return [*words, "-o", "BatchMode=yes", "-o", "LogLevel=ERROR", *self.options, *shared, f"{user}@{self.host}"]

    def words(self, user: str, *command: str) -> list[str]:
        return [*self._ssh(user), *(["--", *command] if command else [])]

    def without_key(self) -> list[str]:
        return [*self.options, "-o", "IdentityAgent=none"]

    def close(self) -> None:
        for user in ("root", "dokku"):
            subprocess.run([*self._ssh(user), "-O", "exit"], capture_output=True, check=False)

    def call(self, step: Step, stdin: bytes = b"") -> Answer:
        if step.via in {"ssh", "ssh-tty"}:
            return self.run("dokku", step.command, stdin, terminal=step.via == "ssh-tty")
        return self.run("root", step.command if step.via == "host" else f"dokku {step.command}", stdin)

    def run(self, user: str, command: str, stdin: bytes = b"", *, terminal: bool = False) -> Answer:
        """Run `command` there."""
        options = ["-tt"] if terminal else []
        words = [*self._ssh(user)[:-1], *options, f"{user}@{self.host}", "--", command]
        done = subprocess.run(words, input=stdin, capture_output=True, check=False, timeout=240)
        return Answer(done.returncode, _text(done.stdout), _text(done.stderr))

    def root(self, command: str) -> Answer:
        return self.run("root", command)


def _text(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError:
        return base64.b64encode(content).decode()
