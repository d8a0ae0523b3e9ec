# Another major: a new service beside the old one gets everything, is compared, and then the two change their data folders. So
# name, password, links, schedule and keys stay those of $service, and the old data is $next in the end, stopped and whole.
# Until that exchange a failure changes nothing; from then on a run that was cut off goes on here.
claim "services/$service"
service_exists "$service" || fail "database $service is not on this server; nothing was changed"
lock 8 services
running=$(cat "$root/IMAGE_VERSION")
there=${root%/*}/$next
noted=/var/lib/petbase/upgrades/$service
mkdir -p "${noted%/*}"
# A failure before the exchange leaves nothing of the new one, and its own words last in the log.
tidy() {
  release
  rm -f "$log".*
  if [ "$rc" != 0 ] && [ ! -e "$noted" ]; then opened || :; fi
  if [ "$rc" != 0 ] && [ ! -e "$noted" ] && [ "$(mark_of "services/$next")" = "making $stack" ]; then
    dokku postgres:destroy "$next" --force >/dev/null 2>&1 || :
    rm -f "/var/lib/petbase/services/$next"
  fi
}
in_next() {
  own_name=$service service=$next answered=0
  "$@" || answered=$?
  service=$own_name
  return "$answered"
}
# Rows of each table and the value of each sequence, from SQL on standard input: what runs nothing that an app wrote.
counted() { awk '/^COPY .* FROM stdin;$/ { copy = $0; n = 0; next }
  copy && /^\\\.$/ { print copy, n; copy = ""; next } copy { n++; next } /^SELECT pg_catalog\.setval/' | LC_ALL=C sort; }
major_in() { cat "$(find "$1" -maxdepth 3 -name PG_VERSION | head -n 1)"; }
make_next() {
  if service_exists "$next"; then
    case $(mark_of "services/$next") in
      "making $stack") step "$service: was cut off, starting over"; dokku postgres:destroy "$next" --force ;;
      *) fail "$next is on this server already, from an upgrade before this; nothing was changed. If it may go: ./petbase upgrade-database --drop-old" ;;
    esac
  fi
  live=$(echo "SELECT pg_database_size('$database');" | inside postgres) || fail "$service does not answer; nothing was changed. Look at: dokku postgres:logs $service"
  free=$(($(df -P -k "$root" | awk 'NR == 2 { print $4 }') * 1024))
  [ "$free" -gt $((live * 3 + 134217728)) ] ||
    fail "the server's disk has $((free / 1000000)) MB free and another copy of $service needs about $(((live * 3 + 134217728) / 1000000)); nothing was changed. What restores left: ./petbase kept; a bigger disk: ./petbase resize"
  step "$service: making PostgreSQL $version beside it"
  mark "services/$next" making
  options=$(cat "$root/CONFIG_OPTIONS")
  memory=$(cat "$root/SERVICE_MEMORY" 2>/dev/null || :)
  dokku postgres:create "$next" --image-version "$version" ${options:+--config-options "$options"} ${memory:+--memory "$memory"} ||
    fail "PostgreSQL $version cannot be made on this server; nothing was changed. Is there an image of that version? https://hub.docker.com/_/postgres"
}
# What belongs to the cluster: roles with their passwords and memberships, the database, its settings, who may connect.
written_globals() {
  beside pg_dumpall --username postgres --roles-only </dev/null >"$log.roles" || return 1
  empty_like_live "$database" | as_text >"$log.made" && settings_like_live "$database" | as_text >"$log.settings" || return 1
  grep -v -e '^CREATE ROLE postgres;$' -e '^\\restrict ' -e '^\\unrestrict ' "$log.roles"
  cat "$log.made"
  echo "REVOKE ALL ON DATABASE \"$database\" FROM PUBLIC;"
  cat "$log.settings"
}
# What databases.sh would run on the spot, written out instead.
as_text() { sed 's/ \\gexec$/;/' | inside postgres >"$log.text" && sed '/./s/$/;/' "$log.text"; }
large_owners() { inside "$database" <<SQL
SELECT format('ALTER LARGE OBJECT %s OWNER TO %I;', l.oid, rolname) FROM pg_largeobject_metadata l JOIN pg_roles r ON r.oid = lomowner;
SQL
}
# What no lock on tables holds, asked in the session that has the locks: whether somebody made or changed a thing, or wrote a
# large object. $1 is a word that tells the answers apart.
asked() {
  cat >&6 <<SQL
SELECT 'asked $1 ' || string_agg(state, ' ') FROM (
  SELECT count(*) || '-' || COALESCE(max(xmin::text::bigint), 0) AS state FROM pg_class
  UNION ALL SELECT count(*) || '-' || max(xmin::text::bigint) FROM pg_attribute
  UNION ALL SELECT count(*) || '-' || max(xmin::text::bigint) FROM pg_namespace
  UNION ALL SELECT count(*) || '-' || max(xmin::text::bigint) FROM pg_proc
  UNION ALL SELECT count(*) || '-' || max(xmin::text::bigint) FROM pg_type
  UNION ALL SELECT count(*) || '-' || COALESCE(max(xmin::text::bigint), 0) FROM pg_constraint
  UNION ALL SELECT count(*) || '-' || COALESCE(max(xmin::text::bigint), 0) FROM pg_largeobject) s;
SQL
  tries=0
  until state=$(sed -n "s/^asked $1 //p" "$log.held") && [ -n "$state" ]; do
    tries=$((tries + 1))
    [ "$tries" -lt 600 ] || return 1
    sleep 0.1
  done
  printf '%s\n' "$state"
}
# Nobody comes in any more, the superuser neither, and who is in goes; the one that holds the locks last. It stands in the
# database itself, so a run that is cut off here leaves no moment in which a write could be taken and then lost.
closed() {
  inside postgres <<SQL || return 1
ALTER DATABASE "$database" ALLOW_CONNECTIONS false;
SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = '$database' AND pid <> $holder;
SQL
  tries=0
  until left=$(echo "SELECT count(*) FROM pg_stat_activity WHERE datname = '$database' AND pid <> $holder;" | inside postgres) && [ "$left" = 0 ]; do
    tries=$((tries + 1))
    [ "$tries" -lt 300 ] || return 1
    sleep 0.1
  done
}
opened() { echo "ALTER DATABASE \"$database\" ALLOW_CONNECTIONS true;" | inside postgres; }
copy() {
  schemas_of "$database" >"$log.schemas" || stays "$service does not answer"
  set --
  while IFS= read -r schema_name; do set -- "$@" "$schema_name"; done <"$log.schemas"
  step "$service: from here on it is read, and writes wait until it is over"
  hold "$@" || stays "somebody's transaction holds a table for more than 30 seconds"
  before=$(asked before) || stays "the catalogue of $service could not be read"
  { beside pg_dump --username postgres --format custom --dbname "$database" </dev/null || : >"$log.broken"; } | in_next carry || stays "the database could not be dumped"
  [ ! -e "$log.broken" ] || stays "the database could not be dumped"
  step "$service: roles, settings, data"
  (umask 077 && written_globals >"$log.globals") || stays "the roles could not be read"
  in_next inside postgres <"$log.globals" || stays "PostgreSQL $version does not take the roles"
  rm -f "$log.globals" "$log.roles" "$log.schemas"
  in_next load "$database" || stays "PostgreSQL $version does not take the data"
  large_owners >"$log.large" || stays "the owners of large objects could not be read"
  { owners; cat "$log.large"; } | in_next inside "$database" || stays "the owners could not be put right"
  # Grants that people made by hand. They name roles and run nothing.
  in_next beside pg_restore --list "$carried" </dev/null | grep -E '^[0-9]+; [0-9]+ [0-9]+ (DEFAULT )?ACL ' >"$log.grants" || :
  in_next chosen --file - <"$log.grants" | in_next inside "$database" || stays "the grants could not be given again"
}
compare() {
  step "$service: comparing schema, rows and sequences with what $service holds"
  said=$(in_next fingerprint_of_dump) || stays "the dump's schema could not be read"
  came=$(in_next fingerprint_of_database "$database") || stays "the new schema could not be read"
  [ "$said" = "$came" ] || stays "what came has another schema than the dump says ($came, not $said)"
  in_next beside pg_restore --data-only --file - "$carried" </dev/null | counted >"$log.old"
  in_next beside pg_dump --username postgres --data-only --dbname "$database" </dev/null | counted >"$log.new"
  in_next put_down
  cmp -s "$log.old" "$log.new" || stays "rows differ: $(diff "$log.old" "$log.new" | tail -n 2 | paste -s -d ' ')"
  tell rows "$(awk '/^COPY/ { n += $NF } END { print n + 0 }' "$log.new")"
  tell tables "$(grep -c '^COPY' "$log.new" || :)"
  tell fingerprint "$came"
  echo 'ANALYZE;' | in_next inside "$database" || stays "the new database could not be read through"
  closed || stays "the sessions of $service did not end"
  after=$(asked after) || stays "the catalogue of $service could not be read"
  [ "$after" = "$before" ] || stays "somebody changed a schema or a large object meanwhile; run the same command again"
}
exchange() {
  step "$service: changing places with $next"
  : >"$noted.closed"
  dokku postgres:stop "$service"
  dokku postgres:stop "$next"
  if [ ! -e "$there/data.old" ] && [ "$(major_in "$root/data")" != "${version%%.*}" ]; then mv "$root/data" "$there/data.old"; fi
  if [ ! -e "$root/data" ]; then mv "$there/data" "$root/data"; fi
  if [ -e "$there/data.old" ]; then mv "$there/data.old" "$there/data"; fi
  printf '%s\n' "$version" >"$root/IMAGE_VERSION"
  printf '%s\n' "$running" >"$there/IMAGE_VERSION"
  cat "$root/DATABASE_NAME" >"$there/DATABASE_NAME"
  cat "$root/PASSWORD" >"$there/PASSWORD"
  mark "services/$next" made
  dokku postgres:start "$service"
  tries=0
  until answer=$(echo 'SHOW server_version_num;' | sql) && [ -n "$answer" ] || [ "$tries" = 30 ]; do
    tries=$((tries + 1))
    sleep 2
  done
  [ -n "$answer" ] || fail "$service does not answer with PostgreSQL $version. Its data of before is whole in $next. Look at: dokku postgres:logs $service, then run the same command again"
  [ $((answer / 10000)) = "${version%%.*}" ] || fail "$service runs $answer and not PostgreSQL $version; its data of before is whole in $next"
  dokku postgres:links "$service" >"$noted.restarts"
  rm -f "$noted"
}
if [ ! -e "$noted" ] && [ "$running" != "$version" ]; then
  # A run that was killed may have left it closed.
  opened || fail "$service does not answer; nothing was changed. Look at: dokku postgres:logs $service"
  [ "${running%%.*}" -lt "${version%%.*}" ] || fail "$service runs PostgreSQL $running, and $version is no later major; nothing was changed"
  make_next
  copy
  compare
  printf '%s %s\n' "$running" "$version" >"$noted+"
  mv "$noted+" "$noted"
fi
if [ -e "$noted" ]; then
  read -r running _ <"$noted"
  exchange
fi
exec 8>&-
# Each app finds the new server by one restart: Docker's link knows the old one's address.
while [ -s "$noted.restarts" ]; do
  app=$(head -n 1 "$noted.restarts")
  if app_exists "$app" && [ "$(dokku ps:report "$app" --deployed)" = true ]; then
    step "$service: restarting $app"
    dokku ps:restart "$app"
    tell restarted "$app"
  fi
  sed -i 1d "$noted.restarts"
done
rm -f "$noted.restarts"
# The old one is to be opened by whoever wants to look into it, and stands still until then.
if [ -e "$noted.closed" ]; then
  if dokku postgres:start "$next" && in_next opened; then dokku postgres:stop "$next"; fi
  rm -f "$noted.closed"
fi
step "$service: PostgreSQL $version answers"
