# A dump into a database of its own; only when it is whole, and what the dump says, does anything change for an app. A run
# that is cut off has changed nothing, but at one word of PostgreSQL's; the next one begins by dropping what it left.
# How much of it is there, every second: several tables come at once, so no place in the dump would tell.
watch() {
  grows=$(find "$root/data" -maxdepth 4 -path "*/base/$(oid_of "$made")")
  while [ -n "$grows" ] && kill -0 "$$" 2>/dev/null; do
    sleep 1 3>&-
    came=$(du -s -k "$grows" 2>/dev/null | cut -f 1)
    [ -z "$came" ] || tell progress "$((came * 1024))"
  done
}
# Large objects belong to no schema, so to no role by its name; the dump knows whose they were. A role may be gone.
large_objects() {
  printf '%s\n' "$listed" | grep -E '^[0-9]+; 2613 ' >"$log.large" || return 0
  chosen --file - <"$log.large" >"$log.owners" || return 1
  { echo '\set ON_ERROR_STOP off'; grep '^ALTER LARGE OBJECT [0-9]* OWNER TO ' "$log.owners"; } | inside "$made"
}
if [ "$scope" = aside ] && [ -n "$(oid_of "$aside")" ]; then
  fail "$service has a database $aside already; nothing was changed. Take another name, or first: ./petbase drop-data $aside"
fi
made=petbase_restore
step "$service: restoring the dump into a database of its own"
like_live "$made" || stays "no database could be made beside the live one"
watch 8>&- 9>&- &
watching=$!
carried=$file
load "$made" || { missing_roles "$log" && like_live "$made" && load "$made"; } || stays "the dump could not be restored"
kill "$watching" || :
watching=
step "$service: comparing what came with what the dump says"
said=$(fingerprint_of_dump) || stays "the dump's schema could not be read"
came=$(fingerprint_of_database "$made") || stays "the restored schema could not be read"
[ "$said" = "$came" ] || stays "what came has another schema than the dump says ($came, not $said)"
tell fingerprint "$came"
large_objects || stays "the dump's large objects could not be given to their roles"
put_down
# What a younger app's data is taken along in, from here on.
carried=$own
lock 8 services
