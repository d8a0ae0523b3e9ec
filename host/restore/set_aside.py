"""What restores set aside, and services from before an upgrade: it stays until it is dropped."""

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from host.core.command import NONE, Command
from host.core.errors import HostError
from host.core.host import SERVICES_LOCK, Host, scratch_lock
from host.core.ownership import MAKING, claim, owner_of
from host.dokku.services import folder, require_service
from host.files.settings import lock_name
from host.files.swap import asides, drop_aside
from host.placing.exchange_end import finish
from host.placing.live_schemas import require_no_dependents
from host.placing.note import BEFORE
from host.postgres.psql import Psql, live
from host.restore.facts import OldService, SetAside, SetAsideList
from host.restore.held_back import held_back
from host.scratch.database import drop_scratch
from host.values.json_values import to_json

DATABASE, SCHEMA = "database", "schema"
# An app can own no such thing, so none can have a note like these.
_NOTED = """
SELECT COALESCE(json_agg(json_build_object('kind', kind, 'name', name, 'note', note, 'size', size) ORDER BY name), '[]')
FROM (
  SELECT 'database' AS kind, datname AS name, shobj_description(oid, 'pg_database') AS note,
      COALESCE(pg_database_size(oid), 0) AS size FROM pg_database
    WHERE starts_with(shobj_description(oid, 'pg_database'), '{"petbase"') AND datname <> current_database()
  UNION ALL SELECT 'schema', nspname, obj_description(n.oid, 'pg_namespace'), COALESCE(size, 0) FROM pg_namespace n
    LEFT JOIN (SELECT relnamespace, sum(pg_total_relation_size(oid)) AS size FROM pg_class
      WHERE relkind IN ('r', 'm') GROUP BY 1) AS tables ON relnamespace = n.oid
    WHERE starts_with(obj_description(n.oid, 'pg_namespace'), '{"petbase"') AND nspowner = 'postgres'::regrole
) AS found
"""
_DROP = r"""
SELECT format('DROP SCHEMA %I CASCADE', nspname) FROM pg_namespace
  WHERE nspname IN (SELECT json_array_elements_text(:'schemas')) AND nspowner = 'postgres'::regrole
  AND starts_with(obj_description(oid, 'pg_namespace'), '{"petbase"') \gexec
"""
_BLOCK_BYTES = 512


@dataclass(frozen=True)
class ListSetAside(Command, noun="set-aside", verb="list"):
    """Show what restores set aside and what upgrades left, with its size."""

    service: str
    stdin = NONE

    def run(self, host: Host) -> None:
        """Looks only."""
        data, services = set_aside(live(host, self.service)), old_services(host, self.service)
        host.out.result(to_json(SetAsideList(tuple(data), tuple(services), asides(host, self.service))))


@dataclass(frozen=True)
class DropSetAside(Command, noun="set-aside", verb="drop", lock=scratch_lock("{service}")):
    """Drop what a restore set aside, for good: a database, schemas, or a folder by its path."""

    service: str
    name: str

    def run(self, host: Host) -> None:
        """Only what has a restore's own note."""
        if self.name.startswith("/"):
            with host.lock(lock_name(self.service)):
                drop_aside(host, self.service, self.name)
            return
        found = claimed(host, self.service, self.name)
        with host.lock(SERVICES_LOCK):
            host.step(f"{self.service}: dropping the {found.kind} {', '.join(found.parts)}")
            if found.kind == DATABASE:
                drop_scratch(host, self.service, found.name)
            else:
                self._drop_schemas(live(host, self.service), found.parts)
        host.step(f"{self.service}: {self.name} is gone")

    def _drop_schemas(self, psql: Psql, schemas: Sequence[str]) -> None:
        try:
            require_no_dependents(psql, schemas)
        except HostError as problem:
            raise HostError(f"{problem}; nothing was dropped. First change or remove what depends on it") from None
        psql.execute(f"BEGIN; SET LOCAL lock_timeout = '5s'; {_DROP} COMMIT;", schemas=list(schemas))


def claimed(host: Host, service: str, name: str) -> SetAside:
    """What was set aside under that name, for this stack to change; an exchange that was cut off is finished first.

    HostError where there is no such thing.
    """
    claim(host, f"services/{service}")
    require_service(host, service)
    finish(host, service)
    found = next((one for one in set_aside(live(host, service)) if name in (one.name, *one.parts)), None)
    if found is None:
        raise HostError(f"{name} was not set aside by a restore; nothing was changed. What there is: ./petbase kept")
    return found


def set_aside(psql: Psql) -> list[SetAside]:
    """All that restores set aside. Schemas that one restore took away from one app are one."""
    groups: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for row in psql.json(_NOTED):
        note = _note(psql.service, **row)
        alone = not note.get("role") or row["kind"] == DATABASE
        key = (row["name"],) if alone else (note["role"], note["at"])
        groups.setdefault(key, []).append({**row, "note": note})
    return [_group(rows) for rows in groups.values()]


def _note(service: str, kind: str, name: str, note: str, size: int) -> dict[str, str]:  # noqa: ARG001
    try:
        found: dict[str, str] = json.loads(note)
        if {"petbase", "of", "dump", "at"} <= found.keys():
            return found
    except (ValueError, AttributeError):
        pass
    raise HostError(f'{service}: the note on the {kind} "{name}" is not a restore\'s own. Look at its comment: \\l+')


def _group(rows: Sequence[dict[str, Any]]) -> SetAside:
    """The one with the app's own name is shown for all of them."""
    first = next((row for row in rows if row["note"]["of"] == row["note"].get("role")), rows[0])
    note = first["note"]
    return SetAside(
        kind=first["kind"],
        name=first["name"],
        of=note["of"],
        was_live=note["petbase"] == BEFORE,
        dump=note["dump"],
        since=note["at"],
        bytes=sum(row["size"] for row in rows),
        parts=tuple(row["name"] for row in rows),
        role=note.get("role", ""),
    )


def old_services(host: Host, service: str) -> Iterator[OldService]:
    """Stopped services from before an upgrade; not one that an upgrade is still making."""
    for path in sorted(folder(host, service).parent.glob(f"{service}-before-[0-9]*")):
        owner = owner_of(host, f"services/{path.name}")
        if owner is None or owner.how != MAKING:
            version = (path / "IMAGE_VERSION").read_text().strip()
            yield OldService(path.name, version, _bytes(path), held_back(host, path.name))


def _bytes(path: Path) -> int:
    files = [Path(parent, name) for parent, _, names in os.walk(path) for name in names]
    return sum(file.lstat().st_blocks * _BLOCK_BYTES for file in files)
