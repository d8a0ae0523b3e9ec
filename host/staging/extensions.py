"""Extensions of a source: those that tables need must be here, and only the stack file adds one that no role may."""

from collections.abc import Collection

from host.postgres.psql import Psql, SqlError
from host.restore.facts import RefusedError
from host.values.text import printable

_NAMES = """
SELECT COALESCE(json_agg(extname ORDER BY extname), '[]') FROM pg_extension WHERE extname <> 'plpgsql'
"""
_DROP = 'DROP EXTENSION :"name"'
_HERE = """
SELECT json_build_object(
  'installed', (SELECT COALESCE(json_agg(extname), '[]') FROM pg_extension),
  'trusted', (SELECT COALESCE(json_agg(DISTINCT v.name), '[]') FROM pg_available_extension_versions v
    WHERE to_jsonb(v) ->> 'trusted' = 'true'))
"""


def needed(source: Psql) -> dict[str, bool]:
    """The extensions of a reduced source, and whether anything of the app depends on them. Those that nothing needs are
    gone afterwards.

    Only PostgreSQL knows for certain: it refuses to drop what is needed.
    """
    names: list[str] = source.json(_NAMES)
    left, before = names, -1
    while len(left) != before:
        before = len(left)
        left = [name for name in left if not _dropped(source, name)]
    return {name: name in left for name in names}


def _dropped(source: Psql, name: str) -> bool:
    try:
        source.execute(_DROP, name=name)
    except SqlError:
        return False
    return True


def require(live: Psql, found: dict[str, bool], app: str) -> None:
    """HostError for one that the app's tables need, and that only the stack file may have installed."""
    here = live.json(_HERE)
    lacking = [name for name, wanted in found.items() if wanted and name not in {*here["installed"], *here["trusted"]}]
    if lacking:
        names = ", ".join(map(printable, lacking))
        raise RefusedError(
            f"the source's tables need the extension {names}, which only a superuser may add; nothing was "
            f"changed. To allow it: extensions: [{names}] under the app of the schema {app}, pulumi up, then import "
            "again"
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
