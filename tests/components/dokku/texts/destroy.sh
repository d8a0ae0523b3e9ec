# the end of the database db
set -eu
resource=scratch.db
stack=petbase/prod
service=db
{ IFS= read -r _ && IFS= read -r last && [ "$last" = end ]; } || { echo "the standard input came cut off; nothing was done"; exit 65; }
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
dokku --quiet apps:list >/dev/null || fail "Dokku does not answer on this server; nothing was changed. Try: dokku apps:list"
app_exists() {
  asked=0
  dokku apps:exists "$1" || asked=$?
  case $asked in
    0) return 0 ;;
    20) return 1 ;;
    *) fail "dokku apps:exists $1 answered $asked; nothing was changed" ;;
  esac
}
service_exists() {
  services=$(dokku --quiet postgres:list) || fail "the plugin does not answer (dokku postgres:list); nothing was changed"
  printf '%s\n' "$services" | grep -qxF -e "$1"
}
claim "services/$service"
links=
if service_exists "$service"; then
  case $(mark_of "services/$service") in
    found*) fail "$service was here before Petbase, so it is not Petbase's to destroy; nothing was changed. By hand: dokku postgres:destroy $service" ;;
    '') fail "$service carries no mark of this stack; nothing was changed. Run pulumi up first" ;;
  esac
  links=$(dokku postgres:links "$service") || fail "dokku postgres:links did not answer; nothing was changed"
elif [ -z "$(mark_of "services/$service")" ]; then
  fail "database $service is not on this server; nothing was changed"
fi
[ -z "$links" ] ||
  fail "$service is linked to $(printf '%s\n' "$links" | paste -s -d ' '); nothing was changed. First take these apps out of the stack file and run pulumi up"
booted() { [ -d /run/systemd/system ]; }
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
rm -rf "/var/lib/petbase/services/$service/watch"
lock 8 services
if service_exists "$service"; then
  step "$service: destroying, with every schema in it"
  dokku postgres:destroy "$service" --force
fi
rm -f "/var/lib/petbase/passphrases/$service" "/var/lib/petbase/backups/$service"
rm -rf "/var/lib/petbase/restores/$service" "/var/lib/petbase/links/$service"
rm -f "/var/lib/petbase/services/$service"
step "$service: is gone; its dumps stay in the bucket"
