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
# A create that was cut off leaves a service that "exists" and may even run, without its database and without TLS. It may
# go only when nothing can be in it: this program began it and never finished it, and it holds no cluster or no table.
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
# What was found keeps its settings unless the stack file says some.
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
  # `upgrade` to the running version does nothing, so the settings go where `start` reads them. The stop comes first: cut
  # off behind it, the next run finds the old settings and begins again.
  step "$service: new settings, restarting PostgreSQL"
  keep_address
  dokku postgres:stop "$service"
  printf '%s\n' "$options" >"$root/CONFIG_OPTIONS"
  if [ -n "$memory" ]; then printf '%s\n' "$memory" >"$root/SERVICE_MEMORY"; else rm -f "$root/SERVICE_MEMORY"; fi
fi
start
wait_until_it_answers
case $(mark_of "services/$service") in making*) mark "services/$service" made ;; esac
# A restart takes half a minute; the others need not wait for it.
exec 8>&-
tell_apps
step "$service: PostgreSQL $version answers"
