"""A source's dump into the staging container: fetched from its URL, or from where it was sent to."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from host.core.errors import HostError
from host.core.host import Host
from host.dumps.container_file import free_bytes
from host.dumps.incoming import delivered
from host.imports import platforms
from host.imports.choose import Import
from host.imports.client import Client
from host.imports.fetch import fetched, looked_at
from host.loading.verdict import why_stopped
from host.postgres.psql import live
from host.programs.runner import Stage
from host.restore.facts import RefusedError
from host.staging import large_objects
from host.staging.container import Staging
from host.staging.forms import PLAIN, TAR, Opened, opened
from host.staging.scan import scanned
from host.values.text import printable
from host.values.versions import major

_MAJOR = "SELECT current_setting('server_version_num')::int / 10000"
# Each is there at the same time as the old data: the staging database, what is dumped of it, the restored one, the new
# live one. A packed dump grows to about four times its size.
_TIMES, _TIMES_PACKED, _TIMES_PLAIN = 4, 12, 6
_MORE_BYTES = 256 << 20
_LOOSE = {PLAIN, TAR}


@dataclass(frozen=True)
class Brought:
    """A dump that can be loaded. `server` is the version that it is of, "" where it does not say; `roles` and `schemas`
    are named in it; `needed` are bytes of the disk; `empty` tables come without rows.
    """

    dump: Opened
    form: str
    server: str
    roles: Collection[str]
    schemas: Collection[str]
    needed: int
    empty: Sequence[Sequence[str]] = ()


def bring(host: Host, wanted: Import, place: Staging, *, rows: bool) -> Brought:
    """Fetch the source. HostError, REFUSED, where it is none that this server can take."""
    url = host.secrets["url"]
    return _from_url(host, wanted, place, url, rows=rows) if url else _from_file(host, wanted, place)


def _from_url(host: Host, wanted: Import, place: Staging, url: str, *, rows: bool) -> Brought:
    ours = int(live(host, wanted.service).value(_MAJOR))
    client = Client.of(host, wanted.service, url, host.secrets["certificates"], ours)
    remote = looked_at(client)
    _require_version(wanted.service, remote.server, ours)
    needed = _require_room(host, remote.bytes * _TIMES)
    host.step(f"{wanted.service}: reading the source, PostgreSQL {printable(remote.server)}")
    dump = fetched(client, remote, wanted.choice, place, rows=rows)
    if not rows:
        large_objects.make(place.psql, remote.large_objects)
    return Brought(dump, "a database", remote.server, remote.roles, remote.schemas, needed, remote.without_rows)


def _from_file(host: Host, wanted: Import, place: Staging) -> Brought:
    sent, file = delivered(host, wanted.service, wanted.name), place.file("petbase_import")
    size = sent.size()
    if not size:
        raise HostError("the dump is not on the server any more; nothing was changed. Run the same command again")
    _require_room(host, size)
    read, written = host.pipe(Stage(sent.exec_words("cat", sent.path)), file.put_stage())
    if not (read.ok and written.ok):
        why = why_stopped(read, written)
        raise HostError(
            f"the dump cannot be copied: {why}; nothing was changed. Look at: df --human-readable", written.stderr
        )
    dump = opened(file)
    needed = _require_room(host, size * (_TIMES_PLAIN if dump.file == file and dump.form in _LOOSE else _TIMES_PACKED))
    scan = scanned(dump)
    _require_version(wanted.service, scan.server, int(live(host, wanted.service).value(_MAJOR)))
    if scan.of_supabase and "auth" not in scan.created:
        place.psql.execute(platforms.SUPABASE_FUNCTIONS)
        scan.schemas |= platforms.SUPABASE
    form = f"a dump in {dump.form}"
    return Brought(dump, form, scan.server, scan.roles, scan.schemas, needed)


def _require_version(service: str, server: str, ours: int) -> None:
    """HostError for a source of a newer PostgreSQL: what it holds may be unknown here."""
    if major(server) > ours:
        raise RefusedError(
            f"the source is of PostgreSQL {printable(server)} and {service} runs {ours}, which cannot take it; nothing "
            f"was changed. First: ./petbase upgrade-database, to {major(server)} or later"
        )


def _require_room(host: Host, size: int) -> int:
    needed, there = size + _MORE_BYTES, free_bytes(host)
    if there <= needed:
        raise RefusedError(
            f"the server's disk has {there // 1_000_000} MB free and this import needs about {needed // 1_000_000} MB "
            "beside the live data; nothing was changed. What restores left behind: ./petbase kept; a bigger disk: "
            "./petbase resize"
        )
    return needed
