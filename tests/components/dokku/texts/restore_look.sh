# look at a dump for db
set -eu
resource=look.db
stack=petbase/prod
service=db
file=/var/lib/petbase/restores/db/c0ffee
{ IFS= read -r _ && IFS= read -r last && [ "$last" = end ]; } || { echo "the standard input came cut off; nothing was done"; exit 65; }
trap '' HUP PIPE
log=$(mktemp)
printf %4096s . >"$log" || { rm -f "$log"; echo "the disk of the server is full; nothing was done. Look at: df --human-readable"; exit 1; }
exec 3>&1 >"$log" 2>&1 </dev/null
trap 'rc=$?; [ "$rc" = 0 ] || tail -n 40 "$log" | sed "s#://[^ ]*@#://***@#g" >&3; rm -f "$log"; exit "$rc"' EXIT
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
drop_scratch() { dropped "$1" || { unsubscribed | inside "$1" && dropped "$1"; }; }
dropped() { beside dropdb --username postgres --if-exists --force "$1" </dev/null; }
unsubscribed() { cat <<'SQL'
SELECT format(command, subname) FROM pg_subscription JOIN pg_database d ON d.oid = subdbid,
  unnest(ARRAY['ALTER SUBSCRIPTION %I SET (slot_name = NONE)', 'DROP SUBSCRIPTION %I']) WITH ORDINALITY AS c (command, turn)
  WHERE datname = current_database() ORDER BY subname, turn \gexec
SQL
}
inside() { beside psql --username postgres --no-psqlrc --quiet --no-align --tuples-only --set ON_ERROR_STOP=1 --dbname "$1"; }
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
carry() { beside sh -c 'umask 077; rm -f "$1"; cat >"$1" || { cat >/dev/null; exit 1; }' sh "$carried"; }
put_down() { beside rm -f "$carried" </dev/null; }
room() {
  { df -P -k "$1"; beside df -P -k /tmp </dev/null; } |
    awk '$4 ~ /^[0-9]+$/ && (!disks++ || $4 < least) { least = $4 } END { printf "%.0f\n", least * 1024 }'
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
SELECT format('GRANT SELECT, INSERT ON %s TO "petbase load"', objid::regclass) FROM pg_depend JOIN pg_class c ON c.oid = objid
  WHERE classid = 'pg_class'::regclass AND deptype = 'e' AND relkind IN ('r', 'p') \gexec
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
refuse() { printf '%s\n' "$*"; exit 2; }
claim "services/$service"
service_exists "$service" || fail "database $service is not on this server; nothing was changed. Run pulumi up first"
[ -s "$file" ] || fail "the dump is not on the server any more; nothing was changed. Run the same command again"
listed=$(beside pg_restore --list <"$file") || fail "the server's PostgreSQL cannot read this dump; nothing was changed"
dumped=$(sed -n 's/^; *Dumped from database version: \([0-9]*\).*/\1/p' <<LIST
$listed
LIST
)
runs=$(echo 'SHOW server_version_num;' | sql) || fail "$service does not answer; nothing was changed. Look at: dokku postgres:logs $service"
runs=$((runs / 10000))
[ "${dumped:-0}" -le "$runs" ] ||
  refuse "the dump is of PostgreSQL $dumped and $service runs $runs, which cannot take it; nothing was changed. It needs a database of version $dumped or later"
live=$(echo 'SELECT pg_database_size(current_database());' | sql) || fail "$service does not answer; nothing was changed"
free=$(room "$root/data")
size=$(stat -c %s "$file")
needs=$((size * 3))
[ "$needs" -gt "$live" ] || needs=$live
needs=$((needs + size + 67108864))
[ "$free" -gt "$needs" ] ||
  refuse "the server's disk has $((free / 1000000)) MB free and a restore needs about $((needs / 1000000)) MB beside the live data; nothing was changed. What restores left behind: ./petbase kept; a bigger disk: ./petbase resize"
printf '@live %s\n@free %s\n%s\n' "$live" "$free" "$listed" >&3
