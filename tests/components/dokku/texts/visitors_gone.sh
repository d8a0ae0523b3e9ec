# visitors' addresses go
set -eu
resource=visitors
stack=petbase/prod
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
file=/etc/nginx/conf.d/petbase-real-ip.conf
asked=/var/lib/petbase/real-ip
pending=/var/lib/petbase/pending/real-ip
others() { find "$asked" -type f ! -path "$asked/$stack" 2>/dev/null || :; }
taken() { nginx -t && { systemctl reload nginx || nginx -s reload; } && rm -f "$pending"; }
rm -f "$asked/$stack"
if [ -e "$file" ] && [ -z "$(others)" ]; then
  step "nothing is proxied any more: nginx takes addresses as they come"
  mkdir -p "${pending%/*}"
  rm -f "$file"
  taken || fail "nginx refuses its configuration, and was not reloaded. Look at: nginx -t"
fi
