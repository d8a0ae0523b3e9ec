# how much of a dump db has
set -eu
service=db
name=c0ffee
folder=/var/lib/petbase/restores/$service
umask 077
mkdir -p "$folder"
find "$folder" -type f -mtime +0 -delete
if [ -e "$folder/$name" ]; then echo whole; elif [ -e "$folder/$name.part" ]; then stat -c %s "$folder/$name.part"; else echo 0; fi
echo $(($(df -P -k "$folder" | awk 'NR == 2 { print $4 }') * 1024))
