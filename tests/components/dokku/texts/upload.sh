# a dump comes to db
set -eu
service=db
name=c0ffee
size=4096
offset=1024
file=/var/lib/petbase/restores/$service/$name
umask 077
exec 7>>"$file.part"
flock -n 7 || { echo "another restore sends the same dump; wait until it ends"; exit 1; }
truncate -s "$offset" "$file.part"
cat >>"$file.part" || { rm -f "$file.part"; echo "the server's disk is full; nothing was changed. Look at: df --human-readable"; exit 1; }
[ "$(stat -c %s "$file.part")" = "$size" ] || { echo "it came cut off; the same command goes on where it stopped"; exit 1; }
[ "$(sha256sum <"$file.part" | cut -d ' ' -f 1)" = "$name" ] || { rm -f "$file.part"; echo "it arrived with other bytes; run the same command again"; exit 1; }
mv "$file.part" "$file"
