"""The bucket of a service's dumps, through the image that makes them: the server needs no other S3 client."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from host.core.errors import HostError
from host.core.host import Host
from host.dumps.credentials import Credentials, stored
from host.dumps.dump import Dump, parse
from host.dumps.image import DUMP_IMAGE
from host.programs.runner import Answer, Stage
from host.values.text import last_words

_ONE_COPY_BYTES = 5_000_000_000
"""What one CopyObject carries at most."""
LOCKED = "ObjectLocked"
"""Of the store's word where a lock holds an object."""
# Docker would also write what a container prints to the server's disk, and here that is a whole dump.
_RUN = ("docker", "run", "--rm", "--log-driver", "none", "--interactive")


class BucketError(HostError):
    """The bucket refused, or was not reached. `reason` is the end of what aws-cli printed, on one line."""

    def __init__(self, message: str, reason: str = "") -> None:
        super().__init__(f"{message}: {reason}" if reason else message)
        self.reason = reason


@dataclass(frozen=True)
class Bucket:
    """One service's dumps in the bucket `name`. `prefix` is the path in the bucket with its slash, or "".

    `given` are credentials that came on standard input; else the plugin's own files are read. `attempts` is how often
    aws-cli tries each call, 0 for its own number. BucketError for whatever the store refuses.
    """

    host: Host
    service: str
    name: str
    prefix: str
    endpoint: str
    given: Credentials | None = None
    attempts: int = 0

    @cached_property
    def credentials(self) -> Credentials:
        """What opens it."""
        return self.given or stored(self.host, self.service)

    @property
    def environment(self) -> dict[str, str]:
        """The variables that aws-cli reads; values stand here and never among words."""
        attempts = {"AWS_MAX_ATTEMPTS": str(self.attempts)} if self.attempts else {}
        return {**self.credentials.environment, **attempts}

    def problem(self) -> str:
        """Why the bucket cannot even be asked; "" where it can."""
        more = "raise generation in the stack file and run pulumi up"
        if not self.credentials.access_key_id:
            return f"this server has no credentials for the bucket; {more}"
        answer = self.host.ask("docker", "image", "inspect", DUMP_IMAGE)
        if not answer.ok:
            reason = last_words(answer.stderr)
            return f"Docker does not show the image {DUMP_IMAGE}, which dumps need too ({reason}); {more}"
        return ""

    def refusal(self) -> str:
        """Why the store does not list the bucket for these credentials; "" where it does."""
        answer = self.aws("s3api", "list-objects-v2", "--bucket", self.name, "--max-keys", "1")
        return "" if answer.ok else last_words(answer.stderr)

    def dumps(self, under: str = "") -> list[Dump]:
        """This service's dumps right below the prefix and `under` ("verified/"), oldest first.

        `db` must not find those of `db-staging`.
        """
        before = f"{self.prefix}{under}"
        found = [
            dump
            for key, size, etag, modified in self._listed(f"{before}postgres-{self.service}-")
            if (dump := parse(self.service, key.removeprefix(before), size, etag, modified))
        ]
        return sorted(found, key=lambda dump: (dump.at, dump.name))

    def copy(self, dump: Dump, to: str) -> None:
        """Copy a dump to another name below the prefix, inside the store."""
        source, target = f"{self.name}/{self.prefix}{dump.name}", f"{self.prefix}{to}"
        if dump.bytes <= _ONE_COPY_BYTES:
            self._must("s3api", "copy-object", "--bucket", self.name, "--copy-source", source, "--key", target)
        else:
            where = ("--copy-props", "none", f"s3://{source}", f"s3://{self.name}/{target}")
            self._must("s3", "cp", "--only-show-errors", *where)

    def delete(self, name: str, version: str = "") -> None:
        """Delete an object below the prefix. BucketError with LOCKED in its reason while a lock holds it."""
        only = ("--version-id", version) if version else ()
        self._must("s3api", "delete-object", "--bucket", self.name, "--key", f"{self.prefix}{name}", *only)

    def put_small(self, name: str, text: str, kind: str = "application/json") -> None:
        """Write a small object below the prefix."""
        self._must(
            "s3", "cp", "--only-show-errors", "--content-type", kind, "-", self.url(name), stdin=text,
        )  # fmt: skip

    def get_small(self, name: str) -> str | None:
        """The text of a small object below the prefix; None where there is none."""
        answer = self.aws("s3", "cp", "--no-progress", self.url(name), "-")
        if answer.ok:
            return answer.stdout
        if "404" in answer.stderr:
            return None
        raise BucketError("the bucket does not open", last_words(answer.stderr))

    def get_stage(self, name: str) -> Stage:
        """The stage of a pipeline that prints an object below the prefix."""
        return Stage(self._words("s3", "cp", "--no-progress", self.url(name), "-"), env=self.environment)

    def put_stage(self, name: str) -> Stage:
        """The stage of a pipeline that writes what it reads to an object below the prefix."""
        return Stage(self._words("s3", "cp", "--only-show-errors", "-", self.url(name)), env=self.environment)

    def sizes(self, under: str) -> dict[str, int]:
        """The bytes of every object below the prefix and `under`, by its name below the prefix."""
        before = f"{self.prefix}{under}"
        return {key.removeprefix(self.prefix): size for key, size, *_ in self._listed(before)}

    def url(self, name: str) -> str:
        """The object's name for aws-cli."""
        return f"s3://{self.name}/{self.prefix}{name}"

    def aws(self, *words: str, stdin: str = "") -> Answer:
        """Run aws-cli against this bucket's store."""
        return self.host.ask(*self._words(*words), stdin=stdin, env=self.environment)

    def _must(self, *words: str, stdin: str = "") -> Answer:
        answer = self.aws(*words, stdin=stdin)
        if not answer.ok:
            raise BucketError("the bucket refuses", last_words(answer.stderr))
        return answer

    def _words(self, *words: str) -> list[str]:
        return [*self.words_in_image("aws"), "--endpoint-url", self.endpoint, *words]

    def words_in_image(self, program: str) -> list[str]:
        """The words that start a program of the image with what opens the bucket; the program's own come behind."""
        names = [word for name in self.environment for word in ("--env", name)]
        return [*_RUN, *names, "--entrypoint", program, DUMP_IMAGE]

    def _listed(self, prefix: str) -> Sequence[tuple[str, int, str, str]]:
        asked = ("s3api", "list-objects-v2", "--bucket", self.name, "--prefix", prefix)
        answer = self.aws(*asked, "--query", "Contents[].[Key,Size,ETag,LastModified]", "--output", "json")
        if not answer.ok:
            raise BucketError("the bucket does not open", last_words(answer.stderr))
        return [tuple(row) for row in json.loads(answer.stdout or "null") or []]
