# drop the data of fruits
set -eu
resource=link.db.fruits
stack=petbase/prod
service=db
app=fruits
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
lodgers() { sql <<SQL
SELECT rolname FROM pg_roles r WHERE rolcanlogin AND (rolname = '$1' OR EXISTS (
  SELECT FROM pg_db_role_setting, unnest(setconfig) c WHERE setrole = r.oid
    AND starts_with(c || ',', 'search_path=' || quote_ident('$1') || ','))) ORDER BY 1;
SQL
}
claim "links/$service/$app"
service_exists "$service" || fail "database $service is not on this server; nothing was changed"
lock 8 services
links=$(dokku postgres:links "$service") || fail "dokku postgres:links did not answer; nothing was changed"
if printf '%s\n' "$links" | grep -qxF -e "$app"; then
  fail "$app is linked to $service, so its data is in use; nothing was dropped. First take it out of the stack file and run pulumi up"
fi
others=$(lodgers "$app") || fail "$service does not answer; nothing was dropped"
[ -z "$others" ] || fail "the schema $app is in use by $(printf '%s\n' "$others" | paste -s -d ' '); nothing was dropped"
outside() { cat <<SQL
SELECT set_config('petbase.$1', ((SELECT count(*) FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
    JOIN pg_namespace n ON n.oid = relnamespace WHERE NOT attisdropped AND nspname <> '$app' AND nspname !~ '^pg_')
  + (SELECT count(*) FROM pg_constraint JOIN pg_namespace n ON n.oid = connamespace WHERE nspname <> '$app'))::text, true);
SQL
}
step "$app: dropping its schema and its role"
sql <<SQL
BEGIN;
SET LOCAL lock_timeout = '5s';
$(outside before)
DROP SCHEMA IF EXISTS "$app" CASCADE;
$(outside after)
DO 'BEGIN IF current_setting(''petbase.before'') <> current_setting(''petbase.after'') THEN
  RAISE EXCEPTION ''something outside the schema $app depends on it; nothing was dropped''; END IF; END';
SELECT format(command, rolname) FROM pg_roles, unnest(ARRAY['REASSIGN OWNED BY %I TO postgres', 'DROP OWNED BY %I',
  'DROP ROLE %I']) WITH ORDINALITY AS c (command, turn)
  WHERE rolname IN ('$app', '$app readers') AND NOT rolcanlogin AND NOT rolsuper AND NOT EXISTS (
    SELECT FROM pg_shdepend d JOIN pg_database b ON b.oid = dbid WHERE refclassid = 'pg_authid'::regclass
      AND refobjid = pg_roles.oid AND datname <> current_database()) ORDER BY rolname, turn \gexec
COMMIT;
SQL
left=$(sql <<SQL
SELECT rolname FROM pg_roles WHERE rolname = '$app';
SQL
) || left=
[ -z "$left" ] || step "$app: its role stays, closed: what a restore put aside is its own. ./petbase kept lists that"
step "$app: its data is gone"
