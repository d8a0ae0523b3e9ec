# the watch over the dumps of db
set -eu
resource=watch.db
stack=petbase/prod
service=db
said='looked after every 15 minutes, restored for practice weekly'
check='#!/bin/sh
# are the dumps of db young and readable?
set -eu
service=db
bucket=db-backups
prefix=prod/
endpoint=https://0123456789abcdef0123456789abcdef.r2.cloudflarestorage.com
image=petbase/s3backup:0.18.0
schedule='"'"'0 3 * * *'"'"'
max_age=90000
drill_interval=604800
export LC_ALL=C
umask 077
trap '"'"''"'"' HUP PIPE
exec </dev/null
folder=/var/lib/petbase/watch/$service
database=$(printf %s "$service" | tr -- - _)
step() { printf '"'"'%s\n'"'"' "$*" || :; }
docker() { command docker "$@" 9>&-; }
lock() { exec 9>"/run/lock/petbase.$1.lock"; flock --wait 900 9; }
milliseconds() { date +%s%3N; }
utf8() { iconv -c -f UTF-8 -t UTF-8; }
json() { printf '"'"'"%s"'"'"' "$(printf %s "$1" | utf8 | tr '"'"'\000-\037\177'"'"' '"'"' '"'"' | sed '"'"'s/[\\"]/\\&/g'"'"')"; }
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
tail_of() { tail -n 3 "$tmp/$1" 2>/dev/null | tr '"'"'\n\t'"'"' '"'"'  '"'"' | sed '"'"'s#://[^ ]*@#://***@#g; s/^ *//; s/ *$//'"'"'; }
unready() {
  if [ -z "$AWS_ACCESS_KEY_ID" ]; then
    echo "this server has no credentials for the bucket; raise generation in the stack file and run pulumi up"
  elif ! known=$(docker image inspect "$image" 2>&1 >/dev/null); then
    echo "Docker does not show the image $image, and dumps fail without it too ($known); raise generation in the stack file and run pulumi up"
  fi
}
dumps_under() {
  store s3api list-objects-v2 --bucket "$bucket" --prefix "$1postgres-$service-" --query '"'"'Contents[].[Key,Size,ETag,LastModified]'"'"' \
    --output text </dev/null >"$tmp/listed" 2>"$tmp/said" || return 1
  tr -d '"'"'"'"'"' <"$tmp/listed" | sed "s#^$1##" |
    grep -E "^postgres-$service-[0-9]{4}-[0-9]{2}-[0-9]{2}-[0-9]{2}-[0-9]{2}-[0-9]{2}\.tgz(\.gpg)?[[:space:]]" |
    awk -F '"'"'\t'"'"' -v OFS='"'"'\t'"'"' -v before="postgres-$service-" '"'"'{
      named = substr($1, length(before) + 1, 19)
      named = substr(named, 1, 10) "T" substr(named, 12, 2) ":" substr(named, 15, 2) ":" substr(named, 18)
      taken = substr($4, 1, 19)
      print $1, $2, $3, (named > taken ? taken : named) "Z"
    }'"'"' | sort -k 4,4 -k 1,1 || :
}
decrypted() {
  rc=0
  docker run --rm --log-driver none --interactive --env ENCRYPTION_KEY --entrypoint sh "$image" -c '"'"'exec gpg --batch --no-tty --quiet \
--pinentry-mode loopback --passphrase-fd 3 --decrypt 3<<PASSPHRASE
$ENCRYPTION_KEY
PASSPHRASE'"'"' || rc=$?
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
  elif grep -q -e '"'"'No space left'"'"' -e '"'"'Wrote only'"'"' "$tmp/packed"; then
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
    *[?\&]status=up*) printf '"'"'%s\n'"'"' "$url" | sed '"'"'s/\([?&]status=\)up/\1down/'"'"' ;;
    https://hc-ping.com/* | */ping/* | */api/v1/heartbeat/*)
      url=${url%%\?*}
      printf '"'"'%s/fail%s\n'"'"' "${url%/}" "$rest"
      ;;
  esac
}
call() {
  address=$1
  shift
  printf '"'"'url = "%s"\n'"'"' "$address" | command curl --config - --silent --globoff --output /dev/null --write-out '"'"'%{http_code}'"'"' \
    --max-time 30 --retry 3 --retry-delay 2 "$@" 2>/dev/null 9>&- || :
}
told() {
  answer=$(call "$1" --data-binary "@$tmp/text" --header '"'"'Content-Type: text/plain'"'"')
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
trap '"'"'rm -rf "$tmp"'"'"' EXIT
now=$(date +%s)
problems=
name=
bytes=0
age=0
problem() { problems="$problems$*
"; }
hours() { if [ "$1" -lt 7200 ]; then echo "$(($1 / 60)) minutes"; else echo "$(($1 / 3600)) hours"; fi; }
noted() {
  moment=$(cut -d '"'"' '"'"' -f 1 "$folder/$1" 2>/dev/null | grep -xE '"'"'[0-9]+'"'"' || echo 0)
  if [ "$moment" -le "$now" ]; then echo "$moment"; else echo 0; fi
}
since=$(noted since)
later() { if [ "$1" -gt "$since" ]; then echo "$1"; else echo "$since"; fi; }
look_at_the_newest() {
  newest=$(dumps_under "$prefix") || { problem "the bucket does not open: $(tail_of said)"; return 0; }
  newest=$(printf '"'"'%s\n'"'"' "$newest" | tail -n 1)
  name=$(printf '"'"'%s\n'"'"' "$newest" | cut -f 1)
  if [ -z "$name" ]; then
    [ $((now - since)) -le "$max_age" ] || problem "there is no dump in the bucket; due is one by $schedule UTC. Try: ./petbase backup"
    return 0
  fi
  bytes=$(printf '"'"'%s\n'"'"' "$newest" | cut -f 2)
  made=$(date --utc --date "$(printf '"'"'%s\n'"'"' "$newest" | cut -f 4)" +%s)
  age=$((now - made))
  [ $((now - $(later "$made"))) -le "$max_age" ] ||
    problem "the newest dump, $name, is $(hours "$age") old; due is one by $schedule UTC. Try: ./petbase backup"
  if [ "$(cat "$folder/read" 2>/dev/null || :)" != "$newest" ]; then
    begins=$({ unpacked "$name" || : >"$tmp/damaged"; } | { head -c 5; cat >/dev/null; } | tr -d '"'"'\000'"'"')
    if [ -e "$tmp/damaged" ]; then
      problem "$(why "$name")"
    elif [ "$begins" != PGDMP ]; then
      problem "$name holds nothing that pg_dump writes. Try: ./petbase backup"
    else
      printf '"'"'%s\n'"'"' "$newest" >"$folder/read" || :
    fi
  fi
}
look_at_the_passphrase() {
  left=$(cat "/var/lib/petbase/passphrases/$service" 2>/dev/null) || return 0
  [ "$left" = "$(printf %s "$ENCRYPTION_KEY" | sha256sum)" ] ||
    problem "the passphrase on this server is not the stack'"'"'s: somebody changed or removed it, so a new dump opens for nobody else, or for all. Raise generation in the stack file, run pulumi up, then ./petbase backup"
}
look_at_the_disk() {
  used=$(df --output=pcent /var/lib/dokku "$folder" | tail -n 2 | tr -dc '"'"'0-9\n'"'"' | sort -n | tail -n 1)
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
    ends=$(openssl x509 -noout -enddate -in "$certificate" 2>/dev/null | sed -n '"'"'s/^notAfter=//p'"'"')
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
  good='"'"'none yet'"'"'
  [ "$drilled" = 0 ] || good=$(date --utc --date "@$drilled" '"'"'+%Y-%m-%d %H:%M UTC'"'"')
  echo "disk $used % full; newest good drill: $good${soonest:+; next certificate to end: ${soonest#* }, in ${soonest%% *} days}"
}
status() {
  printf '"'"'{"service": %s, "at": %s, "ok": %s, "problems": ['"'"' "$(json "$service")" "$(json "$(date --utc +%Y-%m-%dT%H:%M:%SZ)")" "$1"
  printf '"'"'%s'"'"' "$problems" | while IFS= read -r line; do json "$line"; echo; done | paste -s -d , | tr -d '"'"'\n'"'"'
  printf '"'"'], "key": %s, "bytes": %s, "ageSeconds": %s, "diskPercent": %s, "drilledAt": %s}\n'"'"' \
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
  printf '"'"'%s'"'"' "$problems" | sed "s/^/$service: /" >"$tmp/text"
  alarm bad || problem "petbase:alertUrl was not reached, or refused"
fi
step "$(cat "$tmp/text")"
{ status "$(yes_where_empty "$problems")" >"$folder/status.new" && mv "$folder/status.new" "$folder/status.json"; } || :
[ -z "$problems" ]'
drill='#!/bin/sh
# does the newest dump of db restore?
set -eu
service=db
bucket=db-backups
prefix=prod/
endpoint=https://0123456789abcdef0123456789abcdef.r2.cloudflarestorage.com
image=petbase/s3backup:0.18.0
export LC_ALL=C
umask 077
trap '"'"''"'"' HUP PIPE
exec </dev/null
folder=/var/lib/petbase/watch/$service
database=$(printf %s "$service" | tr -- - _)
step() { printf '"'"'%s\n'"'"' "$*" || :; }
docker() { command docker "$@" 9>&-; }
lock() { exec 9>"/run/lock/petbase.$1.lock"; flock --wait 900 9; }
milliseconds() { date +%s%3N; }
utf8() { iconv -c -f UTF-8 -t UTF-8; }
json() { printf '"'"'"%s"'"'"' "$(printf %s "$1" | utf8 | tr '"'"'\000-\037\177'"'"' '"'"' '"'"' | sed '"'"'s/[\\"]/\\&/g'"'"')"; }
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
tail_of() { tail -n 3 "$tmp/$1" 2>/dev/null | tr '"'"'\n\t'"'"' '"'"'  '"'"' | sed '"'"'s#://[^ ]*@#://***@#g; s/^ *//; s/ *$//'"'"'; }
unready() {
  if [ -z "$AWS_ACCESS_KEY_ID" ]; then
    echo "this server has no credentials for the bucket; raise generation in the stack file and run pulumi up"
  elif ! known=$(docker image inspect "$image" 2>&1 >/dev/null); then
    echo "Docker does not show the image $image, and dumps fail without it too ($known); raise generation in the stack file and run pulumi up"
  fi
}
dumps_under() {
  store s3api list-objects-v2 --bucket "$bucket" --prefix "$1postgres-$service-" --query '"'"'Contents[].[Key,Size,ETag,LastModified]'"'"' \
    --output text </dev/null >"$tmp/listed" 2>"$tmp/said" || return 1
  tr -d '"'"'"'"'"' <"$tmp/listed" | sed "s#^$1##" |
    grep -E "^postgres-$service-[0-9]{4}-[0-9]{2}-[0-9]{2}-[0-9]{2}-[0-9]{2}-[0-9]{2}\.tgz(\.gpg)?[[:space:]]" |
    awk -F '"'"'\t'"'"' -v OFS='"'"'\t'"'"' -v before="postgres-$service-" '"'"'{
      named = substr($1, length(before) + 1, 19)
      named = substr(named, 1, 10) "T" substr(named, 12, 2) ":" substr(named, 15, 2) ":" substr(named, 18)
      taken = substr($4, 1, 19)
      print $1, $2, $3, (named > taken ? taken : named) "Z"
    }'"'"' | sort -k 4,4 -k 1,1 || :
}
decrypted() {
  rc=0
  docker run --rm --log-driver none --interactive --env ENCRYPTION_KEY --entrypoint sh "$image" -c '"'"'exec gpg --batch --no-tty --quiet \
--pinentry-mode loopback --passphrase-fd 3 --decrypt 3<<PASSPHRASE
$ENCRYPTION_KEY
PASSPHRASE'"'"' || rc=$?
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
  elif grep -q -e '"'"'No space left'"'"' -e '"'"'Wrote only'"'"' "$tmp/packed"; then
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
    *[?\&]status=up*) printf '"'"'%s\n'"'"' "$url" | sed '"'"'s/\([?&]status=\)up/\1down/'"'"' ;;
    https://hc-ping.com/* | */ping/* | */api/v1/heartbeat/*)
      url=${url%%\?*}
      printf '"'"'%s/fail%s\n'"'"' "${url%/}" "$rest"
      ;;
  esac
}
call() {
  address=$1
  shift
  printf '"'"'url = "%s"\n'"'"' "$address" | command curl --config - --silent --globoff --output /dev/null --write-out '"'"'%{http_code}'"'"' \
    --max-time 30 --retry 3 --retry-delay 2 "$@" 2>/dev/null 9>&- || :
}
told() {
  answer=$(call "$1" --data-binary "@$tmp/text" --header '"'"'Content-Type: text/plain'"'"')
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
beside() { docker exec --interactive "dokku.postgres.$service" "$@"; }
carry() { beside sh -c '"'"'umask 077; rm -f "$1"; cat >"$1" || { cat >/dev/null; exit 1; }'"'"' sh "$carried"; }
put_down() { beside rm -f "$carried" </dev/null; }
room() {
  { df -P -k "$1"; beside df -P -k /tmp </dev/null; } |
    awk '"'"'$4 ~ /^[0-9]+$/ && (!disks++ || $4 < least) { least = $4 } END { printf "%.0f\n", least * 1024 }'"'"'
}
drop_scratch() { dropped "$1" || { unsubscribed | inside "$1" && dropped "$1"; }; }
dropped() { beside dropdb --username postgres --if-exists --force "$1" </dev/null; }
unsubscribed() { cat <<'"'"'SQL'"'"'
SELECT format(command, subname) FROM pg_subscription JOIN pg_database d ON d.oid = subdbid,
  unnest(ARRAY['"'"'ALTER SUBSCRIPTION %I SET (slot_name = NONE)'"'"', '"'"'DROP SUBSCRIPTION %I'"'"']) WITH ORDINALITY AS c (command, turn)
  WHERE datname = current_database() ORDER BY subname, turn \gexec
SQL
}
inside() {
  as=replica
  [ "$1" != "$database" ] || as=origin
  docker exec --interactive --env PGOPTIONS="-c session_replication_role=$as" "dokku.postgres.$service" \
    psql --username postgres --no-psqlrc --quiet --no-align --tuples-only --set ON_ERROR_STOP=1 --dbname "$1"
}
like_live() {
  drop_scratch "$1" && { empty_like_live "$1"; echo "REVOKE ALL ON DATABASE \"$1\" FROM PUBLIC;"; } | inside postgres
}
empty_like_live() { cat <<SQL
SELECT format('"'"'CREATE DATABASE %I TEMPLATE template0 ENCODING %L LC_COLLATE %L LC_CTYPE %L'"'"', '"'"'$1'"'"',
    pg_encoding_to_char(encoding), datcollate, datctype)
  || CASE to_jsonb(d) ->> '"'"'datlocprovider'"'"' WHEN '"'"'i'"'"' THEN format('"'"' LOCALE_PROVIDER icu ICU_LOCALE %L'"'"', locale)
    WHEN '"'"'b'"'"' THEN format('"'"' LOCALE_PROVIDER builtin BUILTIN_LOCALE %L'"'"', locale) ELSE '"'"''"'"' END
  FROM pg_database d, COALESCE(to_jsonb(d) ->> '"'"'datlocale'"'"', to_jsonb(d) ->> '"'"'daticulocale'"'"') AS locale
  WHERE datname = '"'"'$database'"'"' \gexec
SQL
}
load() {
  into=$1 load_only=${2:-all}
  load_list=$(beside pg_restore --list "$carried" </dev/null) || return 1
  load_first='"'"'^[0-9]+; [0-9]+ [0-9]+ (COMMENT - )?(EVENT TRIGGER|PUBLICATION|SUBSCRIPTION)'"'"'
  load_refresh='"'"'^[0-9]+; [0-9]+ [0-9]+ MATERIALIZED VIEW DATA '"'"'
  load_last=$(printf '"'"'%s\n'"'"' "$load_list" | grep -E "$load_first") || :
  load_list=$(printf '"'"'%s\n'"'"' "$load_list" | grep -E '"'"'^[0-9]+; '"'"' | grep -v -E "$load_first") || :
  load_views=$(printf '"'"'%s\n'"'"' "$load_list" | grep -E "$load_refresh") || :
  load_list=$(printf '"'"'%s\n'"'"' "$load_list" | grep -v -E "$load_refresh") || :
  if makes_public; then echo '"'"'DROP SCHEMA IF EXISTS public;'"'"' | in_scratch || return 1; fi
  beside pg_restore --username postgres --exit-on-error --no-owner --no-acl --section=pre-data --dbname "$into" "$carried" </dev/null &&
    handed_over | in_scratch || return 1
  if [ "$load_only" != schema ]; then
    jobs=$(abreast | in_scratch) && picked '"'"'petbase load'"'"' "$load_list" data "$jobs" || return 1
  fi
  picked '"'"'petbase load'"'"' "$load_list" post-data "$(cores)" || return 1
  if [ "$load_only" != schema ]; then picked '"'"'petbase load'"'"' "$load_views" post-data 1 || return 1; fi
  picked postgres "$load_last" post-data 1 && { [ "$load_only" != all ] || taken_back | in_scratch; }
}
in_scratch() { inside "$into"; }
picked() {
  [ -z "$2" ] || printf '"'"'%s\n'"'"' "$2" |
    chosen --exit-on-error --no-owner --no-acl --username "$1" --section "$3" --jobs "$4" --dbname "$into"
}
chosen() { beside pg_restore --use-list /dev/stdin "$@" "$carried"; }
cores() { if [ "$(nproc)" -lt 4 ]; then nproc; else echo 4; fi; }
abreast() { cat <<SQL
SELECT CASE WHEN EXISTS (SELECT FROM pg_depend d LEFT JOIN pg_attrdef a ON d.classid = '"'"'pg_attrdef'"'"'::regclass AND a.oid = d.objid
    LEFT JOIN pg_attribute c ON c.attrelid = adrelid AND c.attnum = adnum
  WHERE d.refclassid IN ('"'"'pg_proc'"'"'::regclass, '"'"'pg_operator'"'"'::regclass) AND d.refobjid >= 16384
    AND (d.classid IN ('"'"'pg_constraint'"'"'::regclass, '"'"'pg_class'"'"'::regclass) OR attgenerated <> '"'"''"'"')
    AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = d.refclassid AND e.objid = d.refobjid AND e.deptype = '"'"'e'"'"'))
  THEN 1 ELSE $(cores) END;
SQL
}
handed_over() { cat <<'"'"'SQL'"'"'
SELECT '"'"'CREATE ROLE "petbase load"'"'"' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '"'"'petbase load'"'"') \gexec
ALTER ROLE "petbase load" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION BYPASSRLS PASSWORD NULL;
SELECT format('"'"'GRANT CONNECT ON DATABASE %I TO "petbase load"'"'"', current_database()) \gexec
SELECT format('"'"'ALTER %s %s OWNER TO "petbase load"'"'"', kind, object) FROM (
  SELECT '"'"'pg_namespace'"'"'::regclass AS catalog, oid, '"'"'SCHEMA'"'"' AS kind, oid::regnamespace::text AS object,
    oid AS schema, nspowner AS owner FROM pg_namespace
  UNION ALL SELECT '"'"'pg_class'"'"'::regclass, oid, CASE relkind WHEN '"'"'v'"'"' THEN '"'"'VIEW'"'"' WHEN '"'"'m'"'"' THEN '"'"'MATERIALIZED VIEW'"'"'
    WHEN '"'"'f'"'"' THEN '"'"'FOREIGN TABLE'"'"' WHEN '"'"'S'"'"' THEN '"'"'SEQUENCE'"'"' ELSE '"'"'TABLE'"'"' END, oid::regclass::text, relnamespace, relowner
    FROM pg_class WHERE relkind IN ('"'"'r'"'"', '"'"'p'"'"', '"'"'v'"'"', '"'"'m'"'"', '"'"'f'"'"', '"'"'S'"'"')
  UNION ALL SELECT '"'"'pg_proc'"'"'::regclass, oid, '"'"'ROUTINE'"'"', oid::regprocedure::text, pronamespace, proowner FROM pg_proc
  UNION ALL SELECT '"'"'pg_type'"'"'::regclass, oid, '"'"'TYPE'"'"', oid::regtype::text, typnamespace, typowner FROM pg_type
    WHERE typtype IN ('"'"'e'"'"', '"'"'d'"'"', '"'"'r'"'"') OR typtype = '"'"'c'"'"' AND EXISTS (SELECT FROM pg_class WHERE oid = typrelid AND relkind = '"'"'c'"'"')
) thing JOIN pg_namespace n ON n.oid = schema
  WHERE owner = current_user::regrole AND nspname !~ '"'"'^(pg_|information_schema$)'"'"' AND NOT EXISTS (
    SELECT FROM pg_depend d WHERE d.classid = catalog AND d.objid = thing.oid AND objsubid = 0
      AND (deptype IN ('"'"'i'"'"', '"'"'e'"'"') OR deptype = '"'"'a'"'"' AND refobjsubid > 0)) \gexec
SELECT format('"'"'ALTER LARGE OBJECT %s OWNER TO "petbase load"'"'"', oid) FROM pg_largeobject_metadata
  WHERE lomowner = current_user::regrole \gexec
SELECT format('"'"'GRANT USAGE, CREATE ON SCHEMA %I TO "petbase load"'"'"', nspname) FROM pg_namespace
  WHERE nspname !~ '"'"'^(pg_|information_schema$)'"'"' \gexec
SELECT format('"'"'GRANT SELECT, %s ON %s TO "petbase load"'"'"', CASE relkind WHEN '"'"'S'"'"' THEN '"'"'UPDATE'"'"' ELSE '"'"'INSERT'"'"' END, objid::regclass)
  FROM pg_depend JOIN pg_class c ON c.oid = objid
  WHERE classid = '"'"'pg_class'"'"'::regclass AND deptype = '"'"'e'"'"' AND relkind IN ('"'"'r'"'"', '"'"'p'"'"', '"'"'S'"'"') \gexec
SQL
}
taken_back() { cat <<'"'"'SQL'"'"'
REASSIGN OWNED BY "petbase load" TO CURRENT_USER;
DROP OWNED BY "petbase load";
SQL
}
makes_public() {
  beside pg_restore --schema-only --no-owner --no-acl --file - "$carried" </dev/null | awk '"'"'
    /^-- Name: / { here = /^-- Name: public; Type: SCHEMA;/ }
    here && /^CREATE SCHEMA public;$/ { found = 1 }
    END { exit !found }'"'"'
}
fingerprint_of_database() {
  written=$(beside pg_dump --username postgres --schema-only --no-owner --no-acl --dbname "$1" </dev/null) || return 1
  printf '"'"'%s\n'"'"' "$written" | awk '"'"'
    /^-- Name: / { if (entries++) print entry; entry = ""; next }
    !entries || /^$/ || /^--$/ || /^-- PostgreSQL database dump complete$/ || /^\\unrestrict / { next }
    /^SET default_(tablespace|table_access_method) = / { next }
    { entry = entry "\001" $0 }
    END { if (entries) print entry }'"'"' | LC_ALL=C sort | sha256sum | cut -d '"'"' '"'"' -f 1
}
fingerprint_of_dump() {
  { like_live petbase_schema && load petbase_schema schema; } || return 1
  fingerprint_of_database petbase_schema || return 1
  drop_scratch petbase_schema
}
copied() {
  held_there=$(dumps_under "${prefix}verified/") || return 1
  ! printf '"'"'%s\n'"'"' "$held_there" | awk -F '"'"'\t'"'"' -v name="$1" -v bytes="$bytes" -v etag="$etag" '"'"'
    $1 == name && $2 == bytes && ($3 == etag || $3 etag ~ /-/) { same = 1 } END { exit !same }'"'"' || return 0
  if [ "$bytes" -le 5000000000 ]; then
    store s3api copy-object --bucket "$bucket" --copy-source "$bucket/$prefix$1" --key "${prefix}verified/$1"
  else
    store s3 cp --only-show-errors --copy-props none "s3://$bucket/$prefix$1" "s3://$bucket/${prefix}verified/$1"
  fi </dev/null >/dev/null 2>"$tmp/said"
}
superfluous() {
  days=0 weeks=0 months=0 day='"'"''"'"' week='"'"''"'"' month='"'"''"'"'
  tac | while read -r verified _ _ moment; do
    needed=no
    if [ "$(date --utc --date "$moment" +%F)" != "$day" ]; then
      day=$(date --utc --date "$moment" +%F)
      days=$((days + 1))
      [ "$days" -gt 7 ] || needed=yes
    fi
    if [ "$(date --utc --date "$moment" +%G-%V)" != "$week" ]; then
      week=$(date --utc --date "$moment" +%G-%V)
      weeks=$((weeks + 1))
      [ "$weeks" -gt 4 ] || needed=yes
    fi
    if [ "$(date --utc --date "$moment" +%Y-%m)" != "$month" ]; then
      month=$(date --utc --date "$moment" +%Y-%m)
      months=$((months + 1))
      [ "$months" -gt 6 ] || needed=yes
    fi
    [ "$needed" = yes ] || printf '"'"'%s\n'"'"' "$verified"
  done
}
pruned() {
  held_there=$(dumps_under "${prefix}verified/") || return 0
  for old in $(printf '"'"'%s\n'"'"' "$held_there" | superfluous); do
    if store s3api delete-object --bucket "$bucket" --key "${prefix}verified/$old" </dev/null >/dev/null 2>"$tmp/said"; then
      step "verified/$old goes; newer ones count for its day, week and month"
    elif grep -q ObjectLocked "$tmp/said"; then
      step "verified/$old is locked; it goes once it is not, since newer ones count for its day, week and month"
    else
      step "verified/$old stays: $(tail_of said)"
    fi
  done
}
tmp=/run/petbase.drill.$service
carried=/tmp/petbase_drill
error='"'"'it ended before it was done'"'"'
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
seconds() { printf '"'"'%d.%03d'"'"' $(($1 / 1000)) $(($1 % 1000)); }
lap() { lapped=$(($(milliseconds) - since)); since=$(milliseconds); }
evidence() {
  printf '"'"'{"service": %s, "key": %s, "etag": %s, "bytes": %s, "at": %s, "ok": %s, "error": %s, '"'"' "$(json "$service")" \
    "$(or_null "${name:+$prefix$name}")" "$(json "$etag")" "$bytes" "$(json "$at")" \
    "$(yes_where_empty "$error")" "$(or_null "$error")"
  printf '"'"'"version": %s, "fingerprint": %s, "equal": %s, "rows": {%s}, '"'"' "$(json "$version")" "$(json "$fingerprint")" "$equal" "$rows"
  printf '"'"'"seconds": {"fetch": %s, "restore": %s, "compare": %s, "count": %s, "total": %s}}\n'"'"' "$(seconds "$fetch")" \
    "$(seconds "$restore")" "$(seconds "$compare")" "$(seconds "$count")" "$(seconds $(($(milliseconds) - began)))"
}
evidence_name() {
  held_name=${name:-drill-$(date --utc +%Y-%m-%d-%H-%M-%S)}
  if [ -n "$error" ] && grep -q '"'"'"ok": true'"'"' "$folder/evidence/$held_name.json" 2>/dev/null; then held_name=$held_name.failed; fi
  printf '"'"'%s.json\n'"'"' "$held_name"
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
trap '"'"'error="ended by a signal"; exit 1'"'"' INT TERM
find_the_newest() {
  unready=$(unready)
  [ -z "$unready" ] || fail "$unready"
  newest=$(dumps_under "$prefix") || fail "the bucket does not open: $(tail_of said)"
  newest=$(printf '"'"'%s\n'"'"' "$newest" | tail -n 1)
  [ -n "$newest" ] || fail "there is no dump in the bucket. Try: ./petbase backup"
  name=$(printf '"'"'%s\n'"'"' "$newest" | cut -f 1)
  bytes=$(printf '"'"'%s\n'"'"' "$newest" | cut -f 2)
  etag=$(printf '"'"'%s\n'"'"' "$newest" | cut -f 3)
}
need_room() {
  live=$(beside psql --username postgres --dbname postgres --tuples-only --no-align --command "SELECT pg_database_size('"'"'$database'"'"')" </dev/null 2>"$tmp/said") ||
    fail "$service does not answer a query: $(tail_of said)"
  needed=$((bytes / 1024 + 2 * live / 1024 + 65536))
  free=$(($(room /var/lib/dokku) / 1024))
  [ "$free" -gt "$needed" ] || fail "the disk has $((free / 1024)) MB free, and a drill of this dump needs $((needed / 1024))"
}
tables() { cat <<'"'"'SQL'"'"'
\set QUIET on
\pset format unaligned
\pset tuples_only on
SELECT set_config('"'"'client_encoding'"'"', '"'"'UTF8'"'"', false) WHERE getdatabaseencoding() <> '"'"'SQL_ASCII'"'"' \g /dev/null
SELECT format('"'"'SELECT %L || count(*) FROM %I.%I'"'"', to_json(nspname || '"'"'.'"'"' || relname)::text || '"'"': '"'"', nspname, relname)
  FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
  WHERE relkind IN ('"'"'r'"'"', '"'"'m'"'"') AND nspname !~ '"'"'^(pg_|information_schema$)'"'"' AND relispopulated ORDER BY nspname, relname \gexec
SQL
}
since=$began
find_the_newest
need_room
step "$name: fetching and unpacking $bytes bytes"
fetched "$name" || fail "$(why "$name")"
beside pg_restore --list "$carried" </dev/null >"$tmp/list" 2>"$tmp/said" || fail "$name is no dump that this PostgreSQL can read: $(tail_of said)"
version=$(sed -n '"'"'s/^;  *Dumped from database version: //p'"'"' "$tmp/list")
lap
fetch=$lapped
step "$name: restoring into a database of its own"
{ like_live petbase_drill && load petbase_drill held; } >/dev/null 2>"$tmp/said" || fail "the restore stopped: $(tail_of said)"
lap
restore=$lapped
step "$name: comparing its schema"
fingerprint=$(fingerprint_of_dump 2>"$tmp/said") || fail "the dump'"'"'s schema cannot be read: $(tail_of said)"
restored=$(fingerprint_of_database petbase_drill 2>"$tmp/said") || fail "the restored schema cannot be read: $(tail_of said)"
if [ "$fingerprint" = "$restored" ]; then equal=true; else equal=false; fail "the restored schema is not the dump'"'"'s"; fi
lap
compare=$lapped
rows=$(tables | beside psql --username '"'"'petbase load'"'"' --no-psqlrc --set ON_ERROR_STOP=1 --dbname petbase_drill 2>"$tmp/said") ||
  fail "its rows cannot be counted: $(tail_of said)"
rows=$(printf '"'"'%s\n'"'"' "$rows" | utf8 | paste -s -d ,)
drop_scratch petbase_drill >/dev/null 2>"$tmp/said" || fail "the throw-away database stays: $(tail_of said)"
lap
count=$lapped
copied "$name" || fail "it was verified, but not copied to verified/: $(tail_of said)"
error=
kept_evidence || fail "it was verified, but its evidence was not kept: $(tail_of said)"
echo "$(date +%s) $name" >"$folder/drilled"
rm -f "$folder/drill-failed"
pruned
step "$name: restores well"'
check_service='[Unit]
Description=Petbase: are the dumps of db young and readable
Wants=network-online.target
After=network-online.target docker.service
[Service]
Type=oneshot
ExecStart=/var/lib/petbase/watch/db/check
Nice=10
TimeoutStartSec=1h'
check_timer='[Unit]
Description=Petbase: are the dumps of db young and readable
[Timer]
OnCalendar=*:0/15
Persistent=true
RandomizedDelaySec=0
[Install]
WantedBy=timers.target'
drill_service='[Unit]
Description=Petbase: does the newest dump of db restore
Wants=network-online.target
After=network-online.target docker.service
[Service]
Type=oneshot
ExecStart=/var/lib/petbase/watch/db/drill
Nice=10
TimeoutStartSec=12h'
drill_timer='[Unit]
Description=Petbase: does the newest dump of db restore
[Timer]
OnCalendar=weekly
Persistent=true
RandomizedDelaySec=5min
[Install]
WantedBy=timers.target'
crontab='PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
*/15 * * * * root nice /var/lib/petbase/watch/db/check >/run/petbase-check-db.log 2>&1
0 0 * * 1 root nice /var/lib/petbase/watch/db/drill >/run/petbase-drill-db.log 2>&1'
{ IFS= read -r _ && IFS= read -r alert_url && IFS= read -r last && [ "$last" = end ]; } || { echo "the standard input came cut off; nothing was done"; exit 65; }
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
put() {
  if [ -f "$1" ] && [ "$(cat "$1")" = "$3" ]; then return; fi
  mkdir -p "${1%/*}" "${pending%/*}"
  : >"$pending"
  (umask 077 && printf '%s\n' "$3" >"$1+")
  chmod "$2" "$1+"
  mv "$1+" "$1"
}
booted() { [ -d /run/systemd/system ]; }
units=/etc/systemd/system
timer() {
  if [ -n "$2" ]; then
    put "$units/$1.timer" 644 "$2"
  elif [ -e "$units/$1.timer" ]; then
    : >"$pending"
    systemctl disable --now "$1.timer"
    rm -f "$units/$1.timer"
  fi
}
started() {
  if [ -e "$pending" ] || ! systemctl --quiet is-active "$1.timer"; then
    systemctl enable "$1.timer"
    systemctl restart "$1.timer"
  fi
}
by_systemd() {
  put "$units/petbase-check-$service.service" 644 "$check_service"
  put "$units/petbase-drill-$service.service" 644 "$drill_service"
  timer "petbase-check-$service" "$check_timer"
  timer "petbase-drill-$service" "$drill_timer"
  if [ -e "$pending" ]; then systemctl daemon-reload; fi
  if [ -n "$check_timer" ]; then started "petbase-check-$service"; fi
  if [ -n "$drill_timer" ]; then started "petbase-drill-$service"; fi
}
by_cron() {
  said="$said, by cron"
  if [ -n "$crontab" ]; then put "/etc/cron.d/petbase-$service" 644 "$crontab"; else rm -f "/etc/cron.d/petbase-$service"; fi
}
claim "watches/$service"
folder=/var/lib/petbase/watch/$service
mkdir -p "$folder"
chmod 700 "$folder"
mark "watches/$service" made
pending=$folder/pending
if [ -n "$alert_url" ]; then put "$folder/alert-url" 600 "$alert_url"; else rm -f "$folder/alert-url"; fi
put "$folder/check" 755 "$check"
put "$folder/drill" 755 "$drill"
if [ -z "$check_timer" ]; then rm -f "$folder/since"; elif [ ! -s "$folder/since" ]; then date +%s >"$folder/since"; fi
if booted; then by_systemd; else by_cron; fi
rm -f "$pending"
step "$service: $said${alert_url:+, with an alarm}"
