"""Runs a script of `components/dokku/scripts` for real, in bash, against a `dokku` that only answers and writes down.

The script is the thing under test and is not touched, but for its absolute folders, which are put under a temp dir.
What a real Dokku does with the verbs is the business of tests/contract and of the sandbox.
"""

import json
import os
import subprocess
import sys
from collections import ChainMap
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from components.dokku import shell
from components.dokku.shell import Script

# What answers where the test says nothing else: exit code 0 and no words.
Answer = tuple[int, str]
Answers = Mapping[str, Answer]

_FOLDERS = ("/var/lib/", "/run/lock/", "/run/petbase.", "/run/systemd/", "/home/dokku", "/root/", "/etc/")
_PROGRAMS = (
    *("dokku", "docker", "cloud-init", "openssl", "curl", "debconf-set-selections", "sleep", "systemctl"),
    *("apt-get", "dpkg", "dpkg-query", "nft", "sshd"),
)
_STAND_IN = """#!{python}
import json, pathlib, sys
here = pathlib.Path({folder!r})
words = sys.argv[1:] if pathlib.Path(sys.argv[0]).name == "dokku" else [pathlib.Path(sys.argv[0]).name, *sys.argv[1:]]
line = " ".join(words)
read = "" if sys.stdin.isatty() else sys.stdin.read()
with (here / "verbs").open("a") as verbs:
    verbs.write(json.dumps([line, read]) + "\\n")
answers = json.loads((here / "answers").read_text())
code, text = answers.get(line, answers.get(words[0], [0, ""]))
sys.stdout.write(text)
sys.exit(code)
"""


@dataclass
class Recorder:
    """A pretend host: `answers` by the whole line or by its verb alone; `verbs` are the lines that came."""

    folder: Path
    answers: dict[str, Answer] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in (
            "bin",
            "var/lib/petbase",
            "var/lib/dokku",
            "run/lock",
            "home/dokku",
            "root/.ssh",
            "etc/systemd/system",
            "run/systemd/system",
        ):
            (self.folder / name).mkdir(parents=True)
        for name in _PROGRAMS:
            program = self.folder / "bin" / name
            program.write_text(_STAND_IN.format(python=sys.executable, folder=str(self.folder)))
            program.chmod(0o755)
        self.answers = {"openssl": (0, "c0ffee\n"), **self.answers}

    def run(self, script: Script, *answers: Answers, secrets: Mapping[str, str] | None = None) -> list[str]:
        """The verbs that the script sent, in order. Fails the test when the script fails."""
        done = self.attempt(script, *answers, secrets=secrets)
        assert done.returncode == 0, done.stdout
        return self.verbs

    def attempt(
        self, script: Script, *answers: Answers, secrets: Mapping[str, str] | None = None
    ) -> "subprocess.CompletedProcess[str]":
        """The same for a script that may fail; its standard output is what a person would see."""
        (self.folder / "answers").write_text(json.dumps(dict(ChainMap(*map(dict, reversed(answers)), self.answers))))
        (self.folder / "verbs").write_text("")
        text = script.text
        for name in _FOLDERS:
            text = text.replace(name, f"{self.folder}{name}")
        stdin = shell.stdin("42", 1, [(secrets or {})[name] for name in script.secrets])
        path = f"{self.folder}/bin:{os.environ['PATH']}"
        return subprocess.run(
            ["bash", "-c", text], input=stdin, text=True, capture_output=True, env={"PATH": path}, check=False
        )

    @property
    def verbs(self) -> list[str]:
        """The lines sent to dokku, and to docker and the like with their names in front."""
        return [line for line, _ in self.sent]

    @property
    def sent(self) -> list[tuple[str, str]]:
        """The same with what each read on its standard input."""
        return [(line, read) for line, read in map(json.loads, (self.folder / "verbs").read_text().splitlines())]

    def file(self, path: str) -> Path:
        """A file of the pretend host, by its absolute path."""
        return self.folder / path.lstrip("/")
