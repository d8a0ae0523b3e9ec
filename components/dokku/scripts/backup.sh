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
# Not atomic: a dump that starts between the two verbs fails, so they run only when something changed.
if [ "$(kept AWS_ACCESS_KEY_ID) $(kept AWS_SECRET_ACCESS_KEY)" != "$key_id $secret_key" ] ||
  [ "$(kept AWS_DEFAULT_REGION) $(kept AWS_SIGNATURE_VERSION) $(kept ENDPOINT_URL)" != "$region s3v4 $endpoint" ]; then
  step "$service: authorising backups to $endpoint"
  known=no
  if [ -n "$(kept AWS_ACCESS_KEY_ID)" ]; then known=yes; fi
  proven
  dokku postgres:backup-deauth "$service"
  dokku postgres:backup-auth "$service" "$key_id" "$secret_key" "$region" s3v4 "$endpoint"
fi
# The plugin writes these files 0644; it reads them just as well when only its owner can.
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
# By which the check knows that it is still this one: what somebody sets by hand, nobody has who has no server any more.
mkdir -p /var/lib/petbase/passphrases
(umask 077 && printf %s "$passphrase" | sha256sum >"/var/lib/petbase/passphrases/$service+")
mv "/var/lib/petbase/passphrases/$service+" "/var/lib/petbase/passphrases/$service"
if [ -n "$passphrase" ]; then chmod 700 "$encryption"; chmod 600 "$encryption"/*; fi
if [ "$(scheduled | sed 's/ *$//')" != "$schedule dokku /usr/bin/dokku postgres:backup $service $target" ]; then
  step "$service: dumps go to $target at $schedule UTC"
  dokku postgres:backup-schedule "$service" "$schedule" "$target"
fi
