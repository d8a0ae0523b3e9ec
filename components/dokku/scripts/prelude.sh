# Once begun, a script ends without its client: no hangup, no broken pipe, its output in a file. Only step lines stream.
# A failure shows the file's tail, with the passwords in URLs masked: create, link and upgrade print the superuser's.
trap '' HUP PIPE
log=$(mktemp)
# With no room for the file, a failure further on could not say why.
printf %4096s . >"$log" || { rm -f "$log"; echo "the disk of the server is full; nothing was done. Look at: df --human-readable"; exit 1; }
exec 3>&1 >"$log" 2>&1 </dev/null
# What else a script has to take away, however it ends; its own files say it.
tidy() { :; }
trap 'rc=$?; tidy 2>/dev/null; [ "$rc" = 0 ] || tail -n 40 "$log" | sed "s#://[^ ]*@#://***@#g" >&3; rm -f "$log"; exit "$rc"' EXIT
step() { printf '%s\n' "$*" >&3 || :; }
fail() { printf '%s\n' "$*"; exit 1; }
# Two locks: 9, a script that still runs when the next `up` sends it again; 8, whatever writes to any database service,
# since Dokku has none and loses one of ten parallel links, and since schedules share a temporary file and apps:destroy
# writes to every service's links. A verb's own children must hold neither, nor the connection.
lock() { eval "exec $1>\"/run/lock/petbase.$2.lock\""; flock -w 900 "$1" || fail "another run still works on $2 after 15 minutes; wait until it ends, then run pulumi up again"; }
dokku() { command dokku "$@" </dev/null 3>&- 8>&- 9>&-; }
feed() { command dokku "$@" 3>&- 8>&- 9>&-; }
docker() { command docker "$@" 3>&- 8>&- 9>&-; }
lock 9 "$resource"
