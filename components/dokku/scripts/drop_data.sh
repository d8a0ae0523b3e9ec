# The only script that drops data: the schema of an app that went, and its role. Never while somebody lives there, and never
# more than that schema: what another one's columns, views or foreign keys would lose stops it.
claim "links/$service/$app"
service_exists "$service" || fail "database $service is not on this server; nothing was changed"
lock 8 services
links=$(dokku postgres:links "$service") || fail "dokku postgres:links did not answer; nothing was changed"
if printf '%s\n' "$links" | grep -qxF -e "$app"; then
  fail "$app is linked to $service, so its data is in use; nothing was dropped. First take it out of the stack file and run pulumi up"
fi
others=$(lodgers "$app") || fail "$service does not answer; nothing was dropped"
[ -z "$others" ] || fail "the schema $app is in use by $(printf '%s\n' "$others" | paste -s -d ' '); nothing was dropped"
outside() { cat <<SQL
SELECT set_config('petbase.$1', ((SELECT count(*) FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
    JOIN pg_namespace n ON n.oid = relnamespace WHERE NOT attisdropped AND nspname <> '$app' AND nspname !~ '^pg_')
  + (SELECT count(*) FROM pg_constraint JOIN pg_namespace n ON n.oid = connamespace WHERE nspname <> '$app'))::text, true);
SQL
}
step "$app: dropping its schema and its role"
sql <<SQL
BEGIN;
SET LOCAL lock_timeout = '5s';
$(outside before)
DROP SCHEMA IF EXISTS "$app" CASCADE;
$(outside after)
DO 'BEGIN IF current_setting(''petbase.before'') <> current_setting(''petbase.after'') THEN
  RAISE EXCEPTION ''something outside the schema $app depends on it; nothing was dropped''; END IF; END';
SELECT format(command, rolname) FROM pg_roles, unnest(ARRAY['REASSIGN OWNED BY %I TO postgres', 'DROP OWNED BY %I',
  'DROP ROLE %I']) WITH ORDINALITY AS c (command, turn)
  WHERE rolname IN ('$app', '$app readers') AND NOT rolcanlogin AND NOT rolsuper AND NOT EXISTS (
    SELECT FROM pg_shdepend d JOIN pg_database b ON b.oid = dbid WHERE refclassid = 'pg_authid'::regclass
      AND refobjid = pg_roles.oid AND datname <> current_database()) ORDER BY rolname, turn \gexec
COMMIT;
SQL
# What a restore put aside is another database, and a role that owns things there cannot go.
left=$(sql <<SQL
SELECT rolname FROM pg_roles WHERE rolname = '$app';
SQL
) || left=
[ -z "$left" ] || step "$app: its role stays, closed: what a restore put aside is its own. ./petbase kept lists that"
step "$app: its data is gone"
