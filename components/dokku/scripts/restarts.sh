# An app restarts once, after all that changed it is in. What changes it is noted first, so that a run that is cut off
# before the restart is made up for by the next.
pending=/var/lib/petbase/restarts/$app
changing() { mkdir -p "${pending%/*}"; : >"$pending"; }
restarted() {
  if [ -e "$moved" ]; then
    move_in
  elif [ -e "$pending" ] && [ "$(dokku ps:report "$app" --deployed)" = true ]; then
    step "$app: restarting with its new $1"
    dokku ps:restart "$app"
  fi
  rm -f "$pending"
}
