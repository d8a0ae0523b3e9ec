"""Which objects of a schema count, what depends on them from outside, and how they move to another schema."""

OBJECTS = """
CREATE OR REPLACE TEMPORARY VIEW objects AS
  SELECT catalog, thing.oid, thing.schema, nspname AS schema_name, owner, thing.name, known.type, known.identity, turn,
    part_of_type, owner <> 0 AND NOT (is_multirange AND current_setting('server_version_num')::int >= 170000)
      AS takes_owner,
    kind, 'ALTER ' || kind || ' ' || known.identity AS alter
  FROM (
    SELECT 'pg_class'::regclass AS catalog, oid, relnamespace AS schema, relowner AS owner, relname AS name, 3 AS turn,
      false AS part_of_type, false AS is_multirange
      FROM pg_class WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND NOT EXISTS (
        SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid AND objsubid = 0
          AND (deptype = 'i' OR relkind = 'S' AND deptype = 'a'))
    UNION ALL SELECT 'pg_proc'::regclass, oid, pronamespace, proowner, proname, 1, EXISTS (
        SELECT FROM pg_depend WHERE classid = 'pg_proc'::regclass AND objid = pg_proc.oid AND deptype = 'i'
          AND refclassid = 'pg_type'::regclass), false FROM pg_proc
    UNION ALL SELECT 'pg_type'::regclass, oid, typnamespace, typowner, typname, 4, typtype = 'm', typtype = 'm'
      FROM pg_type WHERE typtype IN ('e', 'd', 'r', 'm', 'b', 'c') AND (typtype = 'm' OR NOT EXISTS (
        SELECT FROM pg_depend WHERE classid = 'pg_type'::regclass AND objid = pg_type.oid AND deptype = 'i'
          AND NOT (typtype = 'c' AND refclassid = 'pg_class'::regclass AND EXISTS (
            SELECT FROM pg_class WHERE pg_class.oid = refobjid AND relkind = 'c'))))
    UNION ALL SELECT 'pg_operator'::regclass, oid, oprnamespace, oprowner, oprname, 2, false, false FROM pg_operator
    UNION ALL SELECT 'pg_opclass'::regclass, oid, opcnamespace, opcowner, opcname, 2, false, false FROM pg_opclass
    UNION ALL SELECT 'pg_opfamily'::regclass, oid, opfnamespace, opfowner, opfname, 2, false, false FROM pg_opfamily
    UNION ALL SELECT 'pg_collation'::regclass, oid, collnamespace, collowner, collname, 4, false, false
      FROM pg_collation
    UNION ALL SELECT 'pg_conversion'::regclass, oid, connamespace, conowner, conname, 4, false, false
      FROM pg_conversion
    UNION ALL SELECT 'pg_ts_config'::regclass, oid, cfgnamespace, cfgowner, cfgname, 4, false, false FROM pg_ts_config
    UNION ALL SELECT 'pg_ts_dict'::regclass, oid, dictnamespace, dictowner, dictname, 4, false, false FROM pg_ts_dict
    UNION ALL SELECT 'pg_ts_parser'::regclass, oid, prsnamespace, 0, prsname, 4, false, false FROM pg_ts_parser
    UNION ALL SELECT 'pg_ts_template'::regclass, oid, tmplnamespace, 0, tmplname, 4, false, false FROM pg_ts_template
    UNION ALL SELECT 'pg_statistic_ext'::regclass, oid, stxnamespace, stxowner, stxname, 4, false, false
      FROM pg_statistic_ext
  ) AS thing JOIN pg_namespace n ON n.oid = thing.schema
  CROSS JOIN LATERAL pg_identify_object(catalog, thing.oid, 0) AS known
  CROSS JOIN LATERAL (SELECT CASE WHEN known.type IN ('function', 'procedure', 'aggregate') THEN 'ROUTINE'
    WHEN known.type = 'statistics object' THEN 'STATISTICS' ELSE upper(known.type) END AS kind) AS spelled
  WHERE nspname !~ '^(pg_|information_schema$|petbase$)' AND NOT EXISTS (
    SELECT FROM pg_depend WHERE classid = catalog AND objid = thing.oid AND deptype = 'e');
"""
"""Comes first in a session, whose other statements then read `pg_temp.objects`: a row for each object of every schema
but the system's and Petbase's own.

    catalog, oid        where it is catalogued
    schema, schema_name its schema
    owner               its role's oid; 0 for text search parsers and templates, which have no owner
    name                without schema and arguments
    type                PostgreSQL's word: table, view, function, type, operator class …
    identity            name with schema, arguments and quotes, as SQL reads it
    turn                the order in which ALTER … SET SCHEMA must come: arguments are written with the schemas of their
                        types, so what has arguments goes before the types
    part_of_type        made with a range type (its constructors, its multirange); not worth a line in a list
    takes_owner         whether ALTER … OWNER TO is allowed: a multirange follows its range since PostgreSQL 17
    alter, kind         the beginning of a statement: ALTER TABLE shop.baskets; the TABLE of it

Left out: members of extensions, a column's sequence, a table's row type, array types. They follow what they belong to.
Neither a partition nor a statistics object follows its table, so both are in; indexes, constraints, triggers, rules and
policies are no objects of a schema's own.
"""


# A type that only columns of the named tables use goes along, and so do statistics of a named table. What belongs to a
# range type (part_of_type) goes with it.
_MOVE = r"""
WITH objects AS (SELECT * FROM pg_temp.objects WHERE schema_name = :'source'),
names AS (SELECT json_array_elements_text(NULLIF(:'names', '')::json) AS name),
belongs AS (
  SELECT classid, objid, refobjid AS type FROM pg_depend WHERE deptype = 'i' AND refclassid = 'pg_type'::regclass
    AND classid IN ('pg_type'::regclass, 'pg_proc'::regclass)),
parts AS (
  SELECT b.classid, b.objid, COALESCE(range.type, b.type) AS type FROM belongs b
    LEFT JOIN belongs range ON range.classid = 'pg_type'::regclass AND range.objid = b.type),
used AS (
  SELECT COALESCE(parts.type, base) AS type, bool_and(relname IN (SELECT name FROM names)) AS by_named_only
    FROM pg_attribute JOIN pg_class c ON c.oid = attrelid JOIN pg_type t ON t.oid = atttypid
    CROSS JOIN LATERAL unnest(ARRAY[t.oid, t.typelem]) AS base
    LEFT JOIN parts ON parts.classid = 'pg_type'::regclass AND parts.objid = base
    WHERE relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = :'source') AND relkind IN ('r', 'p', 'f')
      AND NOT attisdropped GROUP BY 1),
chosen AS (
  SELECT * FROM objects WHERE NOT part_of_type AND (:'names' = '' OR name IN (SELECT name FROM names)
    OR catalog = 'pg_type'::regclass AND oid IN (SELECT type FROM used WHERE by_named_only)
    OR catalog = 'pg_statistic_ext'::regclass AND oid IN (
      SELECT s.oid FROM pg_statistic_ext s JOIN pg_class c ON c.oid = stxrelid WHERE relname IN (SELECT name FROM names)
        AND relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = :'source'))))
SELECT format('%s SET SCHEMA %I', alter, :'target') FROM (
  SELECT turn, alter FROM chosen
  UNION ALL SELECT turn, alter FROM objects JOIN parts ON parts.classid = catalog AND parts.objid = objects.oid
    WHERE part_of_type AND parts.type IN (SELECT oid FROM chosen WHERE catalog = 'pg_type'::regclass)
) AS moved ORDER BY turn \gexec
"""
MOVE_SQL = OBJECTS + _MOVE
"""In a transaction, with `source`, `target` (schemas) and `names` (a JSON array, or "" for everything). Without such a
source nothing moves. Nothing is copied, whatever the size.
"""


DEPENDS = " depends on it: "
"""In the error that REQUIRE_NO_DEPENDENTS raises, before the names."""
# The cast of a range to its multirange is made with the range, and goes where that goes. Any other is in no schema; it
# goes with its types and its function, unless one of them is somebody else's.
# In steps, each MATERIALIZED: PostgreSQL takes the last condition to leave next to nothing, and would look for the
# schemas' things once for every dependency in the database, which takes minutes.
REQUIRE_NO_DEPENDENTS = r"""
WITH names AS MATERIALIZED (SELECT json_array_elements_text(:'schemas') AS name),
homes AS MATERIALIZED (SELECT oid FROM pg_namespace WHERE nspname IN (SELECT name FROM names)),
things (catalog, oid) AS MATERIALIZED (
  SELECT 'pg_class'::regclass, oid FROM pg_class WHERE relnamespace IN (SELECT oid FROM homes)
  UNION ALL SELECT 'pg_proc'::regclass, oid FROM pg_proc WHERE pronamespace IN (SELECT oid FROM homes)
  UNION ALL SELECT 'pg_type'::regclass, oid FROM pg_type WHERE typnamespace IN (SELECT oid FROM homes)
  UNION ALL SELECT 'pg_constraint'::regclass, oid FROM pg_constraint WHERE connamespace IN (SELECT oid FROM homes)
  UNION ALL SELECT 'pg_operator'::regclass, oid FROM pg_operator WHERE oprnamespace IN (SELECT oid FROM homes)
  UNION ALL SELECT 'pg_opclass'::regclass, oid FROM pg_opclass WHERE opcnamespace IN (SELECT oid FROM homes)
  UNION ALL SELECT 'pg_opfamily'::regclass, oid FROM pg_opfamily WHERE opfnamespace IN (SELECT oid FROM homes)
  UNION ALL SELECT 'pg_collation'::regclass, oid FROM pg_collation WHERE collnamespace IN (SELECT oid FROM homes)
  UNION ALL SELECT 'pg_ts_config'::regclass, oid FROM pg_ts_config WHERE cfgnamespace IN (SELECT oid FROM homes)
  UNION ALL SELECT 'pg_ts_dict'::regclass, oid FROM pg_ts_dict WHERE dictnamespace IN (SELECT oid FROM homes)
  UNION ALL SELECT 'pg_ts_parser'::regclass, oid FROM pg_ts_parser WHERE prsnamespace IN (SELECT oid FROM homes)
  UNION ALL SELECT 'pg_ts_template'::regclass, oid FROM pg_ts_template WHERE tmplnamespace IN (SELECT oid FROM homes)
  UNION ALL SELECT 'pg_namespace'::regclass, oid FROM homes),
members AS MATERIALIZED (
  SELECT 'pg_extension'::regclass AS classid, oid AS objid FROM pg_extension
    WHERE extnamespace IN (SELECT oid FROM homes)
  UNION ALL SELECT classid, objid FROM pg_depend WHERE deptype = 'e' AND refclassid = 'pg_extension'::regclass
    AND refobjid IN (SELECT oid FROM pg_extension WHERE extnamespace IN (SELECT oid FROM homes))),
parts AS MATERIALIZED (
  SELECT classid, objid FROM members UNION SELECT d.classid, d.objid FROM members m
    JOIN pg_depend d ON refclassid = m.classid AND refobjid = m.objid AND deptype = 'i'),
going AS MATERIALIZED (
  SELECT * FROM things WHERE (catalog, oid) NOT IN (SELECT classid, objid FROM parts)
  UNION ALL SELECT classid, objid FROM parts WHERE :'extensions' = 'go'),
dependents AS MATERIALIZED (
  SELECT DISTINCT d.classid, objid, objsubid FROM going JOIN pg_depend d ON refclassid = catalog AND refobjid = oid
    AND d.classid <> 'pg_default_acl'::regclass AND (d.classid, objid) NOT IN (SELECT classid, objid FROM parts)
    AND NOT (d.classid = 'pg_cast'::regclass AND (deptype = 'i' OR NOT EXISTS (
      SELECT FROM pg_cast c CROSS JOIN LATERAL (
          SELECT typnamespace AS home FROM pg_type t WHERE t.oid IN (castsource, casttarget)
          UNION ALL SELECT pronamespace FROM pg_proc p WHERE p.oid = castfunc) AS part
        JOIN pg_namespace other ON other.oid = part.home
        WHERE c.oid = d.objid AND other.nspname NOT IN (SELECT 'pg_catalog' UNION ALL SELECT name FROM names)))))
SELECT format('DO %L', format('BEGIN RAISE EXCEPTION USING MESSAGE = %L; END', format(
    'something outside the schema %s depends on it: %s',
    (SELECT string_agg(name, ', ') FROM names), string_agg(DISTINCT what, '; '))))
  FROM dependents d
  CROSS JOIN LATERAL COALESCE((SELECT opfnamespace::regnamespace::text FROM pg_opfamily f WHERE f.oid = (
      SELECT amopfamily FROM pg_amop WHERE d.classid = 'pg_amop'::regclass AND pg_amop.oid = objid
      UNION ALL SELECT amprocfamily FROM pg_amproc WHERE d.classid = 'pg_amproc'::regclass AND pg_amproc.oid = objid)),
    (pg_identify_object(d.classid, objid, 0)).schema,
    (pg_identify_object_as_address(d.classid, objid, 0)).object_names[1]) AS home
  CROSS JOIN LATERAL pg_describe_object(d.classid, objid, objsubid) AS what
  WHERE home !~ '^pg_toast' AND NOT EXISTS (SELECT FROM names WHERE home IN (name, quote_ident(name)))
  HAVING count(*) > 0 \gexec
"""
"""An error that names them, with `schemas`, a JSON array. Extensions in them, and what these consist of, are not
outside; what depends on those counts where they `go`, and not where they `stay` (`extensions`). Of the two functions
that give an object's schema one quotes it, so both spellings are compared.
"""
