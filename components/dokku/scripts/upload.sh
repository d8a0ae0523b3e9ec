# The rest of a file, on stdin, behind the first $offset bytes. It gets its name in the container when it is whole; what a cut
# connection leaves is continued by the next try, and what a full disk leaves is in the way of every app, so it goes.
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
