# what is on this server
set -eu
tell() { printf '%s\n' "$*" | tr '\n' ' ' | sed 's#://[^@/ ]*@#://***@#g; s/ *$//'; echo; }
broken() { tell "broken $*"; exit 0; }
asked() {
  what=$1
  shift
  said=$("$@" 2>/dev/null </dev/null) || broken "$* says: $("$@" 2>&1 </dev/null | tail -n 2)"
  tell "$what $said"
}
first() { head -n 1 "$1" 2>/dev/null || :; }
sh -c 'command -v dokku' >/dev/null || broken "there is no Dokku on it"
asked release dokku version
asked apps dokku --quiet apps:list
apps=$said
asked domain dokku domains:report --global --domains-global-vhosts
plugins=$(dokku plugin:list 2>/dev/null </dev/null) || broken "dokku plugin:list does not answer"
printf '%s\n' "$plugins" | awk '$3 == "enabled" && !($4 == "dokku" && $5 == "core") { print "plugin", $1, $2 }'
dokku ssh-keys:list 2>/dev/null </dev/null | sed -n 's/^\(SHA256:[^ ]*\) NAME="\([^"]*\)".*/key \1 \2/p'
for file in /var/lib/petbase/apps/* /var/lib/petbase/services/*; do
  if [ -f "$file" ]; then tell "owner ${file#/var/lib/petbase/} $(cat "$file")"; fi
done
link() {
  current=$(dokku config:get "$2" DATABASE_URL 2>/dev/null </dev/null) || current=
  case $current in
    "$dsn") kind=superuser ;;
    '') kind=nameless ;;
    *"@${dsn##*@}") kind=role ;;
    *) kind=elsewhere ;;
  esac
  for name in $(dokku config:keys "$2" 2>/dev/null </dev/null); do
    case $name in
      DOKKU_POSTGRES_*_URL) [ "$(dokku config:get "$2" "$name" </dev/null)" != "$dsn" ] || kind=twice ;;
    esac
  done
  tell "link $1 $2 $kind"
}
services=
if printf '%s\n' "$plugins" | awk '$1 == "postgres" { found = 1 } END { exit !found }'; then
  asked services dokku --quiet postgres:list
  services=$said
fi
for service in $services; do
  root=/var/lib/dokku/services/postgres/$service
  asked "status $service" dokku postgres:info "$service" --status
  asked "exposed $service" dokku postgres:info "$service" --exposed-ports
  tell "image $service $(first "$root/IMAGE") $(first "$root/IMAGE_VERSION")"
  tell "options $service $(first "$root/CONFIG_OPTIONS")"
  tell "memory $service $(first "$root/SERVICE_MEMORY")"
  tell "environment $service $(sed -n 's/^\([A-Za-z_][A-Za-z0-9_]*\)=.*/\1/p' "$root/ENV" 2>/dev/null || :)"
  tell "schedule $service $(dokku postgres:backup-schedule-cat "$service" 2>/dev/null </dev/null || :)"
  if [ -e "$root/backup/AWS_ACCESS_KEY_ID" ]; then
    tell "store $service $(first "$root/backup/ENDPOINT_URL")"
    tell "region $service $(first "$root/backup/AWS_DEFAULT_REGION")"
  fi
  if [ -e "$root/backup-encryption/ENCRYPTION_KEY" ]; then tell "locked $service passphrase"; fi
  if [ -e "$root/backup-encryption/ENCRYPT_WITH_PUBLIC_KEY_ID" ]; then tell "locked $service public key"; fi
  dsn=$(dokku postgres:info "$service" --dsn 2>/dev/null </dev/null) || broken "dokku postgres:info $service does not answer"
  links=$(dokku postgres:links "$service" 2>/dev/null </dev/null) || broken "dokku postgres:links $service does not answer"
  for app in $links; do link "$service" "$app"; done
done
for app in $apps; do
  asked "domains $app" dokku domains:report "$app" --domains-app-vhosts
  asked "certificate $app" dokku certs:report "$app" --ssl-expires-at
  asked "ports $app" dokku ports:report "$app" --ports-map
  tell "variables $app $(dokku config:keys "$app" 2>/dev/null </dev/null || :)"
done
tell "end"
