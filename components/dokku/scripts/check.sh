# Are the dumps young, and can the newest be read? Apart from what makes them, since a schedule that stopped says nothing.
tmp=/run/petbase.check.$service
lock "check.$service"
rm -rf "$tmp"
mkdir -p "$tmp"
trap 'rm -rf "$tmp"' EXIT
now=$(date +%s)
problems= name= bytes=0 age=0 drilled=
problem() { problems="$problems$*
"; }
hours() { if [ "$1" -lt 7200 ]; then echo "$(($1 / 60)) minutes"; else echo "$(($1 / 3600)) hours"; fi; }
since=$(cat "$folder/since" 2>/dev/null || echo 0)
# What ended before the watch began, or before a pause ended, is not late.
later() { if [ "$1" -gt "$since" ]; then echo "$1"; else echo "$since"; fi; }
look_at_the_newest() {
  newest=$(dumps_under "$prefix") || { problem "the bucket does not open: $(tail_of said)"; return 0; }
  newest=$(printf '%s\n' "$newest" | tail -n 1)
  name=$(printf '%s\n' "$newest" | cut -f 1)
  if [ -z "$name" ]; then
    [ $((now - since)) -le "$max_age" ] || problem "there is no dump in the bucket; due is one by $schedule UTC. Try: ./petbase backup"
    return 0
  fi
  bytes=$(printf '%s\n' "$newest" | cut -f 2)
  made=$(date --utc --date "$(moment_of "$name")" +%s)
  age=$((now - made))
  [ $((now - $(later "$made"))) -le "$max_age" ] ||
    problem "the newest dump, $name, is $(hours "$age") old; due is one by $schedule UTC. Try: ./petbase backup"
  # Read whole once, listed from then on.
  if [ "$(cat "$folder/read" 2>/dev/null || :)" != "$newest" ]; then
    if unpacked "$name" | count; then printf '%s\n' "$newest" >"$folder/read"; else problem "$(why "$name")"; fi
  fi
}
# What is no export of pg_dump is no dump, however well it is packed.
count() {
  head=$(dd bs=1 count=5 2>/dev/null)
  cat >/dev/null
  [ ! -e "$tmp/fetching" ] && [ ! -e "$tmp/opening" ]
}
look_at_the_disk() {
  used=$(df --output=pcent /var/lib/dokku | tail -n 1 | tr -dc 0-9)
  [ "$used" -lt 90 ] || problem "the disk is $used % full. Look at: df --human-readable"
}
look_at_the_drills() {
  drilled=$(cut -d ' ' -f 1 "$folder/drilled" 2>/dev/null || :)
  [ ! -s "$folder/drill-failed" ] || problem "$(cat "$folder/drill-failed")"
  [ "$drill_interval" = 0 ] || [ $((now - $(later "${drilled:-0}"))) -le $((2 * drill_interval)) ] ||
    problem "no drill has ended well for $(((now - $(later "${drilled:-0}")) / 86400)) days. Try: ./petbase drill"
}
look_at_the_certificates() {
  for certificate in /home/dokku/*/tls/server.crt; do
    [ -e "$certificate" ] || continue
    app=${certificate#/home/dokku/}
    openssl x509 -checkend 1209600 -noout -in "$certificate" >/dev/null 2>&1 ||
      problem "the certificate of ${app%%/*} ends within 14 days, or cannot be read"
  done
}
