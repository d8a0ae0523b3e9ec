# settings of fruits go
set -eu
resource=settings.fruits
stack=petbase/prod
app=fruits
going=yes
names=''
env=''
ports=''
scale=''
checks_disabled=no
wait_to_retire=''
storage=''
resources=''
{ IFS= read -r _ && IFS= read -r linked && IFS= read -r secrets && IFS= read -r last && [ "$last" = end ]; } || { echo "the standard input came cut off; nothing was done"; exit 65; }
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
secrets=
moved=/var/lib/petbase/was/$app
certificate() {
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
    [ -z "$names" ] || dokku domains:set "$app" $names
    step "$old: goes, now that $app is here"
    dokku apps:destroy "$old" --force
  fi
  exec 8>&-
  rm -f "$moved"
}
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
claim "apps/$app"
if ! app_exists "$app"; then
  [ "$going" = yes ] || fail "app $app is not on this server; nothing was changed. Raise generation in the stack file and run pulumi up"
  exit 0
fi
set_here() { cat "/var/lib/petbase/$1/$app" 2>/dev/null || :; }
remember() {
  if [ -z "$2" ]; then rm -f "/var/lib/petbase/$1/$app"; return; fi
  mkdir -p "/var/lib/petbase/$1"
  printf '%s\n' "$2" >"/var/lib/petbase/$1/$app"
}
without() { for word in $1; do case " $2 " in *" $word "*) ;; *) printf '%s\n' "$word" ;; esac; done; }
for name in $(without "$(set_here variables)" "$names"); do
  step "$app: $name goes"
  changing
  dokku config:unset --no-restart "$app" "$name"
done
remember variables "$names"
differing=$(printf '%s\n' "$env $secrets" | tr ' ' '\n' | while read -r line; do
  [ -z "$line" ] || [ "$(dokku config:get "$app" "${line%%=*}" || :)" = "${line#*=}" ] || printf '%s\n' "$line"
done)
if [ -n "$differing" ]; then
  step "$app: sets $(printf '%s\n' "$differing" | sed 's/=.*//' | paste -s -d ' ')"
  changing
  printf '%s\n' "$differing" | feed config:import --no-restart "$app" -
fi
in_order() { printf '%s\n' "$1" | tr ' ' '\n' | sort; }
if [ -n "$ports" ]; then
  held=$(dokku ports:report "$app" --ports-map)
  if [ "$(in_order "$held")" != "$(in_order "$ports")" ]; then
    step "$app: ports $ports"
    remember ports "$ports"
    dokku ports:set "$app" $ports
  fi
elif [ -n "$(set_here ports)" ]; then
  step "$app: ports as Dokku finds them"
  dokku ports:clear "$app"
  remember ports ''
fi
named=$(printf '%s\n' "$scale" | sed 's/=[0-9]*//g')
wanted="$scale $(without "$(set_here scale)" "$named" | sed 's/$/=0/; s/^web=0$/web=1/' | paste -s -d ' ')"
if [ "$wanted" != ' ' ]; then
  present=$(dokku --quiet ps:scale "$app") || fail "dokku ps:scale did not answer; nothing was changed"
  differing=$(without "$wanted" "$(printf '%s\n' "$present" | sed 's/: */=/' | paste -s -d ' ')")
  if [ -n "$differing" ]; then
    step "$app: scale $(printf '%s\n' "$differing" | paste -s -d ' ')"
    changing
    remember scale "$(printf '%s %s\n' "$named" "$(without "$(set_here scale)" "$named" | paste -s -d ' ')")"
    dokku ps:scale --skip-deploy "$app" $differing
  fi
fi
remember scale "$named"
held=$(set_here checks)
if [ -n "$wait_to_retire" ]; then
  if [ "$(dokku checks:report "$app" --checks-wait-to-retire)" != "$wait_to_retire" ]; then
    step "$app: old containers retire after $wait_to_retire seconds"
    dokku checks:set "$app" wait-to-retire "$wait_to_retire"
  fi
elif [ "${held%% *}" = waits ]; then
  dokku checks:set "$app" wait-to-retire
fi
if [ "$checks_disabled" = yes ]; then
  if [ "$(dokku checks:report "$app" --checks-disabled-list)" != _all_ ]; then
    step "$app: stops before its successor starts (checks are disabled)"
    dokku checks:disable "$app"
  fi
elif [ "${held##* }" = disabled ]; then
  step "$app: checks are enabled again"
  dokku checks:enable "$app"
fi
remember checks "$(printf '%s%s\n' "${wait_to_retire:+waits}" "$([ "$checks_disabled" = no ] || echo ' disabled')")"
own=/var/lib/dokku/data/storage
shown() { case $1 in /*) echo "$1" ;; *) echo "$own/$1" ;; esac; }
directory() { dir=${1#*:}; echo "${dir%:ro}"; }
unmount() {
  case $1 in
    /*) dokku storage:unmount "$app" "$1" ;;
    *) dokku storage:unmount "$app" "${1%%:*}" --container-dir "$(directory "$1")" ;;
  esac
}
mount_it() {
  case $1 in
    /*) dokku storage:mount "$app" "$1"; return ;;
  esac
  dokku storage:info "${1%%:*}" || dokku storage:create "${1%%:*}"
  set -- "$1" --container-dir "$(directory "$1")"
  case $1 in *:ro) set -- "$@" --volume-readonly ;; esac
  name=${1%%:*}
  shift
  dokku storage:mount "$app" "$name" "$@"
}
held=$(set_here storage)
if [ -n "$storage$held" ]; then
  present=$(dokku --quiet storage:list "$app") || fail "dokku storage:list did not answer; the mounts were left alone"
  for mount in $(without "$held" "$storage"); do
    if printf '%s\n' "$present" | grep -qxF -e "$(shown "$mount")"; then
      step "$app: $(directory "$mount") is no longer mounted; what lies in $(shown "$mount" | sed 's/:.*//') stays"
      changing
      unmount "$mount"
    fi
  done
  present=$(dokku --quiet storage:list "$app") || fail "dokku storage:list did not answer; the mounts were left alone"
  for mount in $storage; do
    if printf '%s\n' "$present" | grep -qxF -e "$(shown "$mount")"; then continue; fi
    other=$(printf '%s\n' "$present" | grep -E -e ":$(directory "$mount" | sed 's/\./\\./g')(:ro)?\$" | head -n 1 || :)
    [ -z "$other" ] || fail "$app has $other mounted already; one folder in one place. To take it away: dokku storage:unmount $app $other"
    step "$app: mounts $mount"
    changing
    remember storage "$(printf '%s %s\n' "$(set_here storage)" "$mount")"
    mount_it "$mount"
  done
  remember storage "$storage"
fi
limit() { dokku resource:report "$app" "--resource-_default_.limit.$1" || :; }
for kind in $(without "$(set_here resources)" "$(printf '%s\n' "$resources" | sed 's/=[0-9.]*//g')"); do
  step "$app: no limit of $kind"
  changing
  dokku resource:limit "--$kind" clear "$app"
done
remember resources "$(printf '%s\n' "$resources" | sed 's/=[0-9.]*//g')"
for pair in $resources; do
  if [ "$(limit "${pair%%=*}")" != "${pair#*=}" ]; then
    step "$app: at most ${pair#*=} of ${pair%%=*}"
    changing
    dokku resource:limit "--${pair%%=*}" "${pair#*=}" "$app"
  fi
done
restarted settings
