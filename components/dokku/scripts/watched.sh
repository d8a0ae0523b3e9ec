# What systemd runs by itself: no client, no standard input, its steps in the journal, no secret among its words.
# "$tmp" is in memory and gone with the script; "$folder" is its place on the disk.
export LC_ALL=C
umask 077
trap '' HUP PIPE
exec </dev/null
folder=/var/lib/petbase/watch/$service
database=$(printf %s "$service" | tr -- - _)
step() { printf '%s\n' "$*" || :; }
docker() { command docker "$@" 9>&-; }
lock() { exec 9>"/run/lock/petbase.$1.lock"; flock --wait 900 9; }
milliseconds() { date +%s%3N; }
# A database may have another encoding, and JSON has none but this.
utf8() { iconv -c -f UTF-8 -t UTF-8; }
# As a JSON string.
json() { printf '"%s"' "$(printf %s "$1" | utf8 | tr '\000-\037\177' ' ' | sed 's/[\\"]/\\&/g')"; }
or_null() { if [ -z "$1" ]; then echo null; else json "$1"; fi; }
yes_where_empty() { if [ -z "$1" ]; then echo true; else echo false; fi; }
