claim "links/$service/$app"
app_exists "$app" || fail "app $app is not on this server; nothing was changed. Raise generation in the stack file and run pulumi up"
service_exists "$service" || fail "database $service is not on this server; nothing was changed. Raise generation in the stack file and run pulumi up"
superuser=$(dokku postgres:info "$service" --dsn)
host=${superuser##*@}
unsure() { fail "dokku $1 did not answer; nothing was changed"; }
is_linked() {
  links=$(dokku postgres:links "$service") || unsure postgres:links
  printf '%s\n' "$links" | grep -qxF -e "$app" || return 1
  # A link that was cut off, or met another, stands in LINKS without the option by which the app finds the database.
  [ "$current" != "$superuser" ] || return 0
  options=$(dokku docker-options:report "$app") || unsure docker-options:report
  printf '%s\n' "$options" | grep -qF -e "--link dokku.postgres.$service:"
}
# Data in `public` is seen by the superuser's link only, so a default may not take that link away from a running app.
keeps_superuser() {
  [ "$linked" = yes ] && [ "${held%% *}" != schema ] && [ "$current" = "$superuser" ] || return 1
  tables=$(tables_outside_the_system '^public$') || unsure postgres:connect
  [ "$tables" != 0 ]
}
# The password that the app has stays; a first one is made here and is never in an argument.
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
  # Not in a pipe: it answers as its last part does, and half of the text would do half of the work.
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
# The rest is the app's own, and a restart takes half a minute: the others need not wait for it.
exec 8>&-
# A link that is made while another URL stands there leaves the superuser's under a name of its own.
for key in $(dokku config:keys "$app"); do
  case $key in
    DOKKU_POSTGRES_*_URL) [ "$(dokku config:get "$app" "$key")" != "$superuser" ] || dokku config:unset --no-restart "$app" "$key" ;;
  esac
done
if [ "${restart:-now}" = now ]; then restarted DATABASE_URL; fi
step "$app: linked to $service, access $access"
