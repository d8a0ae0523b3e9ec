# The URL first, then the role's password: cut off in between, the next run of the link (link.sh, which comes behind) gives
# the role the password that the URL has, and makes up for the restart.
claim "links/$service/$app"
app_exists "$app" || fail "app $app is not on this server; nothing was changed"
service_exists "$service" || fail "database $service is not on this server; nothing was changed"
lock 8 services
superuser=$(dokku postgres:info "$service" --dsn)
current=$(dokku config:get "$app" DATABASE_URL) || current=
case $current in
  postgres://"$app":*@"${superuser##*@}") ;;
  *) fail "$app has no role of its own in its DATABASE_URL, so it has no password to change; ./petbase isolate $app gives it one" ;;
esac
password=$(openssl rand -hex 24)
step "$app: a new password"
changing
printf 'DATABASE_URL=postgres://%s:%s@%s\n' "$app" "$password" "${superuser##*@}" | feed config:import --no-restart "$app" -
since=$(sql <<SQL
ALTER ROLE "$app" PASSWORD '$password';
SELECT clock_timestamp();
SQL
)
