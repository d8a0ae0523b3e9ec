# What is on a server that goes, and is not this stack's: lines of KIND NAME OWNER.
others() {
  for name in $2; do
    held=$(mark_of "$1s/$name")
    [ "${held#* }" = "$stack" ] || printf '%s %s %s\n' "$1" "$name" "${held#* }"
  done
}
here=$(dokku --quiet apps:list)
others app "$here"
here=$(dokku --quiet postgres:list)
others service "$here"
