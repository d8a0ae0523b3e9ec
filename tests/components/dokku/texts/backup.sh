# backups of db
set -eu
resource=backup.db
stack=petbase/prod
service=db
paused=no
encrypt=yes
schedule='0 3 * * *'
target=db-backups/prod
region=auto
endpoint=https://0123456789abcdef0123456789abcdef.r2.cloudflarestorage.com
image=petbase/s3backup:0.18.0
base=dokku/s3backup:0.18.0
{ IFS= read -r _ && IFS= read -r key_id && IFS= read -r secret_key && IFS= read -r passphrase && IFS= read -r last && [ "$last" = end ]; } || { echo "the standard input came cut off; nothing was done"; exit 65; }
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
need_image() {
  if docker image inspect "$image" >/dev/null; then return 0; fi
  step "$service: building the dump image $image"
  docker build --tag "$image" - <<DOCKERFILE
FROM $base
ENV AWS_REQUEST_CHECKSUM_CALCULATION=when_required AWS_RESPONSE_CHECKSUM_VALIDATION=when_required
DOCKERFILE
}
proof() {
  (
    export AWS_ACCESS_KEY_ID="$key_id" AWS_SECRET_ACCESS_KEY="$secret_key" AWS_DEFAULT_REGION="$region" AWS_MAX_ATTEMPTS=1
    docker run --rm --log-driver none --interactive \
      --env AWS_ACCESS_KEY_ID --env AWS_SECRET_ACCESS_KEY --env AWS_DEFAULT_REGION --env AWS_MAX_ATTEMPTS \
      --entrypoint aws "$image" --endpoint-url "$endpoint" s3 "$1" --only-show-errors "$2" ${3:+"$3"} 2>&1
  )
}
writes() { printf 'The stack %s may write here.\n' "$stack" | proof cp - "s3://$target/petbase-$service.txt"; }
goes_again() { proof rm "s3://$target/petbase-$service.txt" </dev/null; }
proven() {
  tries=0
  until answer=$(writes); do
    tries=$((tries + 1))
    case $answer in
      *"Could not connect to the endpoint"* | *"Connect timeout on endpoint"*) reached=no limit=10 ;;
      *) reached=yes limit=25 ;;
    esac
    if [ "$tries" -ge "$limit" ]; then
      if [ "$known $reached" = "no no" ]; then
        step "$service: the store at $endpoint is not reached from here ($answer). No dump arrives until it is; try then: ./petbase backup"
        return
      fi
      fail "the store at $endpoint takes nothing for $target ($answer); the credentials of before, if any, were left as they were"
    fi
    sleep 3
  done
  goes_again || :
}
claim "backups/$service"
service_exists "$service" || fail "database $service is not on this server; nothing was changed. Raise generation in the stack file and run pulumi up"
lock 8 services
held=/var/lib/dokku/services/postgres/$service/backup
kept() { cat "$held/$1" 2>/dev/null || :; }
scheduled() { dokku postgres:backup-schedule-cat "$service" || :; }
mark "backups/$service" made
if [ "$paused" = yes ]; then
  if [ -n "$(scheduled)" ]; then dokku postgres:backup-unschedule "$service"; fi
  if [ -d "$held" ]; then dokku postgres:backup-deauth "$service"; fi
  step "$service: backups are paused; no dump is made, and none expires"
  exit 0
fi
need_image
mkdir -p /home/dokku/.dokkurc
printf 'export PLUGIN_S3BACKUP_IMAGE=%s\n' "$image" >"$log.image"
if ! cmp -s "$log.image" /home/dokku/.dokkurc/petbase; then
  chmod 644 "$log.image"
  mv "$log.image" /home/dokku/.dokkurc/petbase
fi
rm -f "$log.image"
if [ "$(kept AWS_ACCESS_KEY_ID) $(kept AWS_SECRET_ACCESS_KEY)" != "$key_id $secret_key" ] ||
  [ "$(kept AWS_DEFAULT_REGION) $(kept AWS_SIGNATURE_VERSION) $(kept ENDPOINT_URL)" != "$region s3v4 $endpoint" ]; then
  step "$service: authorising backups to $endpoint"
  known=no
  if [ -n "$(kept AWS_ACCESS_KEY_ID)" ]; then known=yes; fi
  proven
  dokku postgres:backup-deauth "$service"
  dokku postgres:backup-auth "$service" "$key_id" "$secret_key" "$region" s3v4 "$endpoint"
fi
chmod 700 "$held"
chmod 600 "$held"/*
encryption=$held-encryption
if [ "$(cat "$encryption/ENCRYPTION_KEY" 2>/dev/null || :)" != "$passphrase" ]; then
  if [ -n "$passphrase" ]; then
    step "$service: dumps are encrypted from now on"
    dokku postgres:backup-set-encryption "$service" "$passphrase"
  else
    dokku postgres:backup-unset-encryption "$service"
  fi
fi
mkdir -p /var/lib/petbase/passphrases
(umask 077 && printf %s "$passphrase" | sha256sum >"/var/lib/petbase/passphrases/$service+")
mv "/var/lib/petbase/passphrases/$service+" "/var/lib/petbase/passphrases/$service"
if [ -n "$passphrase" ]; then chmod 700 "$encryption"; chmod 600 "$encryption"/*; fi
if [ "$(scheduled | sed 's/ *$//')" != "$schedule dokku /usr/bin/dokku postgres:backup $service $target" ]; then
  step "$service: dumps go to $target at $schedule UTC"
  dokku postgres:backup-schedule "$service" "$schedule" "$target"
fi
