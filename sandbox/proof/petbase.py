"""./petbase as a person runs it, on the sandbox."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from sandbox import workspace
from sandbox.proof.example import ProofError


@dataclass(frozen=True)
class Petbase:
    """`folder` is the sandbox's own."""

    folder: Path

    def must(self, *words: str) -> str:
        """What it prints. ProofError where it fails."""
        done = self.run(*words)
        if done.returncode:
            raise ProofError(f"./petbase {words[0]} failed: {(done.stderr or done.stdout).strip()}")
        return done.stdout

    def run(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """It, and how it ended."""
        command = [str(workspace.CHECKOUT / "petbase"), words[0], "--stack", "sandbox", *words[1:]]
        environment = {**os.environ, "PETBASE_SANDBOX": str(self.folder)}
        return subprocess.run(command, text=True, capture_output=True, env=environment, check=False)
