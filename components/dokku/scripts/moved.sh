# A renamed app (rename.sh) is built under its new name while its old self serves. Only then it gets the certificate and the
# names: of two apps with one name nginx takes the first in the alphabet, which would answer 502 until it is built.
moved=/var/lib/petbase/was/$app
certificate() {
  # A name of its own, so that what a run that was cut off has left goes with the next.
  folder=/run/petbase.certificate.$app
  rm -rf "$folder"
  mkdir -m 700 "$folder"
  dokku certs:show "$old" crt >"$folder/server.crt"
  dokku certs:show "$old" key >"$folder/server.key"
  tar --create --directory "$folder" server.crt server.key | feed certs:add "$app"
  rm -rf "$folder"
}
move_in() {
  read -r old deployed names <"$moved"
  if [ "$deployed" = true ]; then
    step "$app: building it under its new name"
    dokku ps:rebuild "$app"
  fi
  lock 8 services
  if app_exists "$old"; then
    if [ "$(dokku certs:report "$old" --ssl-enabled)" = true ]; then certificate; fi
    # Names are words.
    # shellcheck disable=SC2086
    [ -z "$names" ] || dokku domains:set "$app" $names
    step "$old: goes, now that $app is here"
    dokku apps:destroy "$old" --force
  fi
  exec 8>&-
  rm -f "$moved"
}
