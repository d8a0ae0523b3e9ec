"""Rows of a dump and of a database, held against each other table by table: how many there are, and a digest.

Both are read as pg_dump writes them, which runs nothing that an app wrote. The digest does not depend on the order of
rows, since a restored table may have them in another one, and counts within one run of this program only.
"""

from collections.abc import Iterable, Mapping

from host.archive.entry import Entry
from host.core.errors import HostError
from host.core.host import Host
from host.dumps.container_file import ContainerFile
from host.loading.pg_restore import list_of
from host.postgres.psql import Psql
from host.scratch.copied_rows import Rows, take

# The encoding of this session is Petbase's own.
_TEXTS = """
SELECT json_object_agg(name, setting) FROM (
  SELECT name, setting FROM pg_settings WHERE name IN ('TimeZone', 'bytea_output', 'lc_monetary')
  UNION ALL SELECT 'client_encoding', split_part(setting, '=', 2) FROM pg_db_role_setting
    JOIN pg_database d ON d.oid = setdatabase, unnest(setconfig) AS setting
    WHERE datname = current_database() AND setrole = 0 AND starts_with(setting, 'client_encoding=')) AS texts
"""
_VALUES = {"SEQUENCE SET", "BLOB", "BLOB METADATA"}


def of_dump(dump: ContainerFile, entries: Iterable[Entry] | None) -> Rows:
    """What a dump, in any form of pg_restore's, holds of these entries; None for all."""
    if entries is None:
        return _read(dump.host, dump.exec_words("pg_restore", "--data-only", "--file", "-", dump.path))
    words = dump.exec_words("pg_restore", "--data-only", "--use-list", "/dev/stdin", "--file", "-", dump.path)
    return _read(dump.host, words, list_of([entry for entry in entries if entry.has_data or entry.kind in _VALUES]))


def of_plain(dump: ContainerFile) -> Rows:
    """What a dump in plain SQL holds, where its rows come by COPY."""
    return _read(dump.host, dump.exec_words("cat", dump.path))


def of_database(
    host: Host,
    service: str,
    name: str,
    *,
    like: Rows | None = None,
    settings: Mapping[str, str] | None = None,
    patient: bool = True,
) -> Rows:
    """What a database holds. `like` is what it is held against: a restore may put columns into another order.

    `settings` are those of the session that wrote that, as far as they change how values are written (texts_of).
    HostError where it is not `patient` and somebody's lock is in the way for a minute.
    """
    file = ContainerFile(host, service, "")
    options = " ".join(f"-c {option}={_escaped(value)}" for option, value in (settings or {}).items())
    environment = ["env", f"PGOPTIONS={options}"] if options else []
    words = ["pg_dump", "--username", "postgres", "--data-only", "--dbname", name]
    limit = [] if patient else ["--lock-wait-timeout", "60s"]
    return _read(host, file.exec_words(*environment, *words, *limit), like=like)


def texts_of(psql: Psql) -> Mapping[str, str]:
    """The settings of a database by which values are written in its dumps."""
    found: Mapping[str, str] = psql.json(_TEXTS)
    return found


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace(" ", "\\ ")


def _read(host: Host, words: list[str], stdin: str = "", *, like: Rows | None = None) -> Rows:
    found, order = Rows(), like.columns if like else {}
    answer = host.read(*words, take=lambda stream: take(stream, found, order), stdin=stdin)
    if not answer.ok:
        raise HostError("the rows cannot be read", answer.stderr)
    return found
