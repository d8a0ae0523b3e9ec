# visitors' addresses
set -eu
resource=visitors
stack=petbase/prod
conf='set_real_ip_from 198.51.100.0/24;
set_real_ip_from 2001:db8:ffff::/48;
real_ip_header CF-Connecting-IP;'
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
put() {
  if [ -f "$1" ] && [ "$(cat "$1")" = "$3" ]; then return; fi
  mkdir -p "${1%/*}" "${pending%/*}"
  : >"$pending"
  (umask 077 && printf '%s\n' "$3" >"$1+")
  chmod "$2" "$1+"
  mv "$1+" "$1"
}
file=/etc/nginx/conf.d/petbase-real-ip.conf
asked=/var/lib/petbase/real-ip
pending=/var/lib/petbase/pending/real-ip
others() { find "$asked" -type f ! -path "$asked/$stack" 2>/dev/null || :; }
taken() { nginx -t && { systemctl reload nginx || nginx -s reload; } && rm -f "$pending"; }
command -v nginx >/dev/null || { step "no nginx here: apps see Cloudflare's addresses in place of their visitors'"; exit 0; }
own=$(grep --recursive --files-with-matches real_ip_header /etc/nginx | grep -vxF -e "$file" | head -n 1 || :)
if [ -n "$own" ]; then
  step "$own says real_ip_header already, so visitors' addresses stay as they are"
  exit 0
fi
mkdir -p "$asked/${stack%/*}"
: >"$asked/$stack"
put "$file" 644 "$conf"
if [ -e "$pending" ]; then
  step "apps see their visitors' addresses, not Cloudflare's"
  if ! taken; then
    rm -f "$file" "$pending"
    fail "nginx does not take $file, which was taken away again; it runs on as it was. Look at: nginx -t"
  fi
fi
