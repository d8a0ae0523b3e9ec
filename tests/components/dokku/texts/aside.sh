# what was put aside of db
set -eu
service=db
root=/var/lib/dokku/services/postgres/$service
live() {
  docker exec --interactive "dokku.postgres.$service" psql --username postgres --dbname "$(printf %s "$service" | tr -- - _)" \
    --no-psqlrc --quiet --tuples-only --no-align --set ON_ERROR_STOP=1
}
put_aside() {
  live <<'SQL'
SELECT 'aside ' || json_build_object('kind', kind, 'name', name, 'note', note, 'size', size) FROM (
  SELECT 'database' AS kind, datname AS name, shobj_description(oid, 'pg_database') AS note, pg_database_size(oid) AS size
    FROM pg_database
    WHERE starts_with(shobj_description(oid, 'pg_database'), '{"petbase"') AND datname <> current_database()
  UNION ALL SELECT 'schema', nspname, obj_description(n.oid, 'pg_namespace'), COALESCE(size, 0) FROM pg_namespace n
    LEFT JOIN (SELECT relnamespace, sum(pg_total_relation_size(oid)) AS size FROM pg_class
      WHERE relkind IN ('r', 'm') GROUP BY 1) held ON relnamespace = n.oid
    WHERE starts_with(obj_description(n.oid, 'pg_namespace'), '{"petbase"') AND nspowner = 'postgres'::regrole
) held ORDER BY kind, name;
SQL
}
old_services() {
  for old in "$root-before-"[0-9]*; do
    [ -e "$old" ] || continue
    case $(cat "/var/lib/petbase/services/${old##*/}" 2>/dev/null || :) in making*) continue ;; esac
    printf 'old %s %s %s\n' "${old##*/}" "$(cat "$old/IMAGE_VERSION")" "$(du --summarize --block-size=1024 "$old" | cut -f 1)"
  done
}
put_aside
old_services
printf 'end\n'
