# The app had another name. Dokku's own rename loses domains and certificate and stops the app before it builds it anew; so
# the app is cloned, and its old self serves on until the new one is built and has what a clone lacks (moved.sh). Until the
# note in $moved stands, the clone is incomplete, and a run that finds it so starts over.
claim "apps/$was"
claim "apps/$app"
moved=/var/lib/petbase/was/$app
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
  for kind in "links/$service" variables ports scale checks storage resources certificates; do
    if [ -e "/var/lib/petbase/$kind/$was" ]; then cp "/var/lib/petbase/$kind/$was" "/var/lib/petbase/$kind/$app"; fi
  done
  mkdir -p "${moved%/*}"
  printf '%s %s %s\n' "$was" "$(dokku ps:report "$was" --deployed)" "$(dokku domains:report "$was" --domains-app-vhosts)" >"$moved+"
  mv "$moved+" "$moved"
  exec 8>&-
fi
if [ -e "$moved" ]; then
  case $(mark_of "apps/$app") in
    cloning*) held=$(mark_of "apps/$was"); held=${held%% *}; mark "apps/$app" "${held:-found}" ;;
  esac
  for kind in apps "links/$service" variables ports scale checks storage resources certificates restarts; do
    rm -f "/var/lib/petbase/$kind/$was"
  done
  # What was found keeps its names unless the stack file says some, as in app.sh.
  case "$named $(mark_of "apps/$app")" in
    "no found "*) ;;
    *) read -r old deployed names <"$moved"; printf '%s %s %s\n' "$old" "$deployed" "$*" >"$moved+"; mv "$moved+" "$moved" ;;
  esac
  exit 0
fi
