"""Extensions of a source: those that tables need must be here, and only the stack file adds one that no role may."""

from __future__ import annotations

from collections.abc import Collection

from host.core.errors import HostError
from host.postgres.psql import Psql
from host.restore.facts import REFUSED
from host.values.text import printable

_NEEDED = """
SELECT COALESCE(json_agg(json_build_array(extname, needed) ORDER BY extname), '[]') FROM (
  SELECT extname, EXISTS (
    SELECT FROM pg_depend member JOIN pg_depend d ON d.refclassid = member.classid AND d.refobjid = member.objid
    WHERE member.refclassid = 'pg_extension'::regclass AND member.refobjid = e.oid AND member.deptype = 'e'
      AND d.deptype <> 'e' AND NOT EXISTS (
        SELECT FROM pg_depend own WHERE own.classid = d.classid AND own.objid = d.objid AND own.deptype = 'e')
      AND d.objid >= 16384 AND d.classid NOT IN ('pg_type'::regclass, 'pg_cast'::regclass)) AS needed
  FROM pg_extension e WHERE extname <> 'plpgsql') AS found
"""
_HERE = """
SELECT json_build_object(
  'installed', (SELECT COALESCE(json_agg(extname), '[]') FROM pg_extension),
  'trusted', (SELECT COALESCE(json_agg(DISTINCT v.name), '[]') FROM pg_available_extension_versions v
    WHERE to_jsonb(v) ->> 'trusted' = 'true'))
"""


def needed(source: Psql) -> dict[str, bool]:
    """The extensions of a reduced source, and whether anything of the app depends on them."""
    return dict(source.json(_NEEDED))


def require(live: Psql, found: dict[str, bool], app: str) -> None:
    """HostError for one that the app's tables need, and that only the stack file may have installed."""
    here = live.json(_HERE)
    lacking = [name for name, wanted in found.items() if wanted and name not in {*here["installed"], *here["trusted"]}]
    if lacking:
        names = ", ".join(map(printable, lacking))
        raise HostError(
            f"the source's tables need the extension {names}, which only a superuser may add; nothing was "
            f"changed. If you want it: extensions: [{names}] under the app of the schema {app}, pulumi up, then import "
            "again",
            cause=REFUSED,
        )


def advice(live: Psql, found: dict[str, bool]) -> tuple[str, ...]:
    """What to do for extensions that nothing but the app's own statements may use."""
    installed = {*live.json(_HERE)["installed"]}
    unused = [name for name, wanted in found.items() if not wanted and name not in installed]
    return (_advice(unused),) if unused else ()


def _advice(names: Collection[str]) -> str:
    listed = ", ".join(map(printable, names))
    return (
        f"no table needs the extension {listed}; if the app's statements do: extensions: [{listed}] in the stack file"
    )
