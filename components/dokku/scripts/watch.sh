# The check and the drill, as files on the server with a timer each: they go on when nobody looks, and need no Python there.
claim "watches/$service"
folder=/var/lib/petbase/watch/$service
mkdir -p "$folder"
chmod 700 "$folder"
mark "watches/$service" made
pending=$folder/pending
if [ -n "$alert_url" ]; then put "$folder/alert-url" 600 "$alert_url"; else rm -f "$folder/alert-url"; fi
put "$folder/check" 755 "$check"
put "$folder/drill" 755 "$drill"
# Nothing is late that was due before this moment.
if [ -z "$check_timer" ]; then rm -f "$folder/since"; elif [ ! -s "$folder/since" ]; then date +%s >"$folder/since"; fi
if booted; then by_systemd; else by_cron; fi
rm -f "$pending"
step "$service: $said${alert_url:+, with an alarm}"
