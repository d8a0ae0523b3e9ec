"""PostgreSQL's own programs against a source that a URL names, in a container of the service's image.

The URL comes on standard input: libpq reads it from a file that this container alone has, so no process list and no
`docker inspect` shows the password. The source is only read.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from host.core.errors import HostError, UsageError
from host.core.host import Host
from host.dokku.containers import throw_away
from host.dumps.container_file import ContainerFile
from host.postgres.psql import SqlError
from host.programs.pipeline import in_memory
from host.programs.runner import Answer, Stage
from host.staging.container import image_of
from host.values import postgres_url

_NOT_URL = "the source is not a PostgreSQL URL like postgres://user@host:5432/database; nothing was done"
_RUN = ("docker", "run", "--rm", "--interactive", "--log-driver", "none", "--network", "host", "--entrypoint", "sh")
# A big answer has to fit into this server's memory more than once.
_LIMITS, _LOOK_MEMORY, _DUMP_MEMORY = ("--pids-limit", "64", "--memory"), "128m", "1g"
# The network is the server's own: a container's knows no IPv6, which is all that some sources have.
_CONNECTED = """
umask 077
IFS= read -r PGPASSWORD
echo "[source]" >/tmp/petbase_source
while read -r name content && [ "$name" ]; do
  printf %s "$content" | base64 -d >"/tmp/petbase_$name"
  echo "$name=/tmp/petbase_$name" >>/tmp/petbase_source
done
cat >>/tmp/petbase_source
export PGPASSWORD PGSERVICEFILE=/tmp/petbase_source PGSERVICE=source PGAPPNAME=petbase-import
exec "$@"
"""
_PSQL = "psql: error: "
_SYSTEMS = "/etc/ssl/certs/ca-certificates.crt"
_SINCE = {
    **dict.fromkeys(("load_balance_hosts", "require_auth", "sslcertmode"), 16),
    **dict.fromkeys(("gssdelegation", "sslnegotiation"), 17),
    **dict.fromkeys(("max_protocol_version", "min_protocol_version", "scram_client_key", "scram_server_key"), 18),
}
"""Parameters of a URL, and the PostgreSQL whose programs know them first."""
_ADVICE = {
    "unsupported startup parameter": "That is a connection pooler (PgBouncer), which takes no options: use the host "
    "and port of the database itself, or leave options= out of the URL",
    "root certificate file": "Add the source's authority to the URL: sslrootcert=FILE, a file of your machine, or "
    "sslrootcert=system for a public one",
    "": "The connection comes from this server: look at user, password, host, port and database of the URL, and at "
    "whom the source lets in",
}
"""What to do, by what PostgreSQL's program says."""
_PATIENCE = {"connect_timeout": "20", "keepalives_idle": "30", "keepalives_interval": "10", "keepalives_count": "6"}
"""A source that went away without a word is noticed after a minute and a half, by default after two hours."""


@dataclass(frozen=True)
class Client:
    """`settings` are libpq's keywords, the password among them; `certificates` files that some of them name, in PEM."""

    host: Host
    service: str
    settings: Mapping[str, str] = field(repr=False)
    certificates: Mapping[str, str] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, host: Host, service: str, url: str, certificates: str, ours: int) -> "Client":
        """For a URL, whose password is hidden in all output from here on; `ours` is the major version of the service.
        UsageError for what is none.
        """
        found = postgres_url.settings(url)
        if found is None or not found.get("host"):
            raise UsageError(_NOT_URL)
        host.out.hide(found.get("password", ""))
        _require_known(found, ours)
        files = json.loads(certificates or "{}")
        if found.get("sslrootcert") == "system":
            # The image may have none, and PostgreSQL's programs before 16 do not know the word.
            files["sslrootcert"] = host.path(_SYSTEMS).read_text(encoding="ascii")
            found.setdefault("sslmode", "verify-full")
        return cls(host, service, {**_PATIENCE, **found}, files)

    def json(self, sql: str) -> Any:
        """What a query gives that is one JSON value, in a transaction that cannot write. SqlError otherwise."""
        psql = ["psql", "--no-psqlrc", "--quiet", "--no-align", "--tuples-only", "--set", "ON_ERROR_STOP=1"]
        # No PGOPTIONS: connection poolers refuse them.
        read_only = ["--command", "BEGIN TRANSACTION READ ONLY", "--command", sql]
        answer = self.host.ask(*self._words(_LOOK_MEMORY, *psql, *read_only), stdin=self._secret())
        if not answer.ok:
            raise SqlError("the source does not answer", answer.stderr, answer.code)
        return json.loads(answer.stdout)

    def dump(self, words: list[str], file: ContainerFile) -> tuple[Answer, Answer]:
        """pg_dump in custom format into a file of a container; how each of the two ended."""
        stage = Stage(self._words(_DUMP_MEMORY, "pg_dump", "--format", "custom", *words))
        with in_memory(self._secret()) as secret:
            dumped, written = self.host.pipe(stage, file.put_stage(), stdin=secret)
        return dumped, written

    def _words(self, memory: str, *program: str) -> list[str]:
        name = ("--name", throw_away("source", self.service))
        return [*_RUN, *name, *_LIMITS, memory, image_of(self.host, self.service), "-c", _CONNECTED, "sh", *program]

    def _secret(self) -> str:
        files = [f"{name} {base64.b64encode(text.encode()).decode()}" for name, text in self.certificates.items()]
        other = {"password", *self.certificates}
        service = [f"{name}={value}" for name, value in self.settings.items() if name not in other]
        return "\n".join([self.settings.get("password", ""), *files, "", *service, ""])


def _require_known(found: Mapping[str, str], ours: int) -> None:
    """UsageError for a parameter that is newer than the service's own programs."""
    for name, since in _SINCE.items():
        if name in found and ours < since:
            raise UsageError(f"the URL has {name}, which PostgreSQL {ours} does not know; nothing was done. Remove it")


def unreachable(problem: SqlError) -> HostError:
    """The error for a source that does not answer."""
    said = [line for line in problem.tail.splitlines() if line.startswith(_PSQL)]
    why = said[0].removeprefix(_PSQL) if said else problem.reason
    advice = next((text for said, text in _ADVICE.items() if said in why), _ADVICE[""])
    return HostError(f"the source cannot be read: {why}; nothing was changed. {advice}", problem.tail)
