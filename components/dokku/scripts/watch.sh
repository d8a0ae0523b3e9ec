# The check and the drill, as files on the server with a timer each: they go on when nobody looks, and need no Python there.
claim "watches/$service"
command -v systemctl >/dev/null || fail "this server has no systemd, so nobody would learn that dumps fail; nothing was changed"
folder=/var/lib/petbase/watch/$service
units=/etc/systemd/system
mkdir -p "$folder"
chmod 700 "$folder"
mark "watches/$service" made
pending=$folder/pending
# timer NAME TEXT; without a text it goes.
timer() {
  if [ -n "$2" ]; then
    put "$units/$1.timer" 644 "$2"
  elif [ -e "$units/$1.timer" ]; then
    : >"$pending"
    systemctl disable --now "$1.timer"
    rm -f "$units/$1.timer"
  fi
}
started() {
  if [ -e "$pending" ] || ! systemctl --quiet is-active "$1.timer"; then
    systemctl enable "$1.timer"
    systemctl restart "$1.timer"
  fi
}
if [ -n "$alert_url" ]; then put "$folder/alert-url" 600 "$alert_url"; else rm -f "$folder/alert-url"; fi
put "$folder/check" 755 "$check"
put "$folder/drill" 755 "$drill"
put "$units/petbase-check-$service.service" 644 "$check_service"
put "$units/petbase-drill-$service.service" 644 "$drill_service"
timer "petbase-check-$service" "$check_timer"
timer "petbase-drill-$service" "$drill_timer"
if [ -e "$pending" ]; then systemctl daemon-reload; fi
# Nothing is late that was due before this moment.
if [ -z "$check_timer" ]; then rm -f "$folder/since"; elif [ ! -e "$folder/since" ]; then date +%s >"$folder/since"; fi
if [ -n "$check_timer" ]; then started "petbase-check-$service"; fi
if [ -n "$drill_timer" ]; then started "petbase-drill-$service"; fi
rm -f "$pending"
step "$service: $said${alert_url:+, with an alarm}"
