# Words: NAME:DIR, a folder of Dokku's own, or HOST:DIR; :ro behind either. Two on one DIR would keep the app from starting.
# What lies in a folder stays when its mount goes.
own=/var/lib/dokku/data/storage
# As the list shows it.
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
