# isolate fruits
set -eu
resource=link.db.fruits
stack=petbase/prod
service=db
app=fruits
schema=fruits
access=schema
reads=''
extensions=''
connections=-1
statement_timeout=''
all=no
set -- fruits 'it'"'"'s'
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
room() { cat <<SQL
SELECT format('CREATE ROLE %I NOLOGIN', name) FROM (
  SELECT unnest(ARRAY['$schema', '$app'] || string_to_array('$reads', ' '))
  UNION SELECT unnest(string_to_array('$reads', ' ')) || ' readers') AS roles (name)
  WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \gexec
ALTER ROLE "$app" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS CONNECTION LIMIT $connections PASSWORD '$password';
ALTER ROLE "$app" IN DATABASE "$database" SET search_path = "$schema", extensions;
SELECT 'ALTER ROLE "$app" IN DATABASE "$database" '
  || CASE WHEN '$statement_timeout' = '' THEN 'RESET statement_timeout' ELSE 'SET statement_timeout = ''$statement_timeout''' END \gexec
SELECT 'GRANT "$schema" TO "$app"' WHERE '$schema' <> '$app' \gexec
-- In a shared schema all that one app makes belongs to the schema's role, so that the others can use it.
SELECT 'ALTER ROLE "$app" IN DATABASE "$database" '
  || CASE WHEN '$schema' = '$app' THEN 'RESET role' ELSE 'SET role = "$schema"' END \gexec
SELECT format('CREATE SCHEMA IF NOT EXISTS %1\$I AUTHORIZATION %1\$I', name)
  FROM unnest(ARRAY['$schema'] || string_to_array('$reads', ' ')) AS name \gexec
GRANT CONNECT, TEMPORARY ON DATABASE "$database" TO "$app";
-- Membership is the cluster's, so it outlives a restore; what the readers may do is given in own.sh, again and again.
SELECT format('GRANT %I TO "$schema"', name || ' readers') FROM unnest(string_to_array('$reads', ' ')) AS name \gexec
SELECT format('REVOKE %I FROM "$schema"', g.rolname) FROM pg_auth_members JOIN pg_roles g ON g.oid = roleid
  JOIN pg_roles m ON m.oid = member WHERE m.rolname = '$schema' AND g.rolname LIKE '% readers'
  AND g.rolname <> ALL (SELECT unnest(string_to_array('$reads', ' ')) || ' readers') \gexec
-- An extension stands in a database once. In public, the superuser's, no app with a role of its own would find it.
CREATE SCHEMA IF NOT EXISTS extensions;
ALTER DATABASE "$database" SET search_path = "\$user", public, extensions;
SELECT format('ALTER EXTENSION %I SET SCHEMA extensions', extname) FROM pg_extension
  WHERE extname = ANY (string_to_array('$extensions', ' ')) AND extnamespace = 'public'::regnamespace \gexec
SELECT format('CREATE EXTENSION IF NOT EXISTS %I SCHEMA extensions CASCADE', name)
  FROM unnest(string_to_array('$extensions', ' ')) AS name \gexec
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
moved=/var/lib/petbase/was/$app
certificate() {
  folder=/run/petbase.certificate.$app
  rm -rf "$folder"
  mkdir -m 700 "$folder"
  dokku certs:show "$old" crt >"$folder/server.crt"
  dokku certs:show "$old" key >"$folder/server.key"
  tar --create --directory "$folder" server.crt server.key | feed certs:add "$app"
  rm -rf "$folder"
}
move_in() {
  read -r old deployed names <"$moved"
  if [ "$deployed" = true ]; then
    step "$app: building it under its new name"
    dokku ps:rebuild "$app"
  fi
  lock 8 services
  if app_exists "$old"; then
    if [ "$(dokku certs:report "$old" --ssl-enabled)" = true ]; then certificate; fi
    [ -z "$names" ] || dokku domains:set "$app" $names
    step "$old: goes, now that $app is here"
    dokku apps:destroy "$old" --force
  fi
  exec 8>&-
  rm -f "$moved"
}
pending=/var/lib/petbase/restarts/$app
changing() { mkdir -p "${pending%/*}"; : >"$pending"; }
restarted() {
  if [ -e "$moved" ]; then
    move_in
  elif [ -e "$pending" ] && [ "$(dokku ps:report "$app" --deployed)" = true ]; then
    step "$app: restarting with its new $1"
    dokku ps:restart "$app"
  fi
  rm -f "$pending"
}
moves() { cat <<SQL
SET LOCAL lock_timeout = '5s';
SELECT format('ALTER %s %s SET SCHEMA %I', kind, object, '$2') FROM (
  SELECT 'pg_proc'::regclass AS catalog, oid, 'ROUTINE' AS kind, oid::regprocedure::text AS object, proname AS name,
    pronamespace AS schema, 1 AS turn FROM pg_proc
  UNION ALL SELECT 'pg_class'::regclass, oid, 'TABLE', oid::regclass::text, relname, relnamespace, 2
    FROM pg_class WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
  UNION ALL SELECT 'pg_type'::regclass, oid, 'TYPE', oid::regtype::text, typname, typnamespace, 3
    FROM pg_type WHERE typtype IN ('e', 'd', 'r') OR typtype = 'c' AND EXISTS (
      SELECT FROM pg_class WHERE oid = typrelid AND relkind = 'c')
) thing WHERE schema = (SELECT oid FROM pg_namespace WHERE nspname = '$1') AND NOT EXISTS (
    SELECT FROM pg_depend d WHERE d.classid = catalog AND d.objid = thing.oid AND objsubid = 0
      AND (deptype IN ('i', 'e') OR deptype = 'a' AND refobjsubid > 0))
  AND ('$all' = 'yes' OR name = ANY (ARRAY[$names]::text[]) OR kind = 'TYPE' AND (
    SELECT bool_and(relname = ANY (ARRAY[$names]::text[])) FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
      JOIN pg_type t ON t.oid = atttypid WHERE relnamespace = schema AND relkind IN ('r', 'p', 'f')
      AND thing.oid IN (t.oid, t.typelem)))
  ORDER BY turn \gexec
SQL
}
claim "links/$service/$app"
app_exists "$app" || fail "app $app is not on this server; nothing was changed"
service_exists "$service" || fail "database $service is not on this server; nothing was changed"
lock 8 services
names=
for name in "$@"; do names="${names:+$names, }'$(printf %s "$name" | sed "s/'/''/g")'"; done
step "$app: moving out of public, into the schema $schema"
text=$(moves public "$schema" && owners)
sql <<SQL
BEGIN;
SELECT format('CREATE ROLE %I NOLOGIN', '$schema') WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '$schema') \gexec
CREATE SCHEMA IF NOT EXISTS "$schema" AUTHORIZATION "$schema";
$text
COMMIT;
SQL
mark "links/$service/$app" schema
claim "links/$service/$app"
app_exists "$app" || fail "app $app is not on this server; nothing was changed. Raise generation in the stack file and run pulumi up"
service_exists "$service" || fail "database $service is not on this server; nothing was changed. Raise generation in the stack file and run pulumi up"
superuser=$(dokku postgres:info "$service" --dsn)
host=${superuser##*@}
unsure() { fail "dokku $1 did not answer; nothing was changed"; }
is_linked() {
  links=$(dokku postgres:links "$service") || unsure postgres:links
  printf '%s\n' "$links" | grep -qxF -e "$app" || return 1
  [ "$current" != "$superuser" ] || return 0
  options=$(dokku docker-options:report "$app") || unsure docker-options:report
  printf '%s\n' "$options" | grep -qF -e "--link dokku.postgres.$service:"
}
keeps_superuser() {
  [ "$linked" = yes ] && [ "${held%% *}" != schema ] && [ "$current" = "$superuser" ] || return 1
  tables=$(tables_outside_the_system '^public$') || unsure postgres:connect
  [ "$tables" != 0 ]
}
own_url() {
  password=${current#"postgres://$app:"}
  password=${password%"@$host"}
  case $password in '' | *[!0-9a-f]*) password=$(openssl rand -hex 24) ;; esac
  url=postgres://$app:$password@$host
}
wants_variables() {
  [ "$current" != "$url" ] || { [ "$access" = schema ] && [ "$(dokku config:get "$app" "$copied" || :)" != hidden ]; }
}
variables() {
  printf 'DATABASE_URL=%s\n' "$url"
  [ "$access" = superuser ] || printf '%s=hidden\n' "$copied"
}
lock 8 services
held=$(mark_of "links/$service/$app")
current=$(dokku config:get "$app" DATABASE_URL) || current=
case $current in
  '' | postgres://*@dokku-postgres-*) ;;
  *) fail "$app: its DATABASE_URL leads elsewhere; if it may go, run: dokku config:unset $app DATABASE_URL" ;;
esac
if is_linked; then linked=yes; else linked=no; fi
if [ "$access" = schema ] && keeps_superuser; then
  step "$app: keeps its superuser link, public holds $tables of its tables; ./petbase isolate $app moves them"
  access=superuser
fi
kind=$access
if [ "$access" = superuser ] && [ "$linked" = yes ]; then kind=${held%% *}; kind=${kind:-found}; fi
lacking=
if [ -n "$extensions" ] && [ "$access" = schema ]; then
  lacking=$(sql <<SQL
SELECT string_agg(name, ', ') FROM unnest(string_to_array('$extensions', ' ')) AS name
  WHERE name NOT IN (SELECT name FROM pg_available_extensions);
SQL
  ) || unsure postgres:connect
fi
[ -z "$lacking" ] || fail "the PostgreSQL of $service has no extension $lacking; nothing was changed. Take it out of apps.$app.extensions"
mark "links/$service/$app" "$kind"
url=$superuser
if [ "$access" = schema ]; then
  if [ -n "${was:-}" ]; then renamed; fi
  own_url
  text=$(room && owners)
  printf '%s\n' "$text" | sql
fi
if [ "$linked" = no ]; then
  step "$app: linking to $service"
  changing
  dokku postgres:link "$service" "$app" --no-restart
  current=$(dokku config:get "$app" DATABASE_URL) || current=
fi
if wants_variables; then
  changing
  variables | feed config:import --no-restart "$app" -
fi
exec 8>&-
for key in $(dokku config:keys "$app"); do
  case $key in
    DOKKU_POSTGRES_*_URL) [ "$(dokku config:get "$app" "$key")" != "$superuser" ] || dokku config:unset --no-restart "$app" "$key" ;;
  esac
done
if [ "${restart:-now}" = now ]; then restarted DATABASE_URL; fi
step "$app: linked to $service, access $access"
