# look at a dump for db
set -eu
resource=look.db
stack=petbase/prod
service=db
file=/tmp/petbase_sent.c0ffee
{ IFS= read -r _ && IFS= read -r last && [ "$last" = end ]; } || { echo "the standard input came cut off; nothing was done"; exit 65; }
trap '' HUP PIPE
log=$(mktemp)
printf %4096s . >"$log" || { rm -f "$log"; echo "the disk of the server is full; nothing was done. Look at: df --human-readable"; exit 1; }
exec 3>&1 >"$log" 2>&1 </dev/null
tidy() { :; }
trap 'rc=$?; tidy 2>/dev/null; [ "$rc" = 0 ] || tail -n 40 "$log" | sed "s#://[^ ]*@#://***@#g" >&3; rm -f "$log"; exit "$rc"' EXIT
step() { printf '%s\n' "$*" >&3 || :; }
fail() { printf '%s\n' "$*"; exit 1; }
lock() { eval "exec $1>\"/run/lock/petbase.$2.lock\""; flock -w 900 "$1" || fail "another run still works on $2 after 15 minutes; wait until it ends, then run pulumi up again"; }
dokku() { command dokku "$@" </dev/null 3>&- 8>&- 9>&-; }
feed() { command dokku "$@" 3>&- 8>&- 9>&-; }
docker() { command docker "$@" 3>&- 8>&- 9>&-; }
lock 9 "$resource"
mark_of() { cat "/var/lib/petbase/$1" 2>/dev/null || :; }
mark() {
  mkdir -p "/var/lib/petbase/${1%/*}"
  printf '%s %s\n' "$2" "$stack" >"/var/lib/petbase/$1+"
  mv "/var/lib/petbase/$1+" "/var/lib/petbase/$1"
}
claim() {
  held=$(mark_of "$1")
  [ -z "$held" ] || [ "${held#* }" = "$stack" ] ||
    fail "$1 belongs to the stack ${held#* }, not to $stack; to hand it over, remove /var/lib/petbase/$1 on the server"
}
dokku --quiet apps:list >/dev/null || fail "Dokku does not answer on this server; nothing was changed. Try: dokku apps:list"
app_exists() {
  asked=0
  dokku apps:exists "$1" || asked=$?
  case $asked in
    0) return 0 ;;
    20) return 1 ;;
    *) fail "dokku apps:exists $1 answered $asked; nothing was changed" ;;
  esac
}
service_exists() {
  services=$(dokku --quiet postgres:list) || fail "the plugin does not answer (dokku postgres:list); nothing was changed"
  printf '%s\n' "$services" | grep -qxF -e "$1"
}
root=/var/lib/dokku/services/postgres/$service
database=$(printf %s "$service" | tr -- - _)
copied=$(printf 'DOKKU_POSTGRES_%s_ENV_POSTGRES_PASSWORD' "$service" | tr 'a-z.-' 'A-Z__')
sql() { { echo '\set QUIET on'; echo '\pset format unaligned'; echo '\pset tuples_only on'; cat; } | feed postgres:connect "$service"; }
tables_outside_the_system() { sql <<SQL
SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
WHERE relkind IN ('r', 'p', 'm', 'f') AND nspname ~ '$1' AND nspname !~ '^(pg_|information_schema)';
SQL
}
beside() { docker exec --interactive "dokku.postgres.$service" "$@"; }
carry() { beside sh -c 'umask 077; rm -f "$1"; cat >"$1" || { cat >/dev/null; exit 1; }' sh "$carried"; }
put_down() { beside rm -f "$carried" </dev/null; }
room() {
  { df -P -k "$1"; beside df -P -k /tmp </dev/null; } |
    awk '$4 ~ /^[0-9]+$/ && (!disks++ || $4 < least) { least = $4 } END { printf "%.0f\n", least * 1024 }'
}
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
needs=$((size * 3))
[ "$needs" -gt "$live" ] || needs=$live
needs=$((needs + 67108864))
[ "$free" -gt "$needs" ] ||
  refuse "the server's disk has $((free / 1000000)) MB free and a restore needs about $((needs / 1000000)) MB beside the live data; nothing was changed. What restores left behind: ./petbase kept; a bigger disk: ./petbase resize"
printf '@live %s\n@free %s\n%s\n' "$live" "$free" "$listed" >&3
