"""A dump as a file inside the service's container.

A container sees no file of the server, and pg_restore works in parallel on a file alone: so a dump lies there for as
long as it is used.
"""

import os
from dataclasses import dataclass, replace

from host.core.errors import HostError
from host.core.host import Host
from host.postgres.psql import container
from host.programs.runner import Answer, Stage

_DATA = "/var/lib/dokku"
# What comes may unpack to far more than the disk holds, and a PostgreSQL whose disk is full stops for every app.
_PUT = """\
umask 077
rm -f "$1"
file=$1
set -- $(df -P -k "${file%/*}" | tail -n 1)
room=$(($4 - 65536))
if [ "$room" -gt 0 ]; then
  head -c "$((room * 1024))" >"$file" || exit 1
  [ "$(head -c 1 | wc -c)" -gt 0 ] || exit 0
fi
echo "no space left: 64 MB of the disk stay free" >&2
exit 1
"""


@dataclass(frozen=True)
class ContainerFile:
    """`path` is the file's path in the container of `service`, such as /tmp/petbase_drill.

    `where` is the container, where it is not the service's own.
    """

    host: Host
    service: str
    path: str
    where: str = ""

    def exec_words(self, *words: str) -> list[str]:
        """The words of docker that run a program in the container."""
        return ["docker", "exec", "--interactive", self.where or container(self.service), *words]

    def exec(self, *words: str, stdin: str = "") -> Answer:
        """Run a program in the container; its failure is an answer too."""
        return self.host.ask(*self.exec_words(*words), stdin=stdin)

    def put_stage(self) -> Stage:
        """The last stage of a pipeline: it writes the file, for its owner's eyes only. What was there goes first."""
        return Stage(self.exec_words("sh", "-c", _PUT, "sh", self.path))

    def put_from(self, file: int) -> Answer:
        """Write the file from an open file of the server."""
        return self.host.pipe(self.put_stage(), stdin=file)[-1]

    def exists(self) -> bool:
        """Whether it is there. HostError where the container does not answer."""
        answer = self.exec("test", "-e", self.path)
        if answer.code not in (0, 1) or answer.output:
            raise HostError(
                f"the container of {self.service} does not answer. Look at: dokku postgres:info {self.service}",
                answer.output,
            )
        return answer.ok

    def size(self) -> int:
        """Its bytes; 0 where there is none."""
        answer = self.exec("stat", "-c", "%s", self.path)
        return int(answer.stdout) if answer.ok and answer.stdout.strip().isdecimal() else 0

    def rename(self, path: str) -> "ContainerFile":
        """Give it another path in the container."""
        self.host.run(*self.exec_words("mv", self.path, path))
        return replace(self, path=path)

    def remove(self) -> None:
        """Remove it; nothing to do where there is none, or where the container has gone.

        Comes before any scratch database is dropped: on a full disk no session begins before there is room for a few
        pages (seen).
        """
        self.exec("rm", "-f", self.path)

    def free_bytes(self, folder: str = _DATA) -> int:
        """Bytes free on the disk of a folder of the server or on the container's, whichever has less; mostly one."""
        return min(free_bytes(self.host, folder), self._free_in_container())

    def _free_in_container(self) -> int:
        answer = self.exec("df", "-P", "-k", "/tmp")
        columns = answer.stdout.splitlines()[-1].split() if answer.ok and answer.stdout.strip() else []
        if len(columns) < 4 or not columns[3].isdecimal():
            raise HostError(
                f"the container of {self.service} does not answer. Look at: dokku postgres:info {self.service}",
                answer.output,
            )
        return int(columns[3]) * 1024


def free_bytes(host: Host, folder: str = _DATA) -> int:
    """Bytes that anybody but root may still write on the disk of a folder of the server."""
    found = os.statvfs(host.path(folder))
    return found.f_bavail * found.f_frsize
