# Databases to throw away beside the live one, and dumps loaded into them. The container's own socket asks for no password.
# A dump comes without owners and grants, so all in it is the superuser's, and apps may not even connect.
beside() { docker exec --interactive "dokku.postgres.$service" "$@"; }
drop_scratch() { beside dropdb --username postgres --if-exists --force "$1" </dev/null; }
# template0: what somebody put into template1 is in the dump too, and would be there twice.
fresh_scratch() {
  drop_scratch "$1" && beside createdb --username postgres --template template0 "$1" </dev/null &&
    beside psql --username postgres --quiet --dbname postgres --command "REVOKE ALL ON DATABASE \"$1\" FROM PUBLIC" </dev/null
}
# load FILE DATABASE [all|held|schema]: all of a dump, or its schema alone; stops at the first error.
# A dump holds what apps wrote: checks, expressions of indexes and materialized views run while it is loaded, and as the
# superuser's they could make their author one (seen: a check that says ALTER ROLE). So the superuser makes only what runs
# nothing; rows, indexes and views are loaded by a role that owns the things of this database and may do nothing else. With
# `all` they are the superuser's in the end. Else that role keeps them and may count rows: to plan a query runs code, too.
load() {
  loaded=$1 into=$2 load_only=${3:-all}
  load_list=$(beside pg_restore --list <"$loaded") || return 1
  load_first='^[0-9]+; [0-9]+ [0-9]+ (COMMENT - )?(EVENT TRIGGER|PUBLICATION|SUBSCRIPTION)'
  load_last=$(printf '%s\n' "$load_list" | grep -E "$load_first") || :
  load_list=$(printf '%s\n' "$load_list" | grep -E '^[0-9]+; ' | grep -v -E "$load_first") || :
  if [ "$load_only" = schema ]; then
    load_list=$(printf '%s\n' "$load_list" | grep -v -E '^[0-9]+; [0-9]+ [0-9]+ MATERIALIZED VIEW DATA ') || :
    load_parts='--section=post-data'
  else
    load_parts='--section=data --section=post-data'
  fi
  if makes_public "$loaded"; then echo 'DROP SCHEMA IF EXISTS public;' | in_scratch || return 1; fi
  beside pg_restore --username postgres --exit-on-error --no-owner --no-acl --section=pre-data --dbname "$into" <"$loaded" &&
    handed_over | in_scratch && picked 'petbase load' "$load_list" &&
    { [ -z "$load_last" ] || picked postgres "$load_last"; } && { [ "$load_only" != all ] || taken_back | in_scratch; }
}
in_scratch() { beside psql --username postgres --no-psqlrc --quiet --tuples-only --set ON_ERROR_STOP=1 --dbname "$into"; }
# picked ROLE LIST
picked() {
  # shellcheck disable=SC2086
  { [ -z "$2" ] || printf '%s\n' "$2"; } |
    chosen "$loaded" --exit-on-error --no-owner --no-acl --username "$1" $load_parts --dbname "$into"
}
# chosen DUMP WORD…: pg_restore, of the entries on standard input alone. A container sees no file of the server, so the list
# goes ahead of the dump, as far as an empty line; a shell reads no byte too many.
chosen() {
  chosen_from=$1
  shift
  # shellcheck disable=SC2016
  { cat; echo; cat <"$chosen_from"; } | beside sh -c 'list=$(mktemp)
    while IFS= read -r line && [ -n "$line" ]; do printf "%s\n" "$line"; done >"$list"
    pg_restore --use-list "$list" "$@"; answer=$?; rm "$list"; exit "$answer"' sh "$@"
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
SELECT format('GRANT SELECT, INSERT ON %s TO "petbase load"', objid::regclass) FROM pg_depend JOIN pg_class c ON c.oid = objid
  WHERE classid = 'pg_class'::regclass AND deptype = 'e' AND relkind IN ('r', 'p') \gexec
SQL
}
# Which things are whose is nothing that this file knows.
taken_back() { cat <<'SQL'
REASSIGN OWNED BY "petbase load" TO CURRENT_USER;
DROP OWNED BY "petbase load";
SQL
}
makes_public() {
  beside pg_restore --schema-only --no-owner --no-acl --file - <"$1" | awk '
    /^-- Name: / { here = /^-- Name: public; Type: SCHEMA;/ }
    here && /^CREATE SCHEMA public;$/ { found = 1 }
    END { exit !found }'
}
