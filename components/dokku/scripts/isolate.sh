# The app's objects leave public, where only the superuser's link finds them, for the app's own schema: all of them, or
# those that the words name. One transaction, and the mark after it: cut off in between, the link still counts what is in
# public. What comes behind (link.sh) gives the app its role's URL and the one restart.
claim "links/$service/$app"
app_exists "$app" || fail "app $app is not on this server; nothing was changed"
service_exists "$service" || fail "database $service is not on this server; nothing was changed"
lock 8 services
# A name may hold anything; inside SQL only a quote counts.
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
