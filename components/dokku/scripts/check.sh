# Are the dumps young, and can the newest be read? Apart from what makes them, since a schedule that stopped says nothing.
tmp=/run/petbase.check.$service
lock "check.$service"
rm -rf "$tmp"
mkdir -p "$tmp"
trap 'rm -rf "$tmp"' EXIT
now=$(date +%s)
problems=
name=
bytes=0
age=0
problem() { problems="$problems$*
"; }
hours() { if [ "$1" -lt 7200 ]; then echo "$(($1 / 60)) minutes"; else echo "$(($1 / 3600)) hours"; fi; }
# noted FILE: the moment that a file begins with; 0 where a power cut left nothing of it, or where a clock that ran ahead
# wrote one that is yet to come: neither makes up for a dump.
noted() {
  moment=$(cut -d ' ' -f 1 "$folder/$1" 2>/dev/null | grep -xE '[0-9]+' || echo 0)
  if [ "$moment" -le "$now" ]; then echo "$moment"; else echo 0; fi
}
since=$(noted since)
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
  made=$(date --utc --date "$(printf '%s\n' "$newest" | cut -f 4)" +%s)
  age=$((now - made))
  [ $((now - $(later "$made"))) -le "$max_age" ] ||
    problem "the newest dump, $name, is $(hours "$age") old; due is one by $schedule UTC. Try: ./petbase backup"
  # Read whole once, listed from then on.
  if [ "$(cat "$folder/read" 2>/dev/null || :)" != "$newest" ]; then
    begins=$({ unpacked "$name" || : >"$tmp/damaged"; } | { head -c 5; cat >/dev/null; } | tr -d '\000')
    if [ -e "$tmp/damaged" ]; then
      problem "$(why "$name")"
    elif [ "$begins" != PGDMP ]; then
      problem "$name holds nothing that pg_dump writes. Try: ./petbase backup"
    else
      printf '%s\n' "$newest" >"$folder/read" || :
    fi
  fi
}
look_at_the_passphrase() {
  left=$(cat "/var/lib/petbase/passphrases/$service" 2>/dev/null) || return 0
  [ "$left" = "$(printf %s "$ENCRYPTION_KEY" | sha256sum)" ] ||
    problem "the passphrase on this server is not the stack's: somebody changed or removed it, so a new dump opens for nobody else, or for all. Raise generation in the stack file, run pulumi up, then ./petbase backup"
}
look_at_the_disk() {
  used=$(df --output=pcent /var/lib/dokku "$folder" | tail -n 2 | tr -dc '0-9\n' | sort -n | tail -n 1)
  [ "$used" -lt 90 ] || problem "the disk is $used % full. Look at: df --human-readable"
}
look_at_the_drills() {
  drilled=$(noted drilled)
  [ ! -s "$folder/drill-failed" ] || problem "$(cat "$folder/drill-failed")"
  [ "$drill_interval" = 0 ] || [ $((now - $(later "$drilled"))) -le $((2 * drill_interval)) ] ||
    problem "no drill has ended well for $(((now - $(later "$drilled")) / 86400)) days. Try: ./petbase drill"
}
look_at_the_certificates() {
  soonest=
  for certificate in /home/dokku/*/tls/server.crt; do
    [ -e "$certificate" ] || continue
    app=${certificate#/home/dokku/}
    app=${app%%/*}
    ends=$(openssl x509 -noout -enddate -in "$certificate" 2>/dev/null | sed -n 's/^notAfter=//p')
    ends=$(date --date "${ends:-today}" +%s)
    left=$(((ends - now) / 86400))
    [ "$left" -ge 14 ] || problem "the certificate of $app ends within 14 days, or cannot be read"
    if [ -z "$soonest" ] || [ "$left" -lt "${soonest%% *}" ]; then soonest="$left $app"; fi
  done
}
said_well() {
  if [ -n "$name" ]; then
    echo "$service: the newest dump is $name, $(hours "$age") old, $bytes bytes, read back"
  else
    echo "$service: no dump yet; the first is due by $schedule UTC"
  fi
  good='none yet'
  [ "$drilled" = 0 ] || good=$(date --utc --date "@$drilled" '+%Y-%m-%d %H:%M UTC')
  echo "disk $used % full; newest good drill: $good${soonest:+; next certificate to end: ${soonest#* }, in ${soonest%% *} days}"
}
status() {
  printf '{"service": %s, "at": %s, "ok": %s, "problems": [' "$(json "$service")" "$(json "$(date --utc +%Y-%m-%dT%H:%M:%SZ)")" "$1"
  printf '%s' "$problems" | while IFS= read -r line; do json "$line"; echo; done | paste -s -d , | tr -d '\n'
  printf '], "key": %s, "bytes": %s, "ageSeconds": %s, "diskPercent": %s, "drilledAt": %s}\n' \
    "$(or_null "${name:+$prefix$name}")" "$bytes" "$age" "${used:-null}" "$(if [ "$drilled" = 0 ]; then echo null; else echo "$drilled"; fi)"
}
if [ "${1:-}" = test ]; then
  [ -n "$url" ] || { step "petbase:alertUrl is not set, so nobody is told. Set it: pulumi config set --secret petbase:alertUrl URL, and pulumi up"; exit 1; }
  echo "$service: a test of the alarm, by ./petbase alert --test" >"$tmp/text"
  alarm bad
  exit
fi
unready=$(unready)
if [ -n "$unready" ]; then problem "$unready"; else look_at_the_newest; fi
look_at_the_passphrase
look_at_the_disk
look_at_the_drills
look_at_the_certificates
if [ -z "$problems" ]; then
  said_well >"$tmp/text"
  alarm good || problem "petbase:alertUrl was not reached, or refused"
else
  printf '%s' "$problems" | sed "s/^/$service: /" >"$tmp/text"
  alarm bad || problem "petbase:alertUrl was not reached, or refused"
fi
step "$(cat "$tmp/text")"
# A full disk takes no status either; the alarm is out by then.
{ status "$(yes_where_empty "$problems")" >"$folder/status.new" && mv "$folder/status.new" "$folder/status.json"; } || :
[ -z "$problems" ]
