"""What restores put aside: whole databases and single schemas, under dated names, until somebody drops them."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from operate.database import rows
from operate.ssh import Connection

# Their notes are the restore's (components/dokku/scripts/databases.sh, schemas.sh); an app can own no such thing.
_ASIDE = """
SELECT 'database', datname, shobj_description(oid, 'pg_database'), pg_database_size(oid) FROM pg_database
  WHERE starts_with(shobj_description(oid, 'pg_database'), '{"petbase"') AND datname <> current_database()
UNION ALL SELECT 'schema', nspname, obj_description(n.oid, 'pg_namespace'), COALESCE(size, 0) FROM pg_namespace n
  LEFT JOIN (SELECT relnamespace, sum(pg_total_relation_size(oid)) AS size FROM pg_class
    WHERE relkind IN ('r', 'm') GROUP BY 1) held ON relnamespace = n.oid
  WHERE starts_with(obj_description(n.oid, 'pg_namespace'), '{"petbase"') AND nspowner = 'postgres'::regrole
ORDER BY 1, 2;
"""


@dataclass(frozen=True)
class Aside:
    """A database or schema beside the live data. `of` is whose place it had, `dump` what came there, or, where it was
    not live `before`, what it was made of; `size` is bytes.
    """

    kind: Literal["database", "schema"]
    name: str
    of: str
    before: bool
    dump: str
    since: datetime
    size: int


def aside(connection: Connection, service: str) -> list[Aside]:
    """All of a service, by name."""
    return [_read(*row) for row in rows(connection, service, _ASIDE, 4)]


def _read(kind: str, name: str, note: str, size: str) -> Aside:
    told = json.loads(note)
    since = datetime.fromisoformat(told["at"]).replace(tzinfo=UTC)
    is_a: Literal["database", "schema"] = "database" if kind == "database" else "schema"
    return Aside(is_a, name, told["of"], told["petbase"] == "before", told["dump"], since, int(size))
