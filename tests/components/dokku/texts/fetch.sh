# a dump of db from the bucket
set -eu
resource=fetch.db
service=db
name=postgres-db-2026-11-22.tgz.c0ffee
file=/tmp/petbase_sent.postgres-db-2026-11-22.tgz.c0ffee
dump=postgres-db-2026-11-22.tgz
size=4096
image=petbase/s3backup:0.18.0
base=dokku/s3backup:0.18.0
{ IFS= read -r _ && IFS= read -r url && IFS= read -r passphrase && IFS= read -r other && IFS= read -r last && [ "$last" = end ]; } || { echo "the standard input came cut off; nothing was done"; exit 65; }
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
beside() { docker exec --interactive "dokku.postgres.$service" "$@"; }
carry() { beside sh -c 'umask 077; rm -f "$1"; cat >"$1" || { cat >/dev/null; exit 1; }' sh "$carried"; }
put_down() { beside rm -f "$carried" </dev/null; }
room() {
  { df -P -k "$1"; beside df -P -k /tmp </dev/null; } |
    awk '$4 ~ /^[0-9]+$/ && (!disks++ || $4 < least) { least = $4 } END { printf "%.0f\n", least * 1024 }'
}
need_image() {
  if docker image inspect "$image" >/dev/null; then return 0; fi
  step "$service: building the dump image $image"
  docker build --tag "$image" - <<DOCKERFILE
FROM $base
ENV AWS_REQUEST_CHECKSUM_CALCULATION=when_required AWS_RESPONSE_CHECKSUM_VALIDATION=when_required
DOCKERFILE
}
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
part=/var/lib/petbase/restores/$service/$name.part
carried=$file.part
umask 077
tmp=$(mktemp -d)
tidy() {
  [ -z "${watching:-}" ] || kill "$watching" || :
  rm -rf "$tmp"
}
full() { rm -f "$part"; put_down; fail "the disk of the server is full. Look at: df --human-readable"; }
came() { stat -c %s "$part" 2>/dev/null || echo 0; }
watch() {
  while kill -0 "$$" 2>/dev/null; do
    sleep 1 3>&-
    step "@progress $(came)"
  done
}
if beside test -e "$file" </dev/null; then exit 0; fi
watch 8>&- 9>&- &
watching=$!
at=-1
while [ "$(came)" -lt "$size" ] && [ "$(came)" -gt "$at" ]; do
  at=$(came)
  printf 'url = "%s"\n' "$url" | command curl --config - --globoff --silent --show-error --fail --continue-at "$at" --retry 2 \
    --connect-timeout 10 --speed-limit 1 --speed-time 60 --output "$part" 2>"$tmp/fetched" 3>&- 8>&- 9>&- || :
done
kill "$watching" || :
watching=
if grep -q '^curl: (23)' "$tmp/fetched" 2>/dev/null; then full; fi
if [ "$(came)" != "$size" ]; then
  [ "$(came)" -lt "$size" ] || rm -f "$part"
  fail "$(tail_of fetched)"
fi
given() { cat "$part"; }
wrong() { [ -e "$tmp/opening" ] && grep -q -i -e 'bad session key' -e 'bad passphrase' "$tmp/opened"; }
case $dump in *.gpg) need_image ;; esac
ENCRYPTION_KEY=$passphrase
fetched "$dump" || { wrong && [ -n "$other" ] && ENCRYPTION_KEY=$other && fetched "$dump"; } || {
  if grep -q -i -e 'no space left' -e 'wrote only' "$tmp/packed" 2>/dev/null; then full; fi
  put_down
  if wrong; then
    echo "no passphrase that is known opens it"
    exit 4
  fi
  rm -f "$part"
  if [ -e "$tmp/opening" ]; then echo "$dump cannot be decrypted: $(tail_of opened)"; else why "$dump"; fi
  exit 5
}
beside mv "$carried" "$file" </dev/null
rm -f "$part"
