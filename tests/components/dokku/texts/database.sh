# database db
set -eu
resource=database.db
stack=petbase/prod
service=db
version=18.4
version_named=no
target=''
options='-c max_connections=50'
memory=''
said=yes
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
older() { [ "$1" != "$2" ] && [ "$(printf '%s\n' "$1" "$2" | sort --version-sort | head -n 1)" = "$1" ]; }
addressed=/var/lib/petbase/addresses/$service
address() { docker inspect --type container --format '{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}' "dokku.postgres.$service" || :; }
keep_address() {
  if [ -e "$addressed" ]; then return; fi
  mkdir -p "${addressed%/*}"
  address >"$addressed+"
  mv "$addressed+" "$addressed"
}
tell_apps() {
  if [ ! -e "$addressed" ]; then return; fi
  if [ "$(address)" != "$(cat "$addressed")" ]; then
    links=$(dokku postgres:links "$service")
    for app in $links; do
      [ "$(dokku ps:report "$app" --deployed)" = true ] || continue
      step "$service: has another address; restarting $app"
      dokku ps:restart "$app" || step "$app did not start again. Look at: dokku logs $app"
    done
  fi
  rm -f "$addressed"
}
new_minor() {
  [ -e "$root/backup/AWS_ACCESS_KEY_ID" ] ||
    fail "$service has no dumps yet, and one comes before an upgrade; nothing was changed. Write database.version: \"$running\", run pulumi up, and raise it then"
  custom=$(grep . "$root/ENV" | tr '\n' ';' || :)
  case $(cat "$root/ENV" 2>/dev/null || :) in
    *\;*) fail "$service has a variable with a semicolon, which dokku postgres:upgrade cannot be given again; nothing was changed. Write database.version: \"$running\"" ;;
  esac
  image=$(cat "$root/IMAGE" 2>/dev/null || :)
  if [ "$image" = postgres ]; then image=; fi
  start
  wait_until_it_answers
  step "$service: a dump, then PostgreSQL $running becomes $version, a minute without a database"
  dokku postgres:backup "$service" "$target"
  keep_address
  dokku postgres:upgrade "$service" ${image:+--image "$image"} --image-version "$version" ${options:+--config-options "$options"} ${custom:+--custom-env "${custom%;}"}
}
claim "services/$service"
lock 8 services
answers() { answer=$(echo 'SELECT 1;' | sql 2>&1) && [ "$answer" = 1 ]; }
wait_until_it_answers() {
  tries=0
  until answers; do
    tries=$((tries + 1))
    [ "$tries" -lt 30 ] || fail "$service does not answer a query ($answer); its data was not touched. Look at: dokku postgres:logs $service"
    sleep 2
  done
}
start() {
  case $(dokku postgres:info "$service" --status) in
    running) ;;
    *) step "$service: starting PostgreSQL"; dokku postgres:start "$service" ;;
  esac
}
half_made() {
  case $(mark_of "services/$service") in making*) ;; *) return 1 ;; esac
  [ -n "$(find "$root/data" -maxdepth 3 -name PG_VERSION 2>/dev/null)" ] || return 0
  start
  made=$(docker exec "dokku.postgres.$service" psql --username postgres --dbname postgres --tuples-only --no-align \
    --command "SELECT count(*) FROM pg_database WHERE datname = '$database'") ||
    fail "$service is half made and cannot be queried, so it was left alone. Look at: dokku postgres:logs $service"
  [ "$made" = 0 ] || [ "$(tables_outside_the_system .)" = 0 ]
}
create() {
  step "$service: creating PostgreSQL $version"
  mark "services/$service" making
  dokku postgres:create "$service" --image-version "$version" ${options:+--config-options "$options"} ${memory:+--memory "$memory"}
}
if service_exists "$service" && half_made; then
  step "$service: a create was cut off and left no data, starting over"
  dokku postgres:destroy "$service" --force
fi
if ! service_exists "$service"; then
  create
elif [ -z "$(mark_of "services/$service")" ]; then
  step "$service: was here already, stays"
  mark "services/$service" found
fi
running=$(cat "$root/IMAGE_VERSION")
[ "${running%%.*}" = "${version%%.*}" ] ||
  fail "$service runs PostgreSQL $running and the stack file says $version; another major version needs a dump and a restore. Write version: \"$running\""
case "$said $(mark_of "services/$service")" in
  "no found "*) options=$(cat "$root/CONFIG_OPTIONS"); memory=$(cat "$root/SERVICE_MEMORY" 2>/dev/null || :) ;;
esac
if [ "$running" != "$version" ] && [ "$version_named" = no ]; then
  step "$service: PostgreSQL $running stays; Petbase's default is $version. To upgrade, write database.version: \"$version\""
  version=$running
elif older "$version" "$running"; then
  fail "$service runs PostgreSQL $running and the stack file says $version, which may not read its data; nothing was changed. Write database.version: \"$running\""
elif [ "$running" != "$version" ]; then
  new_minor
fi
if [ "$(cat "$root/CONFIG_OPTIONS")" != "$options" ] || [ "$(cat "$root/SERVICE_MEMORY" 2>/dev/null || :)" != "$memory" ]; then
  step "$service: new settings, restarting PostgreSQL"
  keep_address
  dokku postgres:stop "$service"
  printf '%s\n' "$options" >"$root/CONFIG_OPTIONS"
  if [ -n "$memory" ]; then printf '%s\n' "$memory" >"$root/SERVICE_MEMORY"; else rm -f "$root/SERVICE_MEMORY"; fi
fi
start
wait_until_it_answers
case $(mark_of "services/$service") in making*) mark "services/$service" made ;; esac
exec 8>&-
tell_apps
step "$service: PostgreSQL $version answers"
