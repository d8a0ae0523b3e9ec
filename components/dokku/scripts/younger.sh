# What came into the live database after the dump was made, taken along as it stands: an app that is younger than the dump
# must not lose its room. Nobody writes there from its copy on until the databases have changed places: one session holds
# locks that end with it, wherever this script is cut.
# In the order of what it prints, as comm wants it: with its quotes "a b" comes before "a".
schemas_of() { inside "$1" <<SQL
SELECT quoted FROM (SELECT '"' || replace(nspname, '"', '""') || '"' AS quoted FROM pg_namespace WHERE nspname !~ '^pg_'
  AND nspname NOT IN ('information_schema', 'extensions')) s ORDER BY quoted COLLATE "C";
SQL
}
# extensions_from A B: what A has in public or in the schema that all see, in B too.
extensions_from() {
  lacking=$(inside "$1" <<SQL
SELECT format('CREATE SCHEMA IF NOT EXISTS %I; CREATE EXTENSION IF NOT EXISTS %I SCHEMA %1\$I CASCADE;', nspname, extname)
  FROM pg_extension JOIN pg_namespace n ON n.oid = extnamespace WHERE nspname IN ('public', 'extensions');
SQL
  ) || return 1
  printf 'SET client_min_messages = warning;\n%s\n' "$lacking" | inside "$2"
}
hold() {
  mkfifo "$log.hold"
  inside "$database" <"$log.hold" >"$log.held" 3>&- 8>&- 9>&- &
  exec 6>"$log.hold"
  list=$(printf '%s\n' "$@" | sed "s/^\"\(.*\)\"$/\1/; s/\"\"/\"/g; s/'/''/g; s/.*/'&'/" | paste -s -d ,)
  cat >&6 <<SQL
BEGIN;
SET LOCAL lock_timeout = '30s';
SELECT format('LOCK TABLE %I.%I IN SHARE MODE', nspname, relname) FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace
  WHERE relkind IN ('r', 'p') AND nspname IN ($list) ORDER BY 1 \gexec
SELECT 'held by ' || pg_backend_pid();
SQL
  tries=0
  until holder=$(sed -n 's/^held by //p' "$log.held") && [ -n "$holder" ]; do
    tries=$((tries + 1))
    [ "$tries" -lt 400 ] || { holder=0; return 1; }
    sleep 0.1
  done
}
release() { if [ -n "${holder:-}" ]; then exec 6>&-; holder=; fi; rm -f "$log.hold" "$log.held"; }
# taken_along NAME: from the live database into NAME.
taken_along() {
  extensions_from "$database" "$1" || return 1
  schemas_of "$database" >"$log.live" && schemas_of "$1" >"$log.new" || return 1
  LC_ALL=C comm -23 "$log.live" "$log.new" >"$log.younger"
  rm -f "$log.live" "$log.new"
  target=$1
  shift
  while IFS= read -r schema_name; do set -- "$@" "$schema_name"; done <"$log.younger"
  rm -f "$log.younger"
  [ "$#" -gt 0 ] || return 0
  step "$service: taking along what the dump does not know: $*"
  hold "$@" || return 1
  large=$(echo "SELECT count(*) FROM pg_largeobject_metadata l JOIN pg_roles r ON r.oid = lomowner WHERE rolname IN ($list);" |
    inside "$database") || return 1
  [ "$large" = 0 ] || step "$service: their large objects ($large) stay in the old data, since they belong to no schema"
  for schema_name in "$@"; do
    set -- "$@" --schema "$schema_name"
    shift
  done
  put_down && beside pg_dump --username postgres --format custom --no-owner --no-acl --file "$carried" "$@" --dbname "$database" </dev/null &&
    load "$target" && put_down
}
