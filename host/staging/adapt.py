"""Makes a reduced source the app's: schemas by their names here, all owned by its role, search paths that fit."""

from collections.abc import Mapping

from host.postgres.objects import OBJECTS
from host.postgres.psql import Psql
from host.postgres.roles import EXTENSIONS
from host.values.stored_setting import elements
from host.values.text import printable

_RENAME = r"""
SELECT format('ALTER SCHEMA %I RENAME TO %I', source, becomes)
  FROM json_to_recordset(:'schemas') AS s (source text, becomes text) JOIN pg_namespace ON nspname = source
  WHERE source <> becomes \gexec
"""
_OWN = (
    OBJECTS
    + r"""
SELECT format('CREATE ROLE %I NOLOGIN', :'role') WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'role') \gexec
SELECT format('ALTER ROLE %I NOSUPERUSER', :'role') \gexec
SELECT format('ALTER SCHEMA %I OWNER TO %I', becomes, :'role')
  FROM json_to_recordset(:'schemas') AS s (becomes text) \gexec
SELECT format('%s OWNER TO %I', alter, :'role') FROM pg_temp.objects
  WHERE schema_name IN (SELECT becomes FROM json_to_recordset(:'schemas') AS s (becomes text)) AND takes_owner
  ORDER BY turn \gexec
"""
)
_PATHS = """
SELECT COALESCE(json_agg(json_build_object('oid', p.oid, 'path', substr(c, strpos(c, '=') + 1))), '[]')
  FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace, unnest(proconfig) AS c
  WHERE starts_with(c, 'search_path=') AND nspname IN (SELECT json_array_elements_text(:'schemas'))
"""
_SET_PATHS = r"""
SELECT format('ALTER ROUTINE %s SET search_path = %s', p.oid::regprocedure, COALESCE(
    (SELECT string_agg(quote_literal(one), ', ') FROM json_array_elements_text(elements) AS one), ''''''))
  FROM json_to_recordset(:'routines') AS r (oid oid, elements json) JOIN pg_proc p ON p.oid = r.oid \gexec
"""
# Views, defaults and keys follow a renamed schema; the text of a function does not.
_BY_NAME = r"""
SELECT COALESCE(json_agg(DISTINCT p.oid::regprocedure::text), '[]') FROM pg_proc p
  JOIN pg_namespace n ON n.oid = pronamespace, json_array_elements_text(:'old') AS name
  WHERE nspname IN (SELECT json_array_elements_text(:'schemas'))
    AND prosrc ~* ('(^|[^\w."])"?' || regexp_replace(name, '(\W)', '\\\1', 'g') || '"?\s*\.') AND NOT EXISTS (
    SELECT FROM pg_depend WHERE classid = 'pg_proc'::regclass AND objid = p.oid AND deptype = 'e')
"""
_HOMES = """
SELECT COALESCE(json_agg(DISTINCT nspname), '[]') FROM pg_extension JOIN pg_namespace n ON n.oid = extnamespace
  WHERE nspname <> 'pg_catalog'
"""


def homes_of_extensions(psql: Psql) -> list[str]:
    """The schemas of a source that its extensions are in, which functions may name."""
    found: list[str] = psql.json(_HOMES)
    return found


def adapt(psql: Psql, names: Mapping[str, str], role: str, homes: list[str]) -> tuple[str, ...]:
    """Rename the schemas, give all to the role; what a person may have to mend, in words.

    `names` are the schemas by their names in the source, `homes` those where extensions were.
    """
    schemas = [{"source": source, "becomes": becomes} for source, becomes in names.items()]
    psql.execute(_RENAME, schemas=schemas)
    psql.execute(_OWN, schemas=schemas, role=role)
    follows = {**dict.fromkeys(homes, EXTENSIONS), **names}
    here = sorted(names.values())
    paths = psql.json(_PATHS, schemas=here)
    routines = [{"oid": one["oid"], "elements": _followed(one["path"], names, homes)} for one in paths]
    if routines:
        psql.execute(_SET_PATHS, routines=routines)
    old = sorted(name for name, becomes in follows.items() if name != becomes)
    found = psql.json(_BY_NAME, schemas=here, old=old) if old else []
    return tuple(
        printable(f"the function {name} names {' or '.join(old)} in its text, which is called otherwise here")
        for name in sorted(found)
    )


def _followed(path: str, names: Mapping[str, str], homes: list[str]) -> list[str]:
    """A search_path whose schemas have their names here; extensions are found where they went."""
    found: list[str] = []
    for one in elements("search_path", path) or []:
        found.append(names.get(one, EXTENSIONS if one in homes else one))
        if one in homes and one in names:
            found.append(EXTENSIONS)
    return list(dict.fromkeys(found))
