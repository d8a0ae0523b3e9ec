# The service's container, whose own socket asks for no password, and the dump in it.
beside() { docker exec --interactive "dokku.postgres.$service" "$@"; }
# A container sees no file of the server, and pg_restore works in parallel on a file alone: so a dump lies in the container
# as $carried for as long as it is used. What a run that was cut off left there goes first.
# shellcheck disable=SC2016
carry() { beside sh -c 'umask 077; rm -f "$1"; cat >"$1" || { cat >/dev/null; exit 1; }' sh "$carried"; }
# Ahead of drop_scratch where something failed: on a full disk no session begins before there is room for a few pages (seen).
put_down() { beside rm -f "$carried" </dev/null; }
# room FOLDER: bytes free on its disk or on the container's, whichever has less; mostly they are one.
room() {
  { df -P -k "$1"; beside df -P -k /tmp </dev/null; } |
    awk '$4 ~ /^[0-9]+$/ && (!disks++ || $4 < least) { least = $4 } END { printf "%.0f\n", least * 1024 }'
}
