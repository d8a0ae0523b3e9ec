# a dump comes to db
set -eu
service=db
name=c0ffee
file=/tmp/petbase_sent.c0ffee
size=4096
offset=1024
beside() { docker exec --interactive "dokku.postgres.$service" "$@"; }
carry() { beside sh -c 'umask 077; rm -f "$1"; cat >"$1" || { cat >/dev/null; exit 1; }' sh "$carried"; }
put_down() { beside rm -f "$carried" </dev/null; }
room() {
  { df -P -k "$1"; beside df -P -k /tmp </dev/null; } |
    awk '$4 ~ /^[0-9]+$/ && (!disks++ || $4 < least) { least = $4 } END { printf "%.0f\n", least * 1024 }'
}
part=/var/lib/petbase/restores/$service/$name.part
carried=$file.part
full() { rm -f "$part"; put_down; echo "the server's disk is full; nothing was changed. Look at: df --human-readable"; exit 1; }
umask 077
exec 7>>"$part"
flock -n 7 || { echo "another restore sends the same dump; wait until it ends"; exit 1; }
truncate -s "$offset" "$part"
cat >>"$part" || full
[ "$(stat -c %s "$part")" = "$size" ] || { echo "it came cut off; the same command goes on where it stopped"; exit 1; }
[ "$(sha256sum <"$part" | cut -d ' ' -f 1)" = "$name" ] || { rm -f "$part"; echo "it arrived with other bytes; run the same command again"; exit 1; }
said=$(carry <"$part" 2>&1) || case $said in *'o space left'*) full ;; *) echo "$said"; exit 1 ;; esac
beside mv "$carried" "$file" </dev/null
rm -f "$part"
