# settings of fruits
set -eu
resource=settings.fruits
stack=petbase/prod
app=fruits
names='COLOR API_KEY'
env=COLOR=red
ports=''
{ IFS= read -r _ && IFS= read -r linked && IFS= read -r secrets && IFS= read -r last && [ "$last" = end ]; } || { echo "the standard input came cut off; nothing was done"; exit 65; }
trap '' HUP PIPE
log=$(mktemp)
printf %4096s . >"$log" || { rm -f "$log"; echo "the disk of the server is full; nothing was done. Look at: df --human-readable"; exit 1; }
exec 3>&1 >"$log" 2>&1 </dev/null
trap 'rc=$?; [ "$rc" = 0 ] || tail -n 40 "$log" | sed "s#://[^ ]*@#://***@#g" >&3; rm -f "$log"; exit "$rc"' EXIT
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
  printf '%s %s\n' "$2" "$stack" >"/var/lib/petbase/$1.new"
  mv "/var/lib/petbase/$1.new" "/var/lib/petbase/$1"
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
claim "apps/$app"
if ! app_exists "$app"; then
  [ -z "$names$ports" ] || fail "app $app is not on this server; nothing was changed. Raise generation in the stack file and run pulumi up"
  exit 0
fi
pending=/var/lib/petbase/restarts/$app
variables=/var/lib/petbase/variables/$app
mapped=/var/lib/petbase/ports/$app
mkdir -p "${pending%/*}" "${variables%/*}" "${mapped%/*}"
for name in $(cat "$variables" 2>/dev/null || :); do
  case " $names " in
    *" $name "*) ;;
    *) step "$app: $name goes"; : >"$pending"; dokku config:unset --no-restart "$app" "$name" ;;
  esac
done
if [ -n "$names" ]; then
  printf '%s\n' "$names" >"$variables"
  differing=$(printf '%s\n' "$env $secrets" | tr ' ' '\n' | while read -r line; do
    [ -z "$line" ] || [ "$(dokku config:get "$app" "${line%%=*}" || :)" = "${line#*=}" ] || printf '%s\n' "$line"
  done)
  if [ -n "$differing" ]; then
    step "$app: sets $(printf '%s\n' "$differing" | sed 's/=.*//' | tr '\n' ' ')"
    : >"$pending"
    printf '%s\n' "$differing" | feed config:import --no-restart "$app" -
  fi
else
  rm -f "$variables"
fi
if [ -n "$ports" ]; then
  if [ "$(dokku ports:report "$app" --ports-map)" != "$ports" ]; then
    step "$app: ports $ports"
    : >"$mapped"
    dokku ports:set "$app" $ports
  fi
elif [ -e "$mapped" ]; then
  step "$app: ports as Dokku finds them"
  dokku ports:clear "$app"
  rm -f "$mapped"
fi
if [ -e "$pending" ] && [ "$(dokku ps:report "$app" --deployed)" = true ]; then
  step "$app: restarting with its new settings"
  dokku ps:restart "$app"
fi
rm -f "$pending"
