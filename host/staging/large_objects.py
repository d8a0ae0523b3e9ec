"""Large objects of a loaded source. They belong to no schema but to a database, which knows each by a number alone.

No number is given out twice: what came with an earlier import and is the same stays, and where another one has the
number, the columns of type oid that refer to it get a new one.
"""

from collections.abc import Collection, Mapping, Sequence

from host.postgres.psql import Psql
from host.restore.facts import RefusedError
from host.values.text import printable

_MAKE = "SELECT count(lo_create(number::oid)) FROM json_array_elements_text(:'numbers') AS number"
_NUMBERS = "SELECT COALESCE(json_agg(oid ORDER BY oid), '[]') FROM pg_largeobject_metadata"
_HELD = """
SELECT COALESCE(json_agg(json_build_array(m.oid, rolname, digest)), '[]')
  FROM pg_largeobject_metadata m JOIN pg_roles r ON r.oid = lomowner
  LEFT JOIN LATERAL (
    SELECT concat(encode(sha256(string_agg(int4send(pageno) || sha256(data), '' ORDER BY pageno)), 'hex'),
        obj_description(m.oid, 'pg_largeobject')) AS digest
      FROM pg_largeobject WHERE loid = m.oid) AS content ON :'role' IN ('', rolname)
  WHERE m.oid IN (SELECT number::oid FROM json_array_elements_text(:'numbers') AS number)
"""
_FREE = """
SELECT COALESCE(json_agg(free), '[]') FROM (
  SELECT free FROM pg_largeobject_metadata m FULL JOIN generate_series(16384, 16384 + :'wanted'::bigint
      + json_array_length(:'numbers') + (SELECT count(*) FROM pg_largeobject_metadata)) AS free ON free::oid = m.oid
    WHERE m.oid IS NULL AND free NOT IN (SELECT number::bigint FROM json_array_elements_text(:'numbers') AS number)
    ORDER BY free LIMIT :'wanted') AS first
"""
# `lo`, the extension's type, is a domain. Partitions follow their table.
_COLUMNS = """
CREATE TEMPORARY TABLE places AS
  WITH RECURSIVE kinds AS (
    SELECT 'oid'::regtype::oid AS kind UNION SELECT t.oid FROM pg_type t JOIN kinds ON typbasetype = kind)
  SELECT c.oid::regclass AS at, attname FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid JOIN pg_namespace n
      ON n.oid = relnamespace
    WHERE atttypid IN (TABLE kinds) AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
      AND relkind IN ('r', 'p') AND NOT relispartition AND nspname IN (SELECT json_array_elements_text(:'schemas'));
"""
_NAMED_COLUMNS = (
    _COLUMNS + "SELECT COALESCE(json_agg(format('%s.%I', at, attname) ORDER BY at::text, attname), '[]') FROM places"
)
_REFERRED = (
    _COLUMNS
    + r"""
CREATE TEMPORARY TABLE wanted AS SELECT number::oid FROM json_array_elements_text(:'numbers') AS number;
CREATE TEMPORARY TABLE referred (number oid);
SELECT format('INSERT INTO referred SELECT number FROM wanted WHERE number IN (SELECT %I FROM %s)', attname, at)
  FROM places \gexec
SELECT COALESCE(json_agg(DISTINCT number), '[]') FROM referred;
"""
)
# This database is thrown away: its catalog may say so directly, whatever their size and however many there are.
_DROP = """
DELETE FROM pg_largeobject WHERE loid IN (SELECT number::oid FROM json_array_elements_text(:'numbers') AS number);
DELETE FROM pg_description WHERE classoid = 'pg_largeobject'::regclass
  AND objoid IN (SELECT number::oid FROM json_array_elements_text(:'numbers') AS number);
DELETE FROM pg_largeobject_metadata
  WHERE oid IN (SELECT number::oid FROM json_array_elements_text(:'numbers') AS number);
"""
_OWN = """
UPDATE pg_largeobject_metadata SET lomacl = NULL, lomowner = (SELECT oid FROM pg_roles WHERE rolname = :'role');
"""
_RENUMBER = (
    _COLUMNS
    + r"""
CREATE TEMPORARY TABLE moves AS SELECT * FROM json_to_recordset(:'moves') AS m (was oid, becomes oid);
UPDATE pg_largeobject_metadata SET oid = becomes FROM moves WHERE oid = was;
UPDATE pg_largeobject SET loid = becomes FROM moves WHERE loid = was;
UPDATE pg_description SET objoid = becomes FROM moves WHERE objoid = was AND classoid = 'pg_largeobject'::regclass;
SELECT format('UPDATE %s SET %I = becomes FROM pg_temp.moves WHERE %2$I = was', at, attname) FROM places \gexec
"""
)
_TAKEN = "whose numbers are taken here get others"
_MOST_NAMED = 3


def make(psql: Psql, numbers: Sequence[int]) -> None:
    """Make them, empty: for a look, which gets no content."""
    psql.execute(_MAKE, numbers=numbers)


def foreseen(live: Psql, psql: Psql, schemas: list[str], role: str) -> tuple[int, list[str]]:
    """How many there are, and what an import would have to do, of which the content decides. HostError as `settle`."""
    if not (numbers := psql.json(_NUMBERS)):
        return 0, []
    there = live.json(_HELD, numbers=numbers, role="")
    own = [number for number, owner, _ in there if owner == role]
    taken = {number: owner for number, owner, _ in there if owner != role}
    columns: list[str] = psql.json(_NAMED_COLUMNS, schemas=schemas)
    _require_referred(taken, taken if columns else (), role)
    notes = [_note(_TAKEN, columns, sorted(taken))] if taken else []
    differ = f"that {role} has here and that differ by now get other numbers"
    return len(numbers), [*notes, *([_note(differ, columns, own)] if own and columns else [])]


def settle(live: Psql, psql: Psql, schemas: list[str], role: str) -> tuple[int, list[str]]:
    """Give all to the role, under numbers that are free in the live database; how many there are, and what a person
    has to know. HostError where one cannot have another number.
    """
    if not (numbers := psql.json(_NUMBERS)):
        return 0, []
    psql.execute(_OWN, role=role)
    there = live.json(_HELD, numbers=numbers, role=role)
    here = {number: digest for number, _, digest in psql.json(_HELD, numbers=[one for one, *_ in there], role="")}
    taken = {number: owner for number, owner, digest in there if owner != role or digest != here[number]}
    psql.execute(_DROP, numbers=[number for number, *_ in there if number not in taken])
    if not taken:
        return len(numbers), []
    _require_referred(taken, psql.json(_REFERRED, schemas=schemas, numbers=[*taken]), role)
    free = live.json(_FREE, numbers=numbers, wanted=len(taken))
    moves = [{"was": was, "becomes": becomes} for was, becomes in zip(sorted(taken), free, strict=True)]
    psql.execute(_RENUMBER, schemas=schemas, moves=moves)
    return len(numbers), [_note(_TAKEN, psql.json(_NAMED_COLUMNS, schemas=schemas), sorted(taken))]


def _require_referred(taken: Mapping[int, str], referred: Collection[int], role: str) -> None:
    """HostError for one that cannot have another number, since what refers to it may be anywhere."""
    lost = sorted({*taken} - {*referred})
    if not lost:
        return
    owner = taken[lost[0]]
    way = (
        f"the one here, if nothing uses it: ./petbase psql --app {owner} -c 'SELECT lo_unlink({lost[0]})'"
        if owner == role
        else "it in the source (vacuumlo), if nothing uses it; or import a dump without large objects: pg_dump "
        "--no-blobs --format custom"
    )
    raise RefusedError(
        f"the source's large object {_named(lost)} cannot keep its number, which {printable(owner)} has here, and no "
        f"column of type oid refers to it, so it cannot get another; nothing was changed. Remove {way}"
    )


def _note(which: str, columns: Sequence[str], numbers: Sequence[int]) -> str:
    return printable(f"large objects {which}, also in {', '.join(columns)}: {_named(numbers)}")


def _named(numbers: Sequence[int]) -> str:
    more = f" and {len(numbers) - _MOST_NAMED} more" if len(numbers) > _MOST_NAMED else ""
    return ", ".join(map(str, numbers[:_MOST_NAMED])) + more
