claim "backups/$service"
lock 8 services
if service_exists "$service"; then
  step "$service: no more dumps; those in the bucket stay"
  dokku postgres:backup-unschedule "$service"
  dokku postgres:backup-deauth "$service"
fi
rm -f "/var/lib/petbase/passphrases/$service" "/var/lib/petbase/backups/$service"
