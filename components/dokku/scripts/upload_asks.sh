# How much of a file an earlier try brought: "whole", or bytes; and how many bytes the disk has free.
folder=/var/lib/petbase/restores/$service
umask 077
mkdir -p "$folder"
# What nobody came back for within a day.
find "$folder" -type f -mtime +0 -delete
if [ -e "$folder/$name" ]; then echo whole; elif [ -e "$folder/$name.part" ]; then stat -c %s "$folder/$name.part"; else echo 0; fi
echo $(($(df -P -k "$folder" | awk 'NR == 2 { print $4 }') * 1024))
