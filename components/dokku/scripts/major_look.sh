# Before another major: what runs, what is under way, who uses it. Lines of WHAT VALUE; of variables their names alone.
printf 'running %s\n' "$(cat "$root/IMAGE_VERSION")"
if [ -e "/var/lib/petbase/upgrades/$service" ]; then printf 'begun %s\n' "$(cat "/var/lib/petbase/upgrades/$service")"; fi
for left in restarts closed; do
  if [ -e "/var/lib/petbase/upgrades/$service.$left" ]; then printf 'begun %s\n' "$left"; fi
done
old_services
links=$(dokku postgres:links "$service")
host=@$(dokku postgres:info "$service" --dsn | sed 's/.*@//; s/:.*//'):
here=$(dokku --quiet apps:list)
for app in $here; do
  linked=no
  if printf '%s\n' "$links" | grep -qxF -e "$app"; then linked=yes; fi
  printf 'app %s %s %s %s\n' "$app" "$linked" "$(dokku ps:report "$app" --deployed)" "$(cat "/var/lib/petbase/apps/$app" 2>/dev/null || echo found)"
  for key in $(dokku config:keys "$app"); do
    case $(dokku config:get "$app" "$key") in *"$host"*) printf 'holds %s %s\n' "$app" "$key" ;; esac
  done
done
printf 'end\n'
