# The way back: the superuser's URL first (the app that runs keeps its own until the restart), then everything in its
# schema to public in one transaction. What comes behind (link.sh) restarts the app. The empty schema and the closed role
# stay.
claim "links/$service/$app"
app_exists "$app" || fail "app $app is not on this server; nothing was changed"
service_exists "$service" || fail "database $service is not on this server; nothing was changed"
lock 8 services
others=$(lodgers "$schema") || fail "$service does not answer; nothing was changed"
others=$(printf '%s\n' "$others" | grep -vxF -e "$app" | paste -s -d ' ' || :)
[ -z "$others" ] || fail "the schema $schema is shared with $others; nothing was changed. Their tables would leave with those of $app"
superuser=$(dokku postgres:info "$service" --dsn)
current=$(dokku config:get "$app" DATABASE_URL) || current=
case $current in
  "$superuser" | postgres://"$app":*@"${superuser##*@}") ;;
  *) fail "$app: its DATABASE_URL leads elsewhere; nothing was changed" ;;
esac
mark "links/$service/$app" superuser
if [ "$current" != "$superuser" ]; then
  step "$app: back to the superuser's link"
  changing
  printf 'DATABASE_URL=%s\n' "$superuser" | feed config:import --no-restart "$app" -
  dokku config:unset --no-restart "$app" "$(printf 'DOKKU_POSTGRES_%s_ENV_POSTGRES_PASSWORD' "$service" | tr 'a-z.-' 'A-Z__')"
fi
all=yes
names=
step "$app: moving from the schema $schema back into public"
text=$(moves "$schema" public)
sql <<SQL
BEGIN;
$text
SELECT format('REASSIGN OWNED BY %I TO postgres', rolname) FROM pg_roles WHERE rolname IN ('$schema', '$app') \gexec
SELECT format('ALTER SCHEMA %I OWNER TO %I', nspname, nspname) FROM pg_namespace WHERE nspname = '$schema' \gexec
SELECT format('ALTER ROLE %I NOLOGIN PASSWORD NULL', rolname) FROM pg_roles WHERE rolname = '$app' \gexec
COMMIT;
SQL
