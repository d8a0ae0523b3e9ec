"""What a look and an import have in common: the source, which of its schemas come, and what each is called here."""

from collections.abc import Collection, Mapping
from dataclasses import KW_ONLY, dataclass

from host.core.command import Command
from host.core.host import scratch_lock
from host.imports import platforms
from host.imports.facts import SourceSchema
from host.postgres.psql import Psql
from host.restore.facts import RefusedError
from host.values.text import printable

_HELD = """
SELECT COALESCE(json_agg(json_build_array(nspname, tables, things) ORDER BY nspname), '[]') FROM (
  SELECT nspname, count(*) FILTER (WHERE kind = 'table') AS tables, count(kind) AS things
  FROM pg_namespace n LEFT JOIN (
    SELECT relnamespace AS home, CASE WHEN relkind IN ('r', 'p', 'f') THEN 'table' ELSE 'other' END AS kind,
        'pg_class'::regclass AS catalog, oid FROM pg_class WHERE relkind IN ('r', 'p', 'f', 'v', 'm', 'S')
    UNION ALL SELECT pronamespace, 'other', 'pg_proc'::regclass, oid FROM pg_proc
    UNION ALL SELECT typnamespace, 'other', 'pg_type'::regclass, oid FROM pg_type WHERE typtype IN ('e', 'd', 'r')
  ) AS thing ON home = n.oid AND NOT EXISTS (
    SELECT FROM pg_depend WHERE classid = catalog AND objid = thing.oid AND deptype = 'e')
  WHERE nspname !~ '^(pg_|information_schema$)' GROUP BY nspname) AS schemas
"""
_OWNERS = """
SELECT COALESCE(json_object_agg(nspname, rolname), '{}') FROM pg_namespace JOIN pg_roles o ON o.oid = nspowner
"""
PUBLIC = "public"


@dataclass(frozen=True)
class Choice:
    """What a person wants: `main` becomes `schema`, the app's own; `take` and `leave` are others of the source."""

    schema: str
    main: str = PUBLIC
    take: tuple[str, ...] = ()
    leave: tuple[str, ...] = ()


def chosen(source: Psql, choice: Choice, known: Collection[str] = ()) -> tuple[SourceSchema, ...]:
    """The schemas of a loaded source and what becomes of each; `known` are those that its dump named. HostError where
    it cannot be as wanted.
    """
    held = {name: (tables, things) for name, tables, things in source.json(_HELD)}
    filled = {name for name, (_, things) in held.items() if things}
    _check(choice, filled, {*held, *known})
    why = platforms.left_out({*held, *known}, choice.take, choice.leave)
    found = []
    for name in sorted(filled, key=lambda one: (one != choice.main, one)):
        becomes = "" if name in why else choice.schema if name == choice.main else name
        found.append(SourceSchema(name, held[name][0], becomes, why.get(name, "")))
    return tuple(found)


def _check(choice: Choice, filled: Collection[str], known: Collection[str]) -> None:
    there = ", ".join(map(printable, sorted(filled))) or "nothing"
    if choice.main in choice.leave:
        raise RefusedError(
            f"--leave {choice.main} would leave out what becomes the app's own schema; nothing was changed"
        )
    for name in (*choice.take, *choice.leave):
        if name not in filled and not (name in choice.leave and name in known):
            raise RefusedError(
                f"the source has no schema {name} that holds anything; nothing was changed. It has: {there}"
            )
    if choice.main not in filled:
        raise RefusedError(
            f"the source's schema {choice.main} holds nothing; nothing was changed. Name the one that becomes the "
            f"app's own: --was SCHEMA; it has: {there}"
        )


def require_free(psql: Psql, names: Mapping[str, str], role: str, schema: str) -> None:
    """HostError where two schemas would have one name, or another role has one of that name in the live database."""
    doubles = [source for source, becomes in names.items() if becomes == schema]
    if len(doubles) > 1:
        raise RefusedError(
            f"the source's {' and '.join(map(printable, doubles))} would both be {schema} here; nothing was changed. "
            f"Leave one out: --leave {schema}, or name the app's own: --was {schema} --leave {doubles[0]}"
        )
    owners: dict[str, str] = psql.json(_OWNERS)
    for name in names.values():
        if owners.get(name, role) != role:
            raise RefusedError(
                f"the schema {printable(name)} of the source is also one here, which belongs to {owners[name]}; "
                f"nothing was changed. Leave it out: --leave {printable(name)}, or rename it in the source"
            )


@dataclass(frozen=True)
class Import(Command, lock=scratch_lock("{service}")):
    """The source is the URL on standard input, with certificates that it names. Without one, a dump that was sent."""

    service: str
    schema: str
    """The app's own, which the source's `was` becomes."""
    _: KW_ONLY
    name: str = ""
    """What `dump upload` called the dump."""
    was: str = PUBLIC
    take: tuple[str, ...] = ()
    """Schemas that would be left out."""
    leave: tuple[str, ...] = ()
    """Schemas to leave out."""
    database: str = ""
    """Which one, where the dump is of a whole server."""

    secrets = ("url", "certificates")

    @property
    def choice(self) -> Choice:
        """Which schemas come."""
        return Choice(self.schema, self.was, self.take, self.leave)
