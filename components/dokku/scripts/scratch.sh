# Databases to throw away beside the live one, and dumps loaded into them. A dump comes without owners and grants, so all in
# it is the superuser's, and apps may not even connect.
drop_scratch() { dropped "$1" || { unsubscribed | inside "$1" && dropped "$1"; }; }
dropped() { beside dropdb --username postgres --if-exists --force "$1" </dev/null; }
# A database with a subscription cannot go. A restored one has never been connected, so its publisher keeps its own slot.
unsubscribed() { cat <<'SQL'
SELECT format(command, subname) FROM pg_subscription JOIN pg_database d ON d.oid = subdbid,
  unnest(ARRAY['ALTER SUBSCRIPTION %I SET (slot_name = NONE)', 'DROP SUBSCRIPTION %I']) WITH ORDINALITY AS c (command, turn)
  WHERE datname = current_database() ORDER BY subname, turn \gexec
SQL
}
# inside NAME: SQL on standard input. A dump's event triggers, one that forbids all changes among them, have no say in what is
# made of it; those of the live database do.
inside() {
  as=replica
  [ "$1" != "$database" ] || as=origin
  docker exec --interactive --env PGOPTIONS="-c session_replication_role=$as" "dokku.postgres.$service" \
    psql --username postgres --no-psqlrc --quiet --no-align --tuples-only --set ON_ERROR_STOP=1 --dbname "$1"
}
# like_live NAME: empty, with the live database's encoding and rules of sorting; no app may connect yet. From template0, since
# what somebody put into template1 is in the dump too.
like_live() {
  drop_scratch "$1" && { empty_like_live "$1"; echo "REVOKE ALL ON DATABASE \"$1\" FROM PUBLIC;"; } | inside postgres
}
empty_like_live() { cat <<SQL
SELECT format('CREATE DATABASE %I TEMPLATE template0 ENCODING %L LC_COLLATE %L LC_CTYPE %L', '$1',
    pg_encoding_to_char(encoding), datcollate, datctype)
  || CASE to_jsonb(d) ->> 'datlocprovider' WHEN 'i' THEN format(' LOCALE_PROVIDER icu ICU_LOCALE %L', locale)
    WHEN 'b' THEN format(' LOCALE_PROVIDER builtin BUILTIN_LOCALE %L', locale) ELSE '' END
  FROM pg_database d, COALESCE(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale') AS locale
  WHERE datname = '$database' \gexec
SQL
}
# load DATABASE [all|held|schema]: all of the dump, or its schema alone; stops at the first error.
# A dump holds what apps wrote: checks, expressions of indexes and materialized views run while it is loaded, and as the
# superuser's they could make their author one (seen: a check that says ALTER ROLE). So the superuser makes only what runs
# nothing; rows, indexes and views are loaded by a role that owns the things of this database and may do nothing else. With
# `all` they are the superuser's in the end. Else that role keeps them and may count rows: to plan a query runs code, too.
load() {
  into=$1 load_only=${2:-all}
  load_list=$(beside pg_restore --list "$carried" </dev/null) || return 1
  load_first='^[0-9]+; [0-9]+ [0-9]+ (COMMENT - )?(EVENT TRIGGER|PUBLICATION|SUBSCRIPTION)'
  load_refresh='^[0-9]+; [0-9]+ [0-9]+ MATERIALIZED VIEW DATA '
  load_last=$(printf '%s\n' "$load_list" | grep -E "$load_first") || :
  load_list=$(printf '%s\n' "$load_list" | grep -E '^[0-9]+; ' | grep -v -E "$load_first") || :
  load_views=$(printf '%s\n' "$load_list" | grep -E "$load_refresh") || :
  load_list=$(printf '%s\n' "$load_list" | grep -v -E "$load_refresh") || :
  if makes_public; then echo 'DROP SCHEMA IF EXISTS public;' | in_scratch || return 1; fi
  beside pg_restore --username postgres --exit-on-error --no-owner --no-acl --section=pre-data --dbname "$into" "$carried" </dev/null &&
    handed_over | in_scratch || return 1
  if [ "$load_only" != schema ]; then
    jobs=$(abreast | in_scratch) && picked 'petbase load' "$load_list" data "$jobs" || return 1
  fi
  picked 'petbase load' "$load_list" post-data "$(cores)" || return 1
  # One view may read another by way of a function, which nobody but their order knows.
  if [ "$load_only" != schema ]; then picked 'petbase load' "$load_views" post-data 1 || return 1; fi
  picked postgres "$load_last" post-data 1 && { [ "$load_only" != all ] || taken_back | in_scratch; }
}
in_scratch() { inside "$into"; }
# picked ROLE LIST SECTION JOBS
picked() {
  [ -z "$2" ] || printf '%s\n' "$2" |
    chosen --exit-on-error --no-owner --no-acl --username "$1" --section "$3" --jobs "$4" --dbname "$into"
}
# chosen WORD…: pg_restore, of the entries on standard input alone.
chosen() { beside pg_restore --use-list /dev/stdin "$@" "$carried"; }
# Each job is a connection that keeps a core busy, and the apps want theirs too.
cores() { if [ "$(nproc)" -lt 4 ]; then nproc; else echo 4; fi; }
# How many tables at once: one, where something that an app wrote runs as rows come (a check, a domain, a generated column,
# a partition's key). It may read other tables, and only the dump's own order has their rows there by then.
abreast() { cat <<SQL
SELECT CASE WHEN EXISTS (SELECT FROM pg_depend d LEFT JOIN pg_attrdef a ON d.classid = 'pg_attrdef'::regclass AND a.oid = d.objid
    LEFT JOIN pg_attribute c ON c.attrelid = adrelid AND c.attnum = adnum
  WHERE d.refclassid IN ('pg_proc'::regclass, 'pg_operator'::regclass) AND d.refobjid >= 16384
    AND (d.classid IN ('pg_constraint'::regclass, 'pg_class'::regclass) OR attgenerated <> '')
    AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = d.refclassid AND e.objid = d.refobjid AND e.deptype = 'e'))
  THEN 1 ELSE $(cores) END;
SQL
}
# What the superuser has just made, but for extensions and what belongs to a column or a table; public is there before.
handed_over() { cat <<'SQL'
SELECT 'CREATE ROLE "petbase load"' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'petbase load') \gexec
ALTER ROLE "petbase load" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION BYPASSRLS PASSWORD NULL;
SELECT format('GRANT CONNECT ON DATABASE %I TO "petbase load"', current_database()) \gexec
SELECT format('ALTER %s %s OWNER TO "petbase load"', kind, object) FROM (
  SELECT 'pg_namespace'::regclass AS catalog, oid, 'SCHEMA' AS kind, oid::regnamespace::text AS object,
    oid AS schema, nspowner AS owner FROM pg_namespace
  UNION ALL SELECT 'pg_class'::regclass, oid, CASE relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW'
    WHEN 'f' THEN 'FOREIGN TABLE' WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, oid::regclass::text, relnamespace, relowner
    FROM pg_class WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
  UNION ALL SELECT 'pg_proc'::regclass, oid, 'ROUTINE', oid::regprocedure::text, pronamespace, proowner FROM pg_proc
  UNION ALL SELECT 'pg_type'::regclass, oid, 'TYPE', oid::regtype::text, typnamespace, typowner FROM pg_type
    WHERE typtype IN ('e', 'd', 'r') OR typtype = 'c' AND EXISTS (SELECT FROM pg_class WHERE oid = typrelid AND relkind = 'c')
) thing JOIN pg_namespace n ON n.oid = schema
  WHERE owner = current_user::regrole AND nspname !~ '^(pg_|information_schema$)' AND NOT EXISTS (
    SELECT FROM pg_depend d WHERE d.classid = catalog AND d.objid = thing.oid AND objsubid = 0
      AND (deptype IN ('i', 'e') OR deptype = 'a' AND refobjsubid > 0)) \gexec
SELECT format('ALTER LARGE OBJECT %s OWNER TO "petbase load"', oid) FROM pg_largeobject_metadata
  WHERE lomowner = current_user::regrole \gexec
SELECT format('GRANT USAGE, CREATE ON SCHEMA %I TO "petbase load"', nspname) FROM pg_namespace
  WHERE nspname !~ '^(pg_|information_schema$)' \gexec
SELECT format('GRANT SELECT, %s ON %s TO "petbase load"', CASE relkind WHEN 'S' THEN 'UPDATE' ELSE 'INSERT' END, objid::regclass)
  FROM pg_depend JOIN pg_class c ON c.oid = objid
  WHERE classid = 'pg_class'::regclass AND deptype = 'e' AND relkind IN ('r', 'p', 'S') \gexec
SQL
}
# Which things are whose is nothing that this file knows.
taken_back() { cat <<'SQL'
REASSIGN OWNED BY "petbase load" TO CURRENT_USER;
DROP OWNED BY "petbase load";
SQL
}
makes_public() {
  beside pg_restore --schema-only --no-owner --no-acl --file - "$carried" </dev/null | awk '
    /^-- Name: / { here = /^-- Name: public; Type: SCHEMA;/ }
    here && /^CREATE SCHEMA public;$/ { found = 1 }
    END { exit !found }'
}
