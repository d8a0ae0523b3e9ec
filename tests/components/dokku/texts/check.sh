#!/bin/sh
# are the dumps of db young and readable?
set -eu
service=db
bucket=db-backups
prefix=prod/
endpoint=https://0123456789abcdef0123456789abcdef.r2.cloudflarestorage.com
image=petbase/s3backup:0.18.0
schedule='0 3 * * *'
max_age=90000
drill_interval=604800
export LC_ALL=C
umask 077
trap '' HUP PIPE
exec </dev/null
folder=/var/lib/petbase/watch/$service
database=$(printf %s "$service" | tr -- - _)
step() { printf '%s\n' "$*" || :; }
docker() { command docker "$@" 9>&-; }
lock() { exec 9>"/run/lock/petbase.$1.lock"; flock --wait 900 9; }
milliseconds() { date +%s%3N; }
utf8() { iconv -c -f UTF-8 -t UTF-8; }
json() { printf '"%s"' "$(printf %s "$1" | utf8 | tr '\000-\037\177' ' ' | sed 's/[\\"]/\\&/g')"; }
or_null() { if [ -z "$1" ]; then echo null; else json "$1"; fi; }
yes_where_empty() { if [ -z "$1" ]; then echo true; else echo false; fi; }
held=/var/lib/dokku/services/postgres/$service/backup
kept() { cat "$held/$1" 2>/dev/null || :; }
AWS_ACCESS_KEY_ID=$(kept AWS_ACCESS_KEY_ID)
AWS_SECRET_ACCESS_KEY=$(kept AWS_SECRET_ACCESS_KEY)
AWS_DEFAULT_REGION=$(kept AWS_DEFAULT_REGION)
ENCRYPTION_KEY=$(cat "$held-encryption/ENCRYPTION_KEY" 2>/dev/null || :)
export AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_DEFAULT_REGION ENCRYPTION_KEY
store() {
  docker run --rm --log-driver none --interactive --env AWS_ACCESS_KEY_ID --env AWS_SECRET_ACCESS_KEY --env AWS_DEFAULT_REGION \
    --entrypoint aws "$image" --endpoint-url "$endpoint" "$@"
}
tail_of() { tail -n 3 "$tmp/$1" 2>/dev/null | tr '\n\t' '  ' | sed 's#://[^ ]*@#://***@#g; s/^ *//; s/ *$//'; }
unready() {
  if [ -z "$AWS_ACCESS_KEY_ID" ]; then
    echo "this server has no credentials for the bucket; raise generation in the stack file and run pulumi up"
  elif ! known=$(docker image inspect "$image" 2>&1 >/dev/null); then
    echo "Docker does not show the image $image, and dumps fail without it too ($known); raise generation in the stack file and run pulumi up"
  fi
}
dumps_under() {
  store s3api list-objects-v2 --bucket "$bucket" --prefix "$1postgres-$service-" --query 'Contents[].[Key,Size,ETag,LastModified]' \
    --output text </dev/null >"$tmp/listed" 2>"$tmp/said" || return 1
  tr -d '"' <"$tmp/listed" | sed "s#^$1##" |
    grep -E "^postgres-$service-[0-9]{4}-[0-9]{2}-[0-9]{2}-[0-9]{2}-[0-9]{2}-[0-9]{2}\.tgz(\.gpg)?[[:space:]]" |
    awk -F '\t' -v OFS='\t' -v before="postgres-$service-" '{
      named = substr($1, length(before) + 1, 19)
      named = substr(named, 1, 10) "T" substr(named, 12, 2) ":" substr(named, 15, 2) ":" substr(named, 18)
      taken = substr($4, 1, 19)
      print $1, $2, $3, (named > taken ? taken : named) "Z"
    }' | sort -k 4,4 -k 1,1 || :
}
decrypted() {
  rc=0
  docker run --rm --log-driver none --interactive --env ENCRYPTION_KEY --entrypoint sh "$image" -c 'exec gpg --batch --no-tty --quiet \
--pinentry-mode loopback --passphrase-fd 3 --decrypt 3<<PASSPHRASE
$ENCRYPTION_KEY
PASSPHRASE' || rc=$?
  cat >/dev/null
  return "$rc"
}
given() { store s3 cp --no-progress "s3://$bucket/$prefix$1" - </dev/null; }
unpacked() {
  rm -f "$tmp/fetching" "$tmp/opening"
  rc=0
  { given "$1" 2>"$tmp/fetched" || : >"$tmp/fetching"; } |
    case $1 in
      *.gpg) decrypted 2>"$tmp/opened" || : >"$tmp/opening" ;;
      *) cat ;;
    esac | { tar --extract --gzip --to-stdout backup/export 2>"$tmp/packed" || rc=1; cat >/dev/null; exit "$rc"; } || rc=1
  [ "$rc" = 0 ] && [ ! -e "$tmp/fetching" ] && [ ! -e "$tmp/opening" ]
}
fetched() {
  rm -f "$tmp/damaged"
  { unpacked "$1" || : >"$tmp/damaged"; } | carry 2>>"$tmp/packed" && [ ! -e "$tmp/damaged" ]
}
why() {
  if [ -e "$tmp/fetching" ]; then
    echo "$1 cannot be fetched: $(tail_of fetched)"
  elif [ -e "$tmp/opening" ] && [ -z "$ENCRYPTION_KEY" ]; then
    echo "$1 is encrypted, and this server has no passphrase"
  elif [ -e "$tmp/opening" ]; then
    echo "$1 cannot be decrypted with the passphrase of this server ($(tail_of opened)): made with another one, or damaged. After a change of passphrase: ./petbase backup"
  elif grep -q -e 'No space left' -e 'Wrote only' "$tmp/packed"; then
    echo "the disk filled up while $1 was unpacked. Look at: df --human-readable"
  else
    echo "$1 is damaged: $(tail_of packed)"
  fi
}
url=$(cat "$folder/alert-url" 2>/dev/null || :)
url=${url%%#*}
failing_url() {
  rest=
  case $url in *\?*) rest="?${url#*\?}" ;; esac
  case $url in
    *[?\&]status=up*) printf '%s\n' "$url" | sed 's/\([?&]status=\)up/\1down/' ;;
    https://hc-ping.com/* | */ping/* | */api/v1/heartbeat/*)
      url=${url%%\?*}
      printf '%s/fail%s\n' "${url%/}" "$rest"
      ;;
  esac
}
call() {
  address=$1
  shift
  printf 'url = "%s"\n' "$address" | command curl --config - --silent --globoff --output /dev/null --write-out '%{http_code}' \
    --max-time 30 --retry 3 --retry-delay 2 "$@" 2>/dev/null 9>&- || :
}
told() {
  answer=$(call "$1" --data-binary "@$tmp/text" --header 'Content-Type: text/plain')
  case $answer in 404 | 405 | 501) answer=$(call "$1") ;; esac
  case $answer in 2??) return 0 ;; esac
  return 1
}
alarm() {
  [ -n "$url" ] || return 0
  if [ "$1" = good ]; then
    to=$url
  else
    to=$(failing_url)
    [ -n "$to" ] || { step "alarm: by silence, as this service has no address for failures"; return 0; }
  fi
  told "$to" || { step "alarm: petbase:alertUrl was not reached, or refused ($answer)"; return 1; }
}
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
noted() {
  moment=$(cut -d ' ' -f 1 "$folder/$1" 2>/dev/null | grep -xE '[0-9]+' || echo 0)
  if [ "$moment" -le "$now" ]; then echo "$moment"; else echo 0; fi
}
since=$(noted since)
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
{ status "$(yes_where_empty "$problems")" >"$folder/status.new" && mv "$folder/status.new" "$folder/status.json"; } || :
[ -z "$problems" ]
