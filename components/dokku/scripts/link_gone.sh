claim "links/$service/$app"
lock 8 services
held=$(mark_of "links/$service/$app")
case $held in found*) step "$app: its link was here before Petbase, stays" ;; esac
if [ "${held%% *}" != found ] && service_exists "$service"; then
  linked=no
  if app_exists "$app"; then
    links=$(dokku postgres:links "$service")
    if printf '%s\n' "$links" | grep -qxF -e "$app"; then linked=yes; fi
    # An unlink that was cut off has left LINKS, but not yet the app's options and environment.
    if dokku config:get "$app" DOKKU_POSTGRES_GONE_URL; then linked=yes; fi
  fi
  if [ "$linked" = yes ]; then
    step "$app: unlinking from $service; its schema and its data stay"
    superuser=$(dokku postgres:info "$service" --dsn)
    current=$(dokku config:get "$app" DATABASE_URL) || current=
    if [ "${current##*@}" = "${superuser##*@}" ]; then dokku config:unset --no-restart "$app" DATABASE_URL; fi
    dokku config:unset --no-restart "$app" "$copied"
    # `unlink` knows a link by the superuser's URL in the app's environment, and without it says "Not linked".
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
