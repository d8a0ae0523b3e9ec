"""A repository where there is none yet.

restic would make it by itself, but asks for the bucket before (HEAD), which no token for one bucket may in R2; up to
0.14, the one of Debian 12, it stops there (restic#4085). So it is made on this disk, and its two files are sent: first
the key, then the configuration, without which it is none.
"""

import shutil
from pathlib import Path

from host.core.errors import HostError
from host.files.repository.restic import WORKS_SECONDS, Repository, ResticError, error_of
from host.files.settings import state_folder
from host.programs.runner import Stage
from host.values.text import last_words


def make_repository(repository: Repository) -> None:
    """A run that was cut off is continued with the same two files. HostError where the place is not empty."""
    host, bucket = repository.host, repository.bucket
    made = host.state.path(f"{state_folder(bucket.service)}/new{repository.generation}")
    if not (made / "config").exists():
        _require_empty(repository)
        shutil.rmtree(made, ignore_errors=True)
        made.mkdir(mode=0o700, parents=True)
        words = repository.words(str(made), "init", limit=WORKS_SECONDS, write=[str(made)])
        answer = host.ask(*words, env=bucket.environment)
        if not answer.ok:
            raise error_of(answer)
    for file in (*sorted((made / "keys").iterdir()), made / "config"):
        _send(repository, file, str(file.relative_to(made)))
    repository.require_opens()
    shutil.rmtree(made)


def _require_empty(repository: Repository) -> None:
    found = repository.bucket.sizes(repository.under)
    if found:
        raise HostError(
            f"{repository.url} holds {len(found)} objects, but no configuration of restic's: it was deleted, or a "
            "first run on another server was cut off. Nothing was changed. If nothing there is needed, delete that "
            "folder in the bucket and run pulumi up again"
        )


def _send(repository: Repository, file: Path, name: str) -> None:
    read, sent = repository.host.pipe(
        Stage(["cat", str(file)]), repository.bucket.put_stage(f"{repository.under}{name}")
    )
    if not read.ok or not sent.ok:
        raise ResticError(f"the bucket does not take {name}: {last_words(sent.stderr or read.stderr)}")
