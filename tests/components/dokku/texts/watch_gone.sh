# the watch over db goes
set -eu
resource=watch.db
stack=petbase/prod
service=db
{ IFS= read -r _ && IFS= read -r alert_url && IFS= read -r last && [ "$last" = end ]; } || { echo "the standard input came cut off; nothing was done"; exit 65; }
trap '' HUP PIPE
log=$(mktemp)
printf %4096s . >"$log" || { rm -f "$log"; echo "the disk of the server is full; nothing was done. Look at: df --human-readable"; exit 1; }
exec 3>&1 >"$log" 2>&1 </dev/null
tidy() { :; }
trap 'rc=$?; tidy 2>/dev/null; [ "$rc" = 0 ] || tail -n 40 "$log" | sed "s#://[^ ]*@#://***@#g" >&3; rm -f "$log"; exit "$rc"' EXIT
step() { printf '%s\n' "$*" >&3 || :; }
fail() { printf '%s\n' "$*"; exit 1; }
lock() { eval "exec $1>\"/run/lock/petbase.$2.lock\""; flock -w 900 "$1" || fail "another run still works on $2 after 15 minutes; wait until it ends, then run pulumi up again"; }
dokku() { command dokku "$@" </dev/null 3>&- 8>&- 9>&-; }
feed() { command dokku "$@" 3>&- 8>&- 9>&-; }
docker() { command docker "$@" 3>&- 8>&- 9>&-; }
lock 9 "$resource"
mark_of() { cat "/var/lib/petbase/$1" 2>/dev/null || :; }
mark() {
  mkdir -p "/var/lib/petbase/${1%/*}"
  printf '%s %s\n' "$2" "$stack" >"/var/lib/petbase/$1+"
  mv "/var/lib/petbase/$1+" "/var/lib/petbase/$1"
}
claim() {
  held=$(mark_of "$1")
  [ -z "$held" ] || [ "${held#* }" = "$stack" ] ||
    fail "$1 belongs to the stack ${held#* }, not to $stack; to hand it over, remove /var/lib/petbase/$1 on the server"
}
booted() { [ -d /run/systemd/system ]; }
claim "watches/$service"
rm -f "/etc/cron.d/petbase-$service"
for unit in "petbase-check-$service" "petbase-drill-$service"; do
  if [ -e "/etc/systemd/system/$unit.timer" ]; then
    step "$unit: stops"
    systemctl disable --now "$unit.timer"
    rm -f "/etc/systemd/system/$unit.timer"
  fi
  if [ -e "/etc/systemd/system/$unit.service" ]; then
    systemctl stop "$unit.service"
    rm -f "/etc/systemd/system/$unit.service"
  fi
done
if [ "$resource" != "scratch.$service" ]; then lock 8 "scratch.$service"; fi
if booted; then systemctl daemon-reload; fi
rm -rf "/var/lib/petbase/watch/$service" "/var/lib/petbase/watches/$service"
