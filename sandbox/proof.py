"""The blog's promise, kept before your eyes: push an app, lose its table, get it back from last night's dump.

Each step runs what a person would run: git, curl's request, and ./petbase itself.
"""

import json
import os
import re
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox.workspace import CHECKOUT

# A push says some eighty lines; Dokku's own headings are enough to follow.
_STEP = re.compile(r"(--|==)---> |Everything up-to-date")
_EXPECTED = {"apple", "another-apple"}


class ProofError(Exception):
    """A step did not do what it promises; the sentence says which, and what came instead."""


@dataclass(frozen=True)
class Proof:
    """The app to push, where it answers, and what to tell on the way."""

    folder: Path
    outputs: dict[str, Any]
    http_port: int
    say: Callable[[str], None]

    def run(self) -> None:
        """Push, ask, dump, drop, restore, ask again. ProofError at the first promise that is not kept."""
        self._push()
        self._ask("asks")
        self.say("a dump, now: ./petbase backup")
        self._petbase("backup", "--json")
        self.say("the table goes: DROP TABLE fruits.fruits")
        self._petbase("psql", "--command", "DROP TABLE fruits.fruits")
        if self._answer() is not None:
            raise ProofError("the app still answers although its table was dropped")
        self.say("and comes back: ./petbase restore")
        self._petbase("restore", "--yes", "--no-safety-dump")
        self._ask("asks again")

    def _push(self) -> None:
        app = self.folder / "fruits"
        if not (app / ".git").exists():
            app.mkdir(exist_ok=True)
            self._git(app, "init", "--quiet", "--initial-branch", "main")
        source = CHECKOUT / "examples/fruits"
        subprocess.run(["cp", "-R", f"{source}/.", str(app)], check=True)
        self._git(app, "add", "--all")
        if self._git(app, "status", "--porcelain"):
            self._git(app, "commit", "--quiet", "--message", "fruits")
        remote = self.outputs["apps"]["fruits"]["gitRemote"]
        self.say(f"git push {remote} main")
        for line in self._git(app, "push", remote, "main", secure=True).splitlines():
            if _STEP.search(line):
                self.say(f"      {line.removeprefix('remote: ').rstrip()}")

    def _git(self, app: Path, *words: str, secure: bool = False) -> str:
        who = ["-c", "user.name=You", "-c", "user.email=you@sandbox"]
        environment = dict(os.environ)
        if secure:
            environment["GIT_SSH_COMMAND"] = self._ssh()
        done = subprocess.run(
            ["git", *who, *words], cwd=app, text=True, capture_output=True, env=environment, check=False
        )
        if done.returncode:
            raise ProofError(f"git {words[0]} failed: {done.stderr.strip()}")
        return f"{done.stdout}{done.stderr if secure else ''}".strip()

    def _ssh(self) -> str:
        """OpenSSH with the sandbox user's key, and no host key but the pinned one."""
        server = self.outputs["server"]
        known = self.folder / "known_hosts"
        known.write_text(f"[{server['address']}]:{server['port']} {server['hostKey']}\n")
        strict = "-o StrictHostKeyChecking=yes -o IdentitiesOnly=yes -o BatchMode=yes"
        return f"ssh -F none -i '{self.folder / 'id_ed25519'}' -o UserKnownHostsFile='{known}' {strict}"

    def _ask(self, verb: str) -> None:
        found = self._answer()
        if found != _EXPECTED:
            raise ProofError(f"GET /?filter=app answers {found}, not {sorted(_EXPECTED)}")
        self.say(f"{verb}: GET {self.url}/?filter=app answers {', '.join(sorted(found))}")

    @property
    def url(self) -> str:
        """Where the app answers on this machine; browsers and curl take NAME.localhost for 127.0.0.1."""
        return f"{self.outputs['apps']['fruits']['urls'][0]}:{self.http_port}"

    def _answer(self) -> set[str] | None:
        """The names that match `app`; None where the app answers with an error."""
        host = self.url.removeprefix("http://")
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.http_port}/?filter=app", headers={"Host": host, "Accept": "application/json"}
        )
        deadline = time.monotonic() + 10
        while True:
            try:
                with urllib.request.urlopen(request, timeout=10) as answer:
                    return set(json.load(answer))
            except urllib.error.HTTPError as error:
                # A proxy says 502 until the pushed app listens.
                if error.code != 502 or time.monotonic() > deadline:
                    return None
                time.sleep(0.2)

    def _petbase(self, *words: str) -> str:
        command = [str(CHECKOUT / "petbase"), words[0], "--stack", "sandbox", *words[1:]]
        done = subprocess.run(
            command,
            text=True,
            capture_output=True,
            env={**os.environ, "PETBASE_SANDBOX": str(self.folder)},
            check=False,
        )
        if done.returncode:
            raise ProofError(f"./petbase {words[0]} failed: {(done.stderr or done.stdout).strip()}")
        return done.stdout
