"""Data that nothing uses or drops by itself: what restores put aside, and the services of before an upgrade."""

from __future__ import annotations

import json
from collections.abc import Iterator

from host.core import files
from host.core.errors import HostError
from host.core.host import Host
from host.core.ownership import MAKING, owner_of
from host.dokku import services
from host.postgres.psql import Psql
from host.report.model.leftovers import OldService, SetAside

# The restore's own note is the mark; an app can own no such thing.
_SET_ASIDE = """
SET search_path = pg_catalog;
SELECT COALESCE(jsonb_agg(jsonb_build_object('kind', kind, 'name', name, 'note', note, 'bytes', bytes)
  ORDER BY kind, name), '[]') FROM (
  SELECT 'database' AS kind, datname AS name, shobj_description(oid, 'pg_database') AS note,
    pg_database_size(oid) AS bytes FROM pg_database
    WHERE starts_with(shobj_description(oid, 'pg_database'), '{"petbase"') AND datname <> current_database()
  UNION ALL SELECT 'schema', nspname, obj_description(n.oid, 'pg_namespace'), COALESCE(size, 0) FROM pg_namespace n
    LEFT JOIN (SELECT relnamespace, sum(pg_total_relation_size(oid)) AS size FROM pg_class
      WHERE relkind IN ('r', 'm') GROUP BY 1) used ON relnamespace = n.oid
    WHERE starts_with(obj_description(n.oid, 'pg_namespace'), '{"petbase"') AND nspowner = 'postgres'::regrole
) found;
"""


def set_aside(host: Host, service: str) -> tuple[SetAside, ...]:
    """What restores put aside, by kind and name. SqlError where PostgreSQL does not answer."""
    return tuple(_read(service, **found) for found in Psql(host, service).json(_SET_ASIDE) or ())


def _read(service: str, kind: str, name: str, note: str, bytes: int) -> SetAside:
    try:
        found = json.loads(note)
        return SetAside(kind, name, found["of"], found["petbase"] == "before", found["dump"], found["at"], int(bytes))
    except (ValueError, KeyError, TypeError):
        raise HostError(
            f'{service}: the note on the {kind} "{name}" is not a restore\'s own. Look at its comment: \\l+'
        ) from None


def old_services(host: Host, service: str) -> Iterator[OldService]:
    """Stopped services; not one that an upgrade is still making, or would make again."""
    folder = services.folder(host, service)
    for old in sorted(folder.parent.glob(f"{folder.name}-before-[0-9]*")):
        owner = owner_of(host, f"services/{old.name}")
        if owner is None or owner.how != MAKING:
            size = host.run("du", "--summarize", "--block-size=1", str(old)).split()[0]
            yield OldService(old.name, files.read(old / "IMAGE_VERSION").strip(), int(size))
