# The newest dump, restored whole into a database to throw away. What cannot be done has failed: it leaves evidence too.
tmp=/run/petbase.drill.$service
carried=/tmp/petbase_drill
error='it ended before it was done'
name=
bytes=0
etag=
version=
fingerprint=
equal=null
rows=
fetch=0
restore=0
compare=0
count=0
began=$(milliseconds)
at=$(date --utc +%Y-%m-%dT%H:%M:%SZ)
fail() { error=$*; exit 1; }
# seconds MILLISECONDS
seconds() { printf '%d.%03d' $(($1 / 1000)) $(($1 % 1000)); }
lap() { lapped=$(($(milliseconds) - since)); since=$(milliseconds); }
evidence() {
  printf '{"service": %s, "key": %s, "etag": %s, "bytes": %s, "at": %s, "ok": %s, "error": %s, ' "$(json "$service")" \
    "$(or_null "${name:+$prefix$name}")" "$(json "$etag")" "$bytes" "$(json "$at")" \
    "$(yes_where_empty "$error")" "$(or_null "$error")"
  printf '"version": %s, "fingerprint": %s, "equal": %s, "rows": {%s}, ' "$(json "$version")" "$(json "$fingerprint")" "$equal" "$rows"
  printf '"seconds": {"fetch": %s, "restore": %s, "compare": %s, "count": %s, "total": %s}}\n' "$(seconds "$fetch")" \
    "$(seconds "$restore")" "$(seconds "$compare")" "$(seconds "$count")" "$(seconds $(($(milliseconds) - began)))"
}
# A failure leaves the evidence of an earlier success alone.
evidence_name() {
  held_name=${name:-drill-$(date --utc +%Y-%m-%d-%H-%M-%S)}
  if [ -n "$error" ] && grep -q '"ok": true' "$folder/evidence/$held_name.json" 2>/dev/null; then held_name=$held_name.failed; fi
  printf '%s.json\n' "$held_name"
}
kept_evidence() {
  mkdir -p "$folder/evidence"
  as=$(evidence_name)
  evidence >"$tmp/evidence"
  step "$(cat "$tmp/evidence")"
  cp "$tmp/evidence" "$folder/evidence/new" && mv "$folder/evidence/new" "$folder/evidence/$as" || :
  store s3 cp --only-show-errors --content-type application/json - "s3://$bucket/${prefix}evidence/$service/$as" <"$tmp/evidence" >/dev/null 2>"$tmp/said"
}
ended() {
  trap - EXIT
  set +e
  put_down >/dev/null 2>&1
  if [ -n "$error" ]; then
    beside pg_isready >/dev/null 2>&1 && { drop_scratch petbase_drill; drop_scratch petbase_schema; } >/dev/null 2>&1
    kept_evidence || step "the evidence stays on the server: $(tail_of said)"
    echo "the drill of ${name:-the newest dump} failed: $error" >"$tmp/text"
    cp "$tmp/text" "$folder/drill-failed"
    step "$(cat "$tmp/text")"
    sed -i "s/^/$service: /" "$tmp/text"
    alarm bad
  fi
  rm -rf "$tmp"
  [ -z "$error" ]
  exit
}
lock "scratch.$service" || { echo "another run still works on $service after 15 minutes"; exit 1; }
rm -rf "$tmp"
mkdir -p "$tmp"
trap ended EXIT
trap 'error="ended by a signal"; exit 1' INT TERM
find_the_newest() {
  unready=$(unready)
  [ -z "$unready" ] || fail "$unready"
  newest=$(dumps_under "$prefix") || fail "the bucket does not open: $(tail_of said)"
  newest=$(printf '%s\n' "$newest" | tail -n 1)
  [ -n "$newest" ] || fail "there is no dump in the bucket. Try: ./petbase backup"
  name=$(printf '%s\n' "$newest" | cut -f 1)
  bytes=$(printf '%s\n' "$newest" | cut -f 2)
  etag=$(printf '%s\n' "$newest" | cut -f 3)
}
# The unpacked dump, the restored database, and what PostgreSQL writes besides.
need_room() {
  live=$(beside psql --username postgres --dbname postgres --tuples-only --no-align --command "SELECT pg_database_size('$database')" </dev/null 2>"$tmp/said") ||
    fail "$service does not answer a query: $(tail_of said)"
  needed=$((bytes / 1024 + 2 * live / 1024 + 65536))
  free=$(($(room /var/lib/dokku) / 1024))
  [ "$free" -gt "$needed" ] || fail "the disk has $((free / 1024)) MB free, and a drill of this dump needs $((needed / 1024))"
}
tables() { cat <<'SQL'
\set QUIET on
\pset format unaligned
\pset tuples_only on
SELECT set_config('client_encoding', 'UTF8', false) WHERE getdatabaseencoding() <> 'SQL_ASCII' \g /dev/null
SELECT format('SELECT %L || count(*) FROM %I.%I', to_json(nspname || '.' || relname)::text || ': ', nspname, relname)
  FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
  WHERE relkind IN ('r', 'm') AND nspname !~ '^(pg_|information_schema$)' AND relispopulated ORDER BY nspname, relname \gexec
SQL
}
since=$began
find_the_newest
need_room
step "$name: fetching and unpacking $bytes bytes"
fetched "$name" || fail "$(why "$name")"
beside pg_restore --list "$carried" </dev/null >"$tmp/list" 2>"$tmp/said" || fail "$name is no dump that this PostgreSQL can read: $(tail_of said)"
version=$(sed -n 's/^;  *Dumped from database version: //p' "$tmp/list")
lap
fetch=$lapped
step "$name: restoring into a database of its own"
{ like_live petbase_drill && load petbase_drill held; } >/dev/null 2>"$tmp/said" || fail "the restore stopped: $(tail_of said)"
lap
restore=$lapped
step "$name: comparing its schema"
fingerprint=$(fingerprint_of_dump 2>"$tmp/said") || fail "the dump's schema cannot be read: $(tail_of said)"
restored=$(fingerprint_of_database petbase_drill 2>"$tmp/said") || fail "the restored schema cannot be read: $(tail_of said)"
if [ "$fingerprint" = "$restored" ]; then equal=true; else equal=false; fail "the restored schema is not the dump's"; fi
lap
compare=$lapped
rows=$(tables | beside psql --username 'petbase load' --no-psqlrc --set ON_ERROR_STOP=1 --dbname petbase_drill 2>"$tmp/said") ||
  fail "its rows cannot be counted: $(tail_of said)"
rows=$(printf '%s\n' "$rows" | utf8 | paste -s -d ,)
drop_scratch petbase_drill >/dev/null 2>"$tmp/said" || fail "the throw-away database stays: $(tail_of said)"
lap
count=$lapped
copied "$name" || fail "it was verified, but not copied to verified/: $(tail_of said)"
error=
kept_evidence || fail "it was verified, but its evidence was not kept: $(tail_of said)"
echo "$(date +%s) $name" >"$folder/drilled"
rm -f "$folder/drill-failed"
pruned
step "$name: restores well"
