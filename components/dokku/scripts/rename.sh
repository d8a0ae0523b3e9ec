# The app had another name. Dokku's own rename loses domains and certificate and stops the app before it builds it anew; so
# the app is cloned, gets what a clone lacks, and its old self serves on until the new one is built (restarts.sh). Until the
# note in $moved stands, the clone is incomplete, and a run that finds it so starts over.
claim "apps/$was"
claim "apps/$app"
moved=/var/lib/petbase/was/$app
certificate() {
  folder=$(mktemp --directory /run/petbase.XXXXXX)
  dokku certs:show "$was" crt >"$folder/server.crt"
  dokku certs:show "$was" key >"$folder/server.key"
  tar --create --directory "$folder" server.crt server.key | feed certs:add "$app"
  rm -rf "$folder"
}
# A schema of the new name would be in the way of the old one's data (renamed.sh).
name_is_free() {
  if [ "$schema" != "$app" ] || ! service_exists "$service"; then return 0; fi
  here=$(sql <<SQL
SELECT count(*) FROM pg_namespace WHERE nspname = '$app';
SQL
  ) || fail "$service does not answer; nothing was changed"
  [ "$here" = 0 ] || fail "$service has a schema $app already, so $was cannot take that name; nothing was changed. Write schema: $was to keep its own, or see ./petbase kept"
}
if [ ! -e "$moved" ] && app_exists "$was"; then
  name_is_free
  lock 8 services
  if app_exists "$app"; then
    case $(mark_of "apps/$app") in
      cloning*) step "$app: a renaming was cut off, starting over"; dokku apps:destroy "$app" --force ;;
      *) fail "$was and $app are both on this server, so one cannot become the other; nothing was changed. Remove was: $was, or one of the two" ;;
    esac
  fi
  step "$was: becomes $app; it serves on until $app is built"
  mark "apps/$app" cloning
  dokku apps:clone --skip-deploy "$was" "$app"
  names=$(dokku domains:report "$was" --domains-app-vhosts)
  # Names are words.
  # shellcheck disable=SC2086
  [ -z "$names" ] || dokku domains:set "$app" $names
  if [ "$(dokku certs:report "$was" --ssl-enabled)" = true ]; then certificate; fi
  for kind in "links/$service" variables ports scale checks storage resources; do
    if [ -e "/var/lib/petbase/$kind/$was" ]; then cp "/var/lib/petbase/$kind/$was" "/var/lib/petbase/$kind/$app"; fi
  done
  mkdir -p "${moved%/*}"
  printf '%s %s\n' "$was" "$(dokku ps:report "$was" --deployed)" >"$moved.new"
  mv "$moved.new" "$moved"
  exec 8>&-
fi
if [ -e "$moved" ]; then
  case $(mark_of "apps/$app") in
    cloning*) held=$(mark_of "apps/$was"); held=${held%% *}; mark "apps/$app" "${held:-found}" ;;
  esac
  for kind in apps "links/$service" variables ports scale checks storage resources restarts; do
    rm -f "/var/lib/petbase/$kind/$was"
  done
fi
