claim "links/$service/$app"
app_exists "$app" || fail "app $app is not on this server; nothing was changed. Raise generation in the stack file and run pulumi up"
service_exists "$service" || fail "database $service is not on this server; nothing was changed. Raise generation in the stack file and run pulumi up"
lock 8 services
pending=/var/lib/petbase/restarts/$app
superuser=$(dokku postgres:info "$service" --dsn)
host=${superuser##*@}
current=$(dokku config:get "$app" DATABASE_URL) || current=
held=$(mark_of "links/$service/$app")
linked=no
links=$(dokku postgres:links "$service")
if printf '%s\n' "$links" | grep -qxF -e "$app"; then linked=yes; fi
# A link that was cut off, or met another, stands in LINKS without the option by which the app finds the database.
if [ "$linked" = yes ] && [ "$current" != "$superuser" ]; then
  options=$(dokku docker-options:report "$app")
  printf '%s\n' "$options" | grep -qF -e "--link dokku.postgres.$service:" || linked=no
fi
case $current in
  '' | postgres://*@dokku-postgres-*) ;;
  *) fail "$app: its DATABASE_URL leads elsewhere; if it may go, run: dokku config:unset $app DATABASE_URL" ;;
esac
# Data in `public` is seen by the superuser's link only, so a default may not take that link away from a running app.
if [ "$access" = schema ] && [ "$linked" = yes ] && [ "${held%% *}" != schema ] && [ "$current" = "$superuser" ]; then
  tables=$(tables_outside_the_system '^public$')
  if [ "$tables" != 0 ]; then
    step "$app: keeps its superuser link, public holds $tables of its tables; ./petbase isolate $app moves them"
    access=superuser
  fi
fi
kind=$access
if [ "$access" = superuser ] && [ "$linked" = yes ]; then kind=${held%% *}; kind=${kind:-found}; fi
mark "links/$service/$app" "$kind"
# Docker's own --link copies the service's environment into the app's, the superuser's password too, and the maintainer
# keeps it (contract 566). A variable of the app's own stands above the copy.
copied=$(printf 'DOKKU_POSTGRES_%s_ENV_POSTGRES_PASSWORD' "$service" | tr 'a-z.-' 'A-Z__')
covered() { [ "$access" = superuser ] || [ "$(dokku config:get "$app" "$copied" || :)" = hidden ]; }
variables() { printf 'DATABASE_URL=%s\n' "$url"; [ "$access" = superuser ] || printf '%s=hidden\n' "$copied"; }
change() { mkdir -p "${pending%/*}"; : >"$pending"; }
if [ "$access" = schema ]; then
  # The password that the app has stays; a first one is made here and is never in an argument.
  password=${current#"postgres://$app:"}
  password=${password%"@$host"}
  case $password in '' | *[!0-9a-f]*) password=$(openssl rand -hex 24) ;; esac
  url=postgres://$app:$password@$host
  make_room
  own_everything
else
  url=$superuser
fi
if [ "$linked" = no ]; then
  step "$app: linking to $service"
  change
  dokku postgres:link "$service" "$app" --no-restart
  current=$(dokku config:get "$app" DATABASE_URL) || current=
fi
if [ "$current" != "$url" ] || ! covered; then
  change
  variables | feed config:import --no-restart "$app" -
fi
# A link that is made while another URL stands there leaves the superuser's under a name of its own.
for key in $(dokku config:keys "$app"); do
  case $key in
    DOKKU_POSTGRES_*_URL) [ "$(dokku config:get "$app" "$key")" != "$superuser" ] || dokku config:unset --no-restart "$app" "$key" ;;
  esac
done
if [ -e "$pending" ] && [ "$(dokku ps:report "$app" --deployed)" = true ]; then
  step "$app: restarting with its new DATABASE_URL"
  dokku ps:restart "$app"
fi
rm -f "$pending"
step "$app: linked to $service, access $access"
