"""Which objects of a schema count: the one query that owners, moves, loads and lists are all made of."""

OBJECTS = """
CREATE OR REPLACE TEMPORARY VIEW objects AS
  SELECT catalog, thing.oid, thing.schema, nspname AS schema_name, owner, thing.name, known.type, known.identity, turn,
    part_of_type, owner <> 0 AND NOT (is_multirange AND current_setting('server_version_num')::int >= 170000)
      AS takes_owner,
    'ALTER ' || CASE WHEN known.type IN ('function', 'procedure', 'aggregate') THEN 'ROUTINE'
      WHEN known.type = 'statistics object' THEN 'STATISTICS' ELSE upper(known.type) END
      || ' ' || known.identity AS alter
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
    alter               the beginning of a statement: ALTER TABLE shop.baskets

Left out: members of extensions, a column's sequence, a table's row type, array types. They follow what they belong to.
Neither a partition nor a statistics object follows its table, so both are in; indexes, constraints, triggers, rules and
policies are no objects of a schema's own.
"""
