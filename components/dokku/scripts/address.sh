# Docker's link tells an app the address that the service had when the app's container was made. A container of the service
# that is made anew may get another one, of which no app hears (moby#10066): the plugin asks for ps:restart (contract 396).
addressed=/var/lib/petbase/addresses/$service
address() { docker inspect --type container --format '{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}' "dokku.postgres.$service" || :; }
# Before the container goes; a run that was cut off behind that has left the note.
keep_address() {
  if [ -e "$addressed" ]; then return; fi
  mkdir -p "${addressed%/*}"
  address >"$addressed+"
  mv "$addressed+" "$addressed"
}
# An app that does not start again is no reason for the others to wait, nor for the database to have failed.
tell_apps() {
  if [ ! -e "$addressed" ]; then return; fi
  if [ "$(address)" != "$(cat "$addressed")" ]; then
    links=$(dokku postgres:links "$service")
    for app in $links; do
      [ "$(dokku ps:report "$app" --deployed)" = true ] || continue
      step "$service: has another address; restarting $app"
      dokku ps:restart "$app" || step "$app did not start again. Look at: dokku logs $app"
    done
  fi
  rm -f "$addressed"
}
