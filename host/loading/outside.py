"""What schemas need of others that are not in the same dump, asked of the database that they are taken from."""

from collections.abc import Sequence
from dataclasses import dataclass

from host.postgres.psql import Psql

# A rule, a constraint, a trigger, a default or a policy is in the schema of its table.
_NEEDS = """
WITH homes AS (
  SELECT 'pg_class'::regclass AS catalog, oid, relnamespace AS home FROM pg_class
  UNION ALL SELECT 'pg_proc'::regclass, oid, pronamespace FROM pg_proc
  UNION ALL SELECT 'pg_type'::regclass, oid, typnamespace FROM pg_type
  UNION ALL SELECT 'pg_operator'::regclass, oid, oprnamespace FROM pg_operator
  UNION ALL SELECT 'pg_collation'::regclass, oid, collnamespace FROM pg_collation
  UNION ALL SELECT 'pg_ts_config'::regclass, oid, cfgnamespace FROM pg_ts_config
  UNION ALL SELECT 'pg_ts_dict'::regclass, oid, dictnamespace FROM pg_ts_dict
  UNION ALL SELECT 'pg_opclass'::regclass, oid, opcnamespace FROM pg_opclass
  UNION ALL SELECT 'pg_constraint'::regclass, oid, connamespace FROM pg_constraint
  UNION ALL SELECT 'pg_rewrite'::regclass, r.oid, relnamespace FROM pg_rewrite r JOIN pg_class c ON c.oid = ev_class
  UNION ALL SELECT 'pg_trigger'::regclass, t.oid, relnamespace FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid
  UNION ALL SELECT 'pg_attrdef'::regclass, a.oid, relnamespace FROM pg_attrdef a JOIN pg_class c ON c.oid = adrelid
  UNION ALL SELECT 'pg_policy'::regclass, p.oid, relnamespace FROM pg_policy p JOIN pg_class c ON c.oid = polrelid),
wanted AS (SELECT oid, nspname, nspowner FROM pg_namespace
  WHERE nspname IN (SELECT json_array_elements_text(:'schemas')))
SELECT COALESCE(json_agg(DISTINCT jsonb_build_array(rolname, n.nspname, refers)), '[]') FROM (
  SELECT nspowner, there.home, COALESCE(relname, '') AS refers
    FROM pg_depend d JOIN homes here ON here.catalog = classid AND here.oid = objid
    JOIN wanted w ON w.oid = here.home JOIN homes there ON there.catalog = refclassid AND there.oid = refobjid
    LEFT JOIN pg_constraint c ON classid = 'pg_constraint'::regclass AND c.oid = objid AND contype = 'f'
    LEFT JOIN pg_class r ON r.oid = confrelid AND refclassid = 'pg_class'::regclass AND r.oid = refobjid
    WHERE there.home NOT IN (SELECT oid FROM wanted)
) AS needs JOIN pg_roles o ON o.oid = nspowner JOIN pg_namespace n ON n.oid = home
WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
"""


_SERVERS = """
SELECT COALESCE(json_object_agg(rolname, servers), '{}') FROM (
  SELECT rolname, json_agg(DISTINCT srvname) AS servers FROM pg_foreign_table
    JOIN pg_foreign_server s ON s.oid = ftserver JOIN pg_class c ON c.oid = ftrelid
    JOIN pg_namespace n ON n.oid = relnamespace JOIN pg_roles r ON r.oid = nspowner
    WHERE nspname IN (SELECT json_array_elements_text(:'schemas')) GROUP BY rolname) AS used
"""


@dataclass(frozen=True)
class Need:
    """`owner` is the role of a schema that has something of `schema` in it; `refers_to` a table of a foreign key."""

    owner: str
    schema: str
    refers_to: str


def needs(source: Psql, schemas: Sequence[str]) -> list[Need]:
    """What these schemas need of others."""
    return [Need(*row) for row in source.json(_NEEDS, schemas=schemas)]


def servers(source: Psql, schemas: Sequence[str]) -> dict[str, list[str]]:
    """The foreign servers that tables of these schemas are of, by the owner of the schema."""
    found: dict[str, list[str]] = source.json(_SERVERS, schemas=schemas)
    return found
