lock 8 services
if service_exists "$service"; then
  step "$service: destroying, with every schema in it"
  dokku postgres:destroy "$service" --force
fi
rm -f "/var/lib/petbase/passphrases/$service" "/var/lib/petbase/backups/$service"
rm -rf "/var/lib/petbase/restores/$service" "/var/lib/petbase/links/$service"
# The mark last: without it a run that was cut off could not go on.
rm -f "/var/lib/petbase/services/$service"
step "$service: is gone; its dumps stay in the bucket"
