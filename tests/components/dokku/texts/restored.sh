# owners of db
set -eu
resource=restore.db
stack=petbase/prod
service=db
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
lock 8 services
text=$(owners)
printf '%s\n' "$text" | sql
step "$service: every object belongs to its app's role again"
