"""restic, as Debian packages it, in a container that sees the repository's passphrase, its cache and one folder.

An app can replace a folder by a link to another while restic walks through it. In the container there is nothing of the
server to lead to: of the host's own files only its programs, which everybody may read.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from host.core.errors import HostError
from host.core.host import Host
from host.dokku.containers import throw_away
from host.dumps.bucket import Bucket
from host.dumps.image import DUMP_IMAGE
from host.programs.runner import Answer
from host.values.text import last_words, printable

CACHE = "/var/cache/petbase/restic"
_PROGRAMS = ("/usr", "/lib", "/lib64", "/etc/ssl/certs")
READS, WRITES = ("DAC_READ_SEARCH",), ("CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "MKNOD", "SETFCAP")
"""What root in the container may do: read every file; or write files of every owner and kind."""
_OPENS_SECONDS, WORKS_SECONDS = 300, 6 * 3600
_NO_REPOSITORY, _WRONG_PASSPHRASE = "Is there a repository at the following location", "wrong password or no key found"
NO_REPOSITORY, WRONG_PASSPHRASE, LOCKED = "no repository", "wrong passphrase", "locked"
"""Causes of a ResticError that a caller can do something about."""


class ResticError(HostError):
    """restic refused; the text is the end of what it printed, on one line."""


@dataclass(frozen=True)
class Repository:
    """The files' repository beside the dumps in `bucket`; `passphrase` is the file that holds what opens it.

    `generation` is one of several in the second store, "" for the first store's only one.
    """

    bucket: Bucket
    passphrase: Path
    generation: str = ""

    @property
    def host(self) -> Host:
        """The server."""
        return self.bucket.host

    @property
    def under(self) -> str:
        """Its place below the bucket's prefix, with its slash."""
        own = f"{self.generation}/" if self.generation else ""
        return f"files/{self.bucket.service}/{own}"

    @property
    def url(self) -> str:
        """As restic names it."""
        where = f"{self.bucket.name}/{self.bucket.prefix}{self.under}".rstrip("/")
        return f"s3:{self.bucket.endpoint}/{where}"

    @property
    def container(self) -> str:
        """One at a time: a run that was cut off may have left its own."""
        return throw_away("files", self.bucket.service)

    def end_container(self) -> None:
        """End what an interrupted run left behind; the caller holds the lock, so no other run is using it."""
        self.host.ask("docker", "rm", "--force", self.container)

    def require_opens(self) -> None:
        """ResticError where the passphrase does not open it, or there is none yet."""
        self.must("--no-lock", "cat", "config", limit=_OPENS_SECONDS)

    def must(self, *words: str, limit: int = WORKS_SECONDS, **mounts: Sequence[str]) -> str:
        """Run restic on the repository; its standard output. ResticError where it fails."""
        answer = self.run(*words, limit=limit, **mounts)
        if not answer.ok:
            raise error_of(answer)
        return answer.stdout

    def run(self, *words: str, limit: int = WORKS_SECONDS, **mounts: Sequence[str]) -> Answer:
        """Run restic on the repository; its failure is an answer too. See `words` for the rest."""
        host, environment = self.host, self.bucket.environment
        # Docker would make a folder in the place of a file that is not there.
        if not self.passphrase.is_file():
            raise ResticError("this server has no passphrase for the files' repository. Run: pulumi up")
        host.path(CACHE).mkdir(mode=0o700, parents=True, exist_ok=True)
        return host.ask(*self.words(self.url, *words, limit=limit, **mounts), env=environment)

    def words(
        self, url: str, *words: str, limit: int, read: Sequence[str] = (), write: Sequence[str] = ()
    ) -> list[str]:
        """The words that run restic in a container; `read` and `write` are the folders that it sees, by their own
        names. No key is among them: the bucket's are taken from the environment, the passphrase is read from its file.
        """
        programs = [one for one in _PROGRAMS if self.host.path(one).exists()]
        seen = [f"{one}:{one}:ro" for one in (*programs, str(self.passphrase), *read)]
        seen += [f"{one}:{one}" for one in (CACHE, *write)]
        rights = WRITES if write else READS
        return [
            *("docker", "run", "--rm", "--log-driver", "none", "--name", self.container, "--cap-drop", "ALL"),
            *(word for right in rights for word in ("--cap-add", right)),
            *(word for name in self.bucket.environment for word in ("--env", name)),
            *(word for one in seen for word in ("--volume", one)),
            *("--entrypoint", "/usr/bin/timeout", DUMP_IMAGE, "--signal", "INT", str(limit), "/usr/bin/restic"),
            *("--repo", url, "--password-file", str(self.passphrase), "--cache-dir", CACHE, "--cleanup-cache", *words),
        ]


def error_of(answer: Answer) -> ResticError:
    """Why restic failed: what it printed last, without anything that a terminal would obey."""
    said = printable(last_words(answer.stderr or answer.stdout))
    causes = {_NO_REPOSITORY: NO_REPOSITORY, _WRONG_PASSPHRASE: WRONG_PASSPHRASE, "already locked": LOCKED}
    cause = next((cause for text, cause in causes.items() if text in answer.stderr), "")
    # timeout(1): it was ended.
    if answer.code == 124:
        said = f"it did not end in time; {said}"
    return ResticError(said.removeprefix("Fatal: ") or f"restic ended with exit code {answer.code}", cause=cause)


def objects(text: str) -> list[dict[str, Any]]:
    """The JSON objects among the lines of what restic printed."""
    found = []
    for line in text.splitlines():
        try:
            value = json.loads(line)
        except ValueError:
            continue
        if isinstance(value, dict):
            found.append(value)
    return found
