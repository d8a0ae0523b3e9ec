# The dump in the container, looked at before anything is made: $listed is what is in it. A newer major's is refused (2), and one
# that the disk has no room for: a PostgreSQL whose disk is full stops for every app.
refuse() { printf '%s\n' "$*"; exit 2; }
claim "services/$service"
service_exists "$service" || fail "database $service is not on this server; nothing was changed. Run pulumi up first"
runs=$(echo 'SHOW server_version_num;' | sql) || fail "$service does not answer; nothing was changed. Look at: dokku postgres:logs $service"
size=$(beside stat -c %s "$file" </dev/null) && [ "$size" != 0 ] ||
  fail "the dump is not on the server any more; nothing was changed. Run the same command again"
listed=$(beside pg_restore --list "$file" </dev/null) || fail "the server's PostgreSQL cannot read this dump; nothing was changed"
dumped=$(sed -n 's/^; *Dumped from database version: \([0-9]*\).*/\1/p' <<LIST
$listed
LIST
)
runs=$((runs / 10000))
[ "${dumped:-0}" -le "$runs" ] ||
  refuse "the dump is of PostgreSQL $dumped and $service runs $runs, which cannot take it; nothing was changed. It needs a database of version $dumped or later"
live=$(echo 'SELECT pg_database_size(current_database());' | sql) || fail "$service does not answer; nothing was changed"
free=$(room "$root/data")
# A restored database is about as big as the live one, or, where that was emptied, some times its dump; and 64 MB for
# PostgreSQL.
needs=$((size * 3))
[ "$needs" -gt "$live" ] || needs=$live
needs=$((needs + 67108864))
[ "$free" -gt "$needs" ] ||
  refuse "the server's disk has $((free / 1000000)) MB free and a restore needs about $((needs / 1000000)) MB beside the live data; nothing was changed. What restores left behind: ./petbase kept; a bigger disk: ./petbase resize"
