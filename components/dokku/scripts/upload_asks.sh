# How much of a file an earlier try brought: "whole", where it is in the container, or bytes; and how many bytes the disk has
# free. What nobody came back for within a day goes.
folder=/var/lib/petbase/restores/$service
umask 077
mkdir -p "$folder"
find "$folder" -type f -mtime +0 -delete
beside find /tmp -maxdepth 1 -name 'petbase_sent.*' -mtime +0 -delete </dev/null ||
  { echo "the container of $service does not answer. Look at: dokku postgres:info $service"; exit 1; }
if beside test -e "$file" </dev/null; then echo whole; elif [ -e "$folder/$name.part" ]; then stat -c %s "$folder/$name.part"; else echo 0; fi
room "$folder"
