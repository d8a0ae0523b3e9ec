# who uses db
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
printf 'running %s\n' "$(cat "$root/IMAGE_VERSION")"
if [ -e "/var/lib/petbase/upgrades/$service" ]; then printf 'begun %s\n' "$(cat "/var/lib/petbase/upgrades/$service")"; fi
for left in restarts closed; do
  if [ -e "/var/lib/petbase/upgrades/$service.$left" ]; then printf 'begun %s\n' "$left"; fi
done
old_services
links=$(dokku postgres:links "$service")
host=@$(dokku postgres:info "$service" --dsn | sed 's/.*@//; s/:.*//'):
here=$(dokku --quiet apps:list)
for app in $here; do
  linked=no
  if printf '%s\n' "$links" | grep -qxF -e "$app"; then linked=yes; fi
  printf 'app %s %s %s %s\n' "$app" "$linked" "$(dokku ps:report "$app" --deployed)" "$(cat "/var/lib/petbase/apps/$app" 2>/dev/null || echo found)"
  for key in $(dokku config:keys "$app"); do
    case $(dokku config:get "$app" "$key") in *"$host"*) printf 'holds %s %s\n' "$app" "$key" ;; esac
  done
done
printf 'end\n'
