"""Which collations sort otherwise than when indexes were built, as SQL: another image has another C library or ICU."""

COLLATION_CHANGES = """
SELECT current_setting('server_version_num')::int >= 150000 AS has_collation_versions \\gset
\\if :has_collation_versions
SELECT COALESCE(jsonb_agg(c ORDER BY database, "collation"), '[]') FROM (SELECT datname AS database,
    '' AS "collation", datcollversion AS built_with, pg_database_collation_actual_version(oid) AS provided
    FROM pg_database WHERE datallowconn
  UNION ALL SELECT current_database(), format('%I.%I', nspname, collname), collversion,
    pg_collation_actual_version(c.oid) FROM pg_collation c JOIN pg_namespace n ON n.oid = collnamespace
    WHERE c.oid IN (SELECT unnest(indcollation) FROM pg_index)
) AS c WHERE built_with <> provided;
\\else
SELECT '[]';
\\endif
"""
"""One line of JSON, as model/database.py has it: of databases, and of other collations that an index of this one uses.
PostgreSQL remembers a database's version since 15.
"""
