# restore into db
set -eu
resource=scratch.db
stack=petbase/prod
service=db
file=/tmp/petbase_sent.c0ffee
dump='it'"'"'s.tgz'
scope=aside
aside=look
{ IFS= read -r _ && IFS= read -r last && [ "$last" = end ]; } || { echo "the standard input came cut off; nothing was done"; exit 65; }
trap '' HUP PIPE
log=$(mktemp)
printf %4096s . >"$log" || { rm -f "$log"; echo "the disk of the server is full; nothing was done. Look at: df --human-readable"; exit 1; }
exec 3>&1 >"$log" 2>&1 </dev/null
tidy() { :; }
trap 'rc=$?; tidy 2>/dev/null; [ "$rc" = 0 ] || tail -n 40 "$log" | sed "s#://[^ ]*@#://***@#g" >&3; rm -f "$log"; exit "$rc"' EXIT
step() { printf '%s\n' "$*" >&3 || :; }
fail() { printf '%s\n' "$*"; exit 1; }
lock() { eval "exec $1>\"/run/lock/petbase.$2.lock\""; flock -w 900 "$1" || fail "another run still works on $2 after 15 minutes; wait until it ends, then run pulumi up again"; }
dokku() { command dokku "$@" </dev/null 3>&- 8>&- 9>&-; }
feed() { command dokku "$@" 3>&- 8>&- 9>&-; }
docker() { command docker "$@" 3>&- 8>&- 9>&-; }
lock 9 "$resource"
mark_of() { cat "/var/lib/petbase/$1" 2>/dev/null || :; }
mark() {
  mkdir -p "/var/lib/petbase/${1%/*}"
  printf '%s %s\n' "$2" "$stack" >"/var/lib/petbase/$1+"
  mv "/var/lib/petbase/$1+" "/var/lib/petbase/$1"
}
claim() {
  held=$(mark_of "$1")
  [ -z "$held" ] || [ "${held#* }" = "$stack" ] ||
    fail "$1 belongs to the stack ${held#* }, not to $stack; to hand it over, remove /var/lib/petbase/$1 on the server"
}
dokku --quiet apps:list >/dev/null || fail "Dokku does not answer on this server; nothing was changed. Try: dokku apps:list"
app_exists() {
  asked=0
  dokku apps:exists "$1" || asked=$?
  case $asked in
    0) return 0 ;;
    20) return 1 ;;
    *) fail "dokku apps:exists $1 answered $asked; nothing was changed" ;;
  esac
}
service_exists() {
  services=$(dokku --quiet postgres:list) || fail "the plugin does not answer (dokku postgres:list); nothing was changed"
  printf '%s\n' "$services" | grep -qxF -e "$1"
}
root=/var/lib/dokku/services/postgres/$service
database=$(printf %s "$service" | tr -- - _)
copied=$(printf 'DOKKU_POSTGRES_%s_ENV_POSTGRES_PASSWORD' "$service" | tr 'a-z.-' 'A-Z__')
sql() { { echo '\set QUIET on'; echo '\pset format unaligned'; echo '\pset tuples_only on'; cat; } | feed postgres:connect "$service"; }
tables_outside_the_system() { sql <<SQL
SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
WHERE relkind IN ('r', 'p', 'm', 'f') AND nspname ~ '$1' AND nspname !~ '^(pg_|information_schema)';
SQL
}
beside() { docker exec --interactive "dokku.postgres.$service" "$@"; }
carry() { beside sh -c 'umask 077; rm -f "$1"; cat >"$1" || { cat >/dev/null; exit 1; }' sh "$carried"; }
put_down() { beside rm -f "$carried" </dev/null; }
room() {
  { df -P -k "$1"; beside df -P -k /tmp </dev/null; } |
    awk '$4 ~ /^[0-9]+$/ && (!disks++ || $4 < least) { least = $4 } END { printf "%.0f\n", least * 1024 }'
}
drop_scratch() { dropped "$1" || { unsubscribed | inside "$1" && dropped "$1"; }; }
dropped() { beside dropdb --username postgres --if-exists --force "$1" </dev/null; }
unsubscribed() { cat <<'SQL'
SELECT format(command, subname) FROM pg_subscription JOIN pg_database d ON d.oid = subdbid,
  unnest(ARRAY['ALTER SUBSCRIPTION %I SET (slot_name = NONE)', 'DROP SUBSCRIPTION %I']) WITH ORDINALITY AS c (command, turn)
  WHERE datname = current_database() ORDER BY subname, turn \gexec
SQL
}
inside() {
  as=replica
  [ "$1" != "$database" ] || as=origin
  docker exec --interactive --env PGOPTIONS="-c session_replication_role=$as" "dokku.postgres.$service" \
    psql --username postgres --no-psqlrc --quiet --no-align --tuples-only --set ON_ERROR_STOP=1 --dbname "$1"
}
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
  if [ "$load_only" != schema ]; then picked 'petbase load' "$load_views" post-data 1 || return 1; fi
  picked postgres "$load_last" post-data 1 && { [ "$load_only" != all ] || taken_back | in_scratch; }
}
in_scratch() { inside "$into"; }
picked() {
  [ -z "$2" ] || printf '%s\n' "$2" |
    chosen --exit-on-error --no-owner --no-acl --username "$1" --section "$3" --jobs "$4" --dbname "$into"
}
chosen() { beside pg_restore --use-list /dev/stdin "$@" "$carried"; }
cores() { if [ "$(nproc)" -lt 4 ]; then nproc; else echo 4; fi; }
abreast() { cat <<SQL
SELECT CASE WHEN EXISTS (SELECT FROM pg_depend d LEFT JOIN pg_attrdef a ON d.classid = 'pg_attrdef'::regclass AND a.oid = d.objid
    LEFT JOIN pg_attribute c ON c.attrelid = adrelid AND c.attnum = adnum
  WHERE d.refclassid IN ('pg_proc'::regclass, 'pg_operator'::regclass) AND d.refobjid >= 16384
    AND (d.classid IN ('pg_constraint'::regclass, 'pg_class'::regclass) OR attgenerated <> '')
    AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = d.refclassid AND e.objid = d.refobjid AND e.deptype = 'e'))
  THEN 1 ELSE $(cores) END;
SQL
}
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
lodgers() { sql <<SQL
SELECT rolname FROM pg_roles r WHERE rolcanlogin AND (rolname = '$1' OR EXISTS (
  SELECT FROM pg_db_role_setting, unnest(setconfig) c WHERE setrole = r.oid
    AND starts_with(c || ',', 'search_path=' || quote_ident('$1') || ','))) ORDER BY 1;
SQL
}
owners() { cat <<SQL
REVOKE ALL ON DATABASE "$database" FROM PUBLIC;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
SELECT format('ALTER SCHEMA %I OWNER TO %I', nspname, rolname) FROM pg_namespace JOIN pg_roles r ON rolname = nspname
  WHERE nspname !~ '^pg_' AND nspowner <> r.oid \gexec
SELECT format('ALTER %s %s OWNER TO %I', kind, object, rolname) FROM (
  SELECT 'pg_class'::regclass AS catalog, oid, 'TABLE' AS kind, oid::regclass::text AS object, relnamespace AS schema,
    relowner AS owner FROM pg_class WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
  UNION ALL SELECT 'pg_proc'::regclass, oid, 'ROUTINE', oid::regprocedure::text, pronamespace, proowner FROM pg_proc
  UNION ALL SELECT 'pg_type'::regclass, oid, 'TYPE', oid::regtype::text, typnamespace, typowner FROM pg_type
    WHERE typtype IN ('e', 'd', 'r', 'c')
) thing JOIN pg_namespace n ON n.oid = schema JOIN pg_roles r ON rolname = nspname
  WHERE nspname !~ '^pg_' AND owner <> r.oid AND NOT EXISTS (
    SELECT FROM pg_depend d WHERE d.classid = catalog AND d.objid = thing.oid AND objsubid = 0
      AND (deptype IN ('i', 'e') OR deptype = 'a' AND refobjsubid > 0)) \gexec
SELECT format('GRANT USAGE ON SCHEMA %I TO %I', nspname, r.rolname),
  format('GRANT SELECT ON ALL TABLES IN SCHEMA %I TO %I', nspname, r.rolname),
  format('ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA %I GRANT SELECT ON TABLES TO %I', o.rolname, nspname, r.rolname)
  FROM pg_namespace JOIN pg_roles o ON o.rolname = nspname JOIN pg_roles r ON r.rolname = nspname || ' readers' \gexec
SELECT 'GRANT USAGE ON SCHEMA extensions TO PUBLIC' FROM pg_namespace WHERE nspname = 'extensions' \gexec
SQL
}
settled_like_live() { inside postgres <<SQL
ALTER DATABASE "$1" RESET ALL;
SELECT format('ALTER ROLE %I IN DATABASE %I RESET ALL', rolname, '$1') FROM pg_db_role_setting
  JOIN pg_roles r ON r.oid = setrole JOIN pg_database d ON d.oid = setdatabase WHERE datname = '$1' \gexec
$(settings_like_live "$1")
SQL
}
settings_like_live() { cat <<SQL
SELECT format('ALTER %s SET %I = %s', CASE setrole WHEN 0 THEN format('DATABASE %I', '$1')
    ELSE format('ROLE %I IN DATABASE %I', rolname, '$1') END, name, CASE
    WHEN name NOT IN ('search_path', 'temp_tablespaces', 'local_preload_libraries', 'session_preload_libraries')
    THEN quote_literal(value) WHEN value IN ('', '""') THEN '''''' ELSE value END)
  FROM pg_db_role_setting JOIN pg_database d ON d.oid = setdatabase LEFT JOIN pg_roles r ON r.oid = setrole,
    unnest(setconfig) AS c, split_part(c, '=', 1) AS name, substr(c, strpos(c, '=') + 1) AS value
  WHERE datname = '$database' \gexec
SELECT format('GRANT %s ON DATABASE %I TO %I', privilege_type, '$1', rolname)
  FROM pg_database, aclexplode(datacl) JOIN pg_roles r ON r.oid = grantee WHERE datname = '$database' \gexec
SELECT format('ALTER DATABASE %I CONNECTION LIMIT %s', '$1', datconnlimit) FROM pg_database WHERE datname = '$database' \gexec
SQL
}
evict() {
  turn=0
  while [ "$turn" -lt 80 ]; do
    turn=$((turn + 1))
    cat <<SQL
SELECT count(pg_terminate_backend(pid)) FROM (SELECT pid, bool_and(pid = ${holder:-0}) OVER () AS alone FROM pg_stat_activity
  WHERE datid IN ($1, $2) AND pid <> pg_backend_pid()) s WHERE alone OR pid <> ${holder:-0};
SELECT pg_sleep(0.1);
SELECT NOT EXISTS (SELECT FROM pg_database WHERE oid = $1 AND datname = '$database') AS gone \gset
\if :gone
\q
\endif
SQL
  done | inside postgres
}
missing_roles() {
  role=$(role_in "$1")
  [ -n "$role" ] || return 1
  last=
  while [ "$role" != "$last" ]; do
    step "$service: the dump names the role $role, which is not here; it is made, without a login"
    printf 'CREATE ROLE "%s" NOLOGIN;\n' "$(printf %s "$role" | sed 's/"/""/g')" | inside postgres || return 1
    last=$role
    if { like_live petbase_schema && load petbase_schema schema; } 2>"$log.roles"; then
      rm -f "$log.roles"
      drop_scratch petbase_schema
      return
    fi
    cat "$log.roles" >&2
    role=$(role_in "$log.roles")
    [ -n "$role" ] || return 1
  done
  return 1
}
role_in() { sed -n 's/.*ERROR:  role "\(.*\)" does not exist$/\1/p' "$1" | tail -n 1; }
oid_of() { echo "SELECT oid FROM pg_database WHERE datname = '$1';" | inside postgres; }
dated() { printf '%.36s before %s' "$1" "$now"; }
comment() { cat <<SQL
SELECT format('COMMENT ON $1 %I IS %L', '$2', json_build_object('petbase', '$3', 'of', '$4', 'dump', '$from', 'at', '$now')) \gexec
SQL
}
swap_database() {
  old=$(dated "$database")
  live_oid=$(oid_of "$database") && new_oid=$(oid_of "$1") || return 1
  [ -n "$live_oid" ] && [ -n "$new_oid" ] || return 1
  evict "$live_oid" "$new_oid" >/dev/null 3>&- 8>&- 9>&- &
  evicting=$!
  renamed=0
  inside postgres <<SQL || renamed=$?
BEGIN;
ALTER DATABASE "$database" RENAME TO "$old";
ALTER DATABASE "$1" RENAME TO "$database";
COMMENT ON DATABASE "$database" IS NULL;
$(comment DATABASE "$old" before "$database")
SELECT format('REVOKE ALL ON DATABASE %I FROM %I', '$old', rolname) FROM pg_database, aclexplode(datacl)
  JOIN pg_roles r ON r.oid = grantee WHERE datname = '$old' AND grantee <> datdba \gexec
COMMIT;
SQL
  wait "$evicting" || :
  [ "$renamed" = 0 ] || [ "$(oid_of "$database" || :)" = "$new_oid" ]
}
outside_needs() { cat <<SQL
SELECT format('DO %L', format('BEGIN RAISE EXCEPTION USING MESSAGE = %L; END', format(
    'something outside the schema %s depends on it, so nothing was changed: %s', '$1', string_agg(DISTINCT what, '; '))))
  FROM pg_namespace n
  CROSS JOIN LATERAL (SELECT 'pg_class'::regclass AS catalog, oid FROM pg_class WHERE relnamespace = n.oid
    UNION ALL SELECT 'pg_proc'::regclass, oid FROM pg_proc WHERE pronamespace = n.oid
    UNION ALL SELECT 'pg_type'::regclass, oid FROM pg_type WHERE typnamespace = n.oid
    UNION ALL SELECT 'pg_constraint'::regclass, oid FROM pg_constraint WHERE connamespace = n.oid
    UNION ALL SELECT 'pg_namespace'::regclass, n.oid) AS thing
  JOIN pg_depend d ON refclassid = thing.catalog AND refobjid = thing.oid AND d.classid <> 'pg_default_acl'::regclass
  CROSS JOIN LATERAL COALESCE((pg_identify_object(d.classid, objid, 0)).schema,
    (pg_identify_object_as_address(d.classid, objid, 0)).object_names[1]) AS home
  CROSS JOIN LATERAL pg_describe_object(d.classid, objid, objsubid) AS what
  WHERE nspname = '$1' AND home NOT IN ('$1', quote_ident('$1')) AND home !~ '^pg_toast' HAVING count(*) > 0 \gexec
SQL
}
schema_oid() { echo "SELECT oid FROM pg_namespace WHERE nspname = '$1';" | inside "$database"; }
exchange_schema() {
  old=$(dated "$1")
  before=$(schema_oid "$1") || return 1
  { begins "$1" && "$2" && ends "$1"; } | inside "$database" || :
  after=$(schema_oid "$1") && [ -n "$after" ] && [ "$after" != "$before" ] || return 1
  [ -z "$before" ] || tell old "$old"
  put_out "$1"
}
begins() { cat <<SQL
BEGIN;
SET LOCAL lock_timeout = '30s';
$(outside_needs "$1")
SELECT format('ALTER SCHEMA %I RENAME TO %I', nspname, '$old') FROM pg_namespace WHERE nspname = '$1' \gexec
SQL
}
ends() { cat <<SQL
$(owners)
SELECT format(command, nspname) FROM pg_namespace, unnest(ARRAY['ALTER SCHEMA %I OWNER TO postgres',
  'REVOKE ALL ON SCHEMA %I FROM PUBLIC']) AS command WHERE nspname = '$old' \gexec
SELECT format('REVOKE ALL ON SCHEMA %I FROM %I', nspname, rolname) FROM pg_namespace, aclexplode(nspacl)
  JOIN pg_roles r ON r.oid = grantee WHERE nspname = '$old' AND grantee <> nspowner \gexec
SELECT format('COMMENT ON SCHEMA %I IS %L', nspname, json_build_object('petbase', 'before', 'of', '$1', 'dump', '$from', 'at',
  '$now')) FROM pg_namespace WHERE nspname = '$old' \gexec
COMMIT;
SQL
}
put_out() { sql <<SQL
SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
  AND usename = ANY (string_to_array('$(lodgers "$1" | paste -s -d ' ')', ' '));
SQL
}
schemas_of() { inside "$1" <<SQL
SELECT quoted FROM (SELECT '"' || replace(nspname, '"', '""') || '"' AS quoted FROM pg_namespace WHERE nspname !~ '^pg_'
  AND nspname NOT IN ('information_schema', 'extensions')) s ORDER BY quoted COLLATE "C";
SQL
}
extensions_from() {
  lacking=$(inside "$1" <<SQL
SELECT format('CREATE SCHEMA IF NOT EXISTS %I; CREATE EXTENSION IF NOT EXISTS %I SCHEMA %1\$I CASCADE;', nspname, extname)
  FROM pg_extension JOIN pg_namespace n ON n.oid = extnamespace WHERE nspname IN ('public', 'extensions');
SQL
  ) || return 1
  printf 'SET client_min_messages = warning;\n%s\n' "$lacking" | inside "$2"
}
hold() {
  mkfifo "$log.hold"
  inside "$database" <"$log.hold" >"$log.held" 3>&- 8>&- 9>&- &
  exec 6>"$log.hold"
  list=$(printf '%s\n' "$@" | sed "s/^\"\(.*\)\"$/\1/; s/\"\"/\"/g; s/'/''/g; s/.*/'&'/" | paste -s -d ,)
  cat >&6 <<SQL
BEGIN;
SET LOCAL lock_timeout = '30s';
SELECT format('LOCK TABLE %I.%I IN SHARE MODE', nspname, relname) FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace
  WHERE relkind IN ('r', 'p') AND nspname IN ($list) ORDER BY 1 \gexec
SELECT 'held by ' || pg_backend_pid();
SQL
  tries=0
  until holder=$(sed -n 's/^held by //p' "$log.held") && [ -n "$holder" ]; do
    tries=$((tries + 1))
    [ "$tries" -lt 400 ] || { holder=0; return 1; }
    sleep 0.1
  done
}
release() { if [ -n "${holder:-}" ]; then exec 6>&-; holder=; fi; rm -f "$log.hold" "$log.held"; }
taken_along() {
  extensions_from "$database" "$1" || return 1
  schemas_of "$database" >"$log.live" && schemas_of "$1" >"$log.new" || return 1
  LC_ALL=C comm -23 "$log.live" "$log.new" >"$log.younger"
  rm -f "$log.live" "$log.new"
  target=$1
  shift
  while IFS= read -r schema_name; do set -- "$@" "$schema_name"; done <"$log.younger"
  rm -f "$log.younger"
  [ "$#" -gt 0 ] || return 0
  step "$service: taking along what the dump does not know: $*"
  hold "$@" || return 1
  large=$(echo "SELECT count(*) FROM pg_largeobject_metadata l JOIN pg_roles r ON r.oid = lomowner WHERE rolname IN ($list);" |
    inside "$database") || return 1
  [ "$large" = 0 ] || step "$service: their large objects ($large) stay in the old data, since they belong to no schema"
  for schema_name in "$@"; do
    set -- "$@" --schema "$schema_name"
    shift
  done
  put_down && beside pg_dump --username postgres --format custom --no-owner --no-acl --file "$carried" "$@" --dbname "$database" </dev/null &&
    load "$target" && put_down
}
now=$(date -u '+%Y-%m-%d %H:%M:%S')
from=$(printf %s "$dump" | sed "s/'/''/g")
made=
own=/tmp/petbase_restore
carried=$own
tidy() {
  { [ "$rc" != 0 ] && [ "$carried" = "${file:-}" ] && ! tight; } || put_down || :
  release
  [ -z "${watching:-}" ] || kill "$watching" || :
  [ -z "$made" ] || drop_scratch "$made" || :
  rm -f "$log".*
}
tight() { [ "$(df -P -k "$root/data" | awk 'NR == 2 { print $4 }')" -lt 65536 ]; }
tell() { printf '@%s\n' "$*" >&3 || :; }
stays() { fail "$*; $service is as it was"; }
settled() {
  settled_like_live "$1" || stays "the settings of $database could not be copied"
  step "$service: giving every object to its app's role"
  given "$1"
  echo 'ANALYZE;' | inside "$1" || stays "the restored data could not be read through"
}
given() { (database=$1; owners) | inside "$1" || stays "the owners could not be put right"; }
fingerprint_of_database() {
  written=$(beside pg_dump --username postgres --schema-only --no-owner --no-acl --dbname "$1" </dev/null) || return 1
  printf '%s\n' "$written" | awk '
    /^-- Name: / { if (entries++) print entry; entry = ""; next }
    !entries || /^$/ || /^--$/ || /^-- PostgreSQL database dump complete$/ || /^\\unrestrict / { next }
    /^SET default_(tablespace|table_access_method) = / { next }
    { entry = entry "\001" $0 }
    END { if (entries) print entry }' | LC_ALL=C sort | sha256sum | cut -d ' ' -f 1
}
fingerprint_of_dump() {
  { like_live petbase_schema && load petbase_schema schema; } || return 1
  fingerprint_of_database petbase_schema || return 1
  drop_scratch petbase_schema
}
refuse() { printf '%s\n' "$*"; exit 2; }
claim "services/$service"
service_exists "$service" || fail "database $service is not on this server; nothing was changed. Run pulumi up first"
runs=$(echo 'SHOW server_version_num;' | sql) || fail "$service does not answer; nothing was changed. Look at: dokku postgres:logs $service"
size=$(beside stat -c %s "$file" </dev/null) && [ "$size" != 0 ] ||
  fail "the dump is not on the server any more; nothing was changed. Run the same command again"
listed=$(beside pg_restore --list "$file" </dev/null) || fail "the server's PostgreSQL cannot read this dump; nothing was changed"
dumped=$(sed -n 's/^; *Dumped from database version: \([0-9]*\).*/\1/p' <<LIST
$listed
LIST
)
runs=$((runs / 10000))
[ "${dumped:-0}" -le "$runs" ] ||
  refuse "the dump is of PostgreSQL $dumped and $service runs $runs, which cannot take it; nothing was changed. It needs a database of version $dumped or later"
live=$(echo 'SELECT pg_database_size(current_database());' | sql) || fail "$service does not answer; nothing was changed"
free=$(room "$root/data")
needs=$((size * 3))
[ "$needs" -gt "$live" ] || needs=$live
needs=$((needs + 67108864))
[ "$free" -gt "$needs" ] ||
  refuse "the server's disk has $((free / 1000000)) MB free and a restore needs about $((needs / 1000000)) MB beside the live data; nothing was changed. What restores left behind: ./petbase kept; a bigger disk: ./petbase resize"
watch() {
  grows=$(find "$root/data" -maxdepth 4 -path "*/base/$(oid_of "$made")")
  while [ -n "$grows" ] && kill -0 "$$" 2>/dev/null; do
    sleep 1 3>&-
    came=$(du -s -k "$grows" 2>/dev/null | cut -f 1)
    [ -z "$came" ] || tell progress "$((came * 1024))"
  done
}
large_objects() {
  printf '%s\n' "$listed" | grep -E '^[0-9]+; 2613 ' >"$log.large" || return 0
  chosen --file - <"$log.large" >"$log.owners" || return 1
  { echo '\set ON_ERROR_STOP off'; grep '^ALTER LARGE OBJECT [0-9]* OWNER TO ' "$log.owners"; } | inside "$made"
}
if [ "$scope" = aside ] && [ -n "$(oid_of "$aside")" ]; then
  fail "$service has a database $aside already; nothing was changed. Take another name, or first: ./petbase drop-data $aside"
fi
made=petbase_restore
step "$service: restoring the dump into a database of its own"
like_live "$made" || stays "no database could be made beside the live one"
watch 8>&- 9>&- &
watching=$!
carried=$file
load "$made" || { missing_roles "$log" && like_live "$made" && load "$made"; } || stays "the dump could not be restored"
kill "$watching" || :
watching=
step "$service: comparing what came with what the dump says"
said=$(fingerprint_of_dump) || stays "the dump's schema could not be read"
came=$(fingerprint_of_database "$made") || stays "the restored schema could not be read"
[ "$said" = "$came" ] || stays "what came has another schema than the dump says ($came, not $said)"
tell fingerprint "$came"
large_objects || stays "the dump's large objects could not be given to their roles"
put_down
carried=$own
lock 8 services
settled "$made"
inside postgres <<SQL || stays "the restored database could not get its name"
BEGIN;
ALTER DATABASE "$made" RENAME TO "$aside";
$(comment DATABASE "$aside" aside "$database")
COMMIT;
SQL
made=
tell aside "$aside"
