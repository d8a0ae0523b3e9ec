"""An app of examples/ as a person has it: a repository to push, and a name that answers on this machine."""

import json
import os
import re
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox import ssh_config
from sandbox.proof.visiting import address, ask
from sandbox.workspace import CHECKOUT

# A push says some eighty lines; Dokku's own headings are enough to follow.
_STEP = re.compile(r"(--|==)---> |Everything up-to-date")
# A user's git may sign commits or have hooks; neither has a part in this.
_GIT = ["git"]
for _setting in ("user.name=You", "user.email=you@sandbox", "commit.gpgsign=false", "core.hooksPath=/dev/null"):
    _GIT += ["-c", _setting]


class ProofError(Exception):
    """A step did not do what it promises; the sentence says which, and what came instead."""


@dataclass(frozen=True)
class Example:
    """One app: its name in examples/ and in the stack file; `folder` is the sandbox's own."""

    name: str
    folder: Path
    outputs: dict[str, Any]
    http_port: int
    say: Callable[[str], None]

    @property
    def schema(self) -> str:
        """Where its tables are."""
        return str(self.outputs["apps"][self.name]["schema"])

    @property
    def url(self) -> str:
        """Where it answers on this machine; browsers and curl take NAME.localhost for 127.0.0.1."""
        return address(self.outputs["apps"][self.name]["urls"][0], self.http_port)

    def push(self) -> None:
        """`git push` of the example, or of nothing new."""
        app = self.folder / self.name
        if not (app / ".git").exists():
            app.mkdir(exist_ok=True)
            self._git("init", "--quiet", "--initial-branch", "main")
        subprocess.run(["cp", "-R", f"{CHECKOUT / 'examples' / self.name}/.", str(app)], check=True)
        self._git("add", "--all")
        if self._git("status", "--porcelain"):
            self._git("commit", "--quiet", "--message", self.name)
        remote = self.outputs["apps"][self.name]["gitRemote"]
        self.say(f"git push {remote} main")
        for line in self._git("push", remote, "main", GIT_SSH_COMMAND=self._ssh()).splitlines():
            if _STEP.search(line):
                self.say(f"      {line.removeprefix('remote: ').rstrip()}")

    def _git(self, *words: str, **variables: str) -> str:
        environment = {**os.environ, **variables}
        app = self.folder / self.name
        done = subprocess.run([*_GIT, *words], cwd=app, text=True, capture_output=True, env=environment, check=False)
        if done.returncode:
            raise ProofError(f"git {words[0]} failed: {done.stderr.strip()}")
        return f"{done.stdout}{done.stderr if variables else ''}".strip()

    def _ssh(self) -> str:
        """OpenSSH with the sandbox user's key, and no host key but the pinned one."""
        ssh_config.write(self.folder, self.outputs["server"])
        return f"{ssh_config.command(self.folder)} -o BatchMode=yes"

    def answer(self, path: str, body: str | None = None) -> Any:
        """What it answers to GET, or to POST with a body; None where that is an error."""
        deadline = time.monotonic() + 10
        while True:
            status, said = ask(self.folder, f"{self.url}{path}", body)
            # A proxy says 502 until the pushed app listens.
            if status != 502 or time.monotonic() > deadline:
                return json.loads(said) if status < 400 else None
            time.sleep(0.2)
