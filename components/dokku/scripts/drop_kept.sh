# What a restore put aside, or beside, goes for good: only what carries the restore's own note, which no app can write.
claim "services/$service"
service_exists "$service" || fail "database $service is not on this server; nothing was changed"
lock 8 services
step "$service: dropping the $kind $kept"
if [ "$kind" = database ]; then
  noted=$(inside postgres <<SQL
SELECT count(*) FROM pg_database WHERE datname = '$kept' AND datname <> '$database'
  AND starts_with(shobj_description(oid, 'pg_database'), '{"petbase"');
SQL
  ) || fail "$service does not answer; nothing was dropped"
  [ "$noted" = 1 ] || fail "$kept was not put aside by a restore; nothing was dropped. What there is: ./petbase kept"
  beside dropdb --username postgres --force "$kept" </dev/null
else
  sql <<SQL
BEGIN;
SET LOCAL lock_timeout = '5s';
$(outside_needs "$kept")
SELECT format('DROP SCHEMA %I CASCADE', nspname) FROM pg_namespace
  WHERE nspname = '$kept' AND nspowner = 'postgres'::regrole
  AND starts_with(obj_description(oid, 'pg_namespace'), '{"petbase"') \gexec
COMMIT;
SQL
  [ -z "$(schema_oid "$kept")" ] || fail "$kept was not put aside by a restore; nothing was dropped. What there is: ./petbase kept"
fi
step "$service: $kept is gone"
