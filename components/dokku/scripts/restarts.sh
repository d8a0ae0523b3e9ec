# An app restarts once, after all that changed it is in. What changes it is noted first, so that a run that is cut off
# before the restart is made up for by the next.
pending=/var/lib/petbase/restarts/$app
moved=/var/lib/petbase/was/$app
changing() { mkdir -p "${pending%/*}"; : >"$pending"; }
# A renamed app (rename.sh) is built under its new name; its old self has served until then, and goes.
move_in() {
  read -r old deployed <"$moved"
  if [ "$deployed" = true ]; then
    step "$app: building it under its new name"
    dokku ps:rebuild "$app"
  fi
  lock 8 services
  if app_exists "$old"; then
    step "$old: goes, now that $app is here"
    dokku apps:destroy "$old" --force
  fi
  exec 8>&-
  rm -f "$moved"
}
restarted() {
  if [ -e "$moved" ]; then
    move_in
  elif [ -e "$pending" ] && [ "$(dokku ps:report "$app" --deployed)" = true ]; then
    step "$app: restarting with its new $1"
    dokku ps:restart "$app"
  fi
  rm -f "$pending"
}
