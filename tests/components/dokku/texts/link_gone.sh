# link fruits to db goes
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
claim "links/$service/$app"
lock 8 services
held=$(mark_of "links/$service/$app")
case $held in found*) step "$app: its link was here before Petbase, stays" ;; esac
if [ "${held%% *}" != found ] && service_exists "$service"; then
  linked=no
  if app_exists "$app"; then
    links=$(dokku postgres:links "$service")
    if printf '%s\n' "$links" | grep -qxF -e "$app"; then linked=yes; fi
    if dokku config:get "$app" DOKKU_POSTGRES_GONE_URL; then linked=yes; fi
  fi
  if [ "$linked" = yes ]; then
    step "$app: unlinking from $service; its schema and its data stay"
    superuser=$(dokku postgres:info "$service" --dsn)
    current=$(dokku config:get "$app" DATABASE_URL) || current=
    if [ "${current##*@}" = "${superuser##*@}" ]; then dokku config:unset --no-restart "$app" DATABASE_URL; fi
    dokku config:unset --no-restart "$app" "$copied"
    printf 'DOKKU_POSTGRES_GONE_URL=%s\n' "$superuser" | feed config:import --no-restart "$app" -
    dokku postgres:unlink "$service" "$app" --no-restart
  fi
  if [ "${held%% *}" = schema ]; then
    sql <<SQL
SELECT format('ALTER ROLE %I NOLOGIN PASSWORD NULL', rolname) FROM pg_roles WHERE rolname = '$app' \gexec
SQL
  fi
fi
rm -f "/var/lib/petbase/links/$service/$app" "/var/lib/petbase/restarts/$app"
