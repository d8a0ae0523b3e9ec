# how much of a dump db has
set -eu
service=db
name=c0ffee
file=/tmp/petbase_sent.c0ffee
beside() { docker exec --interactive "dokku.postgres.$service" "$@"; }
carry() { beside sh -c 'umask 077; rm -f "$1"; cat >"$1" || { cat >/dev/null; exit 1; }' sh "$carried"; }
put_down() { beside rm -f "$carried" </dev/null; }
room() {
  { df -P -k "$1"; beside df -P -k /tmp </dev/null; } |
    awk '$4 ~ /^[0-9]+$/ && (!disks++ || $4 < least) { least = $4 } END { printf "%.0f\n", least * 1024 }'
}
folder=/var/lib/petbase/restores/$service
umask 077
mkdir -p "$folder"
find "$folder" -type f -mtime +0 -delete
beside find /tmp -maxdepth 1 -name 'petbase_sent.*' -mtime +0 -delete </dev/null ||
  { echo "the container of $service does not answer. Look at: dokku postgres:info $service"; exit 1; }
if beside test -e "$file" </dev/null; then echo whole; elif [ -e "$folder/$name.part" ]; then stat -c %s "$folder/$name.part"; else echo 0; fi
room "$folder"
