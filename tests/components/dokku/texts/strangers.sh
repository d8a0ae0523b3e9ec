# what is not of this stack
set -eu
stack=petbase/prod
mark_of() { cat "/var/lib/petbase/$1" 2>/dev/null || :; }
mark() {
  mkdir -p "/var/lib/petbase/${1%/*}"
  printf '%s %s\n' "$2" "$stack" >"/var/lib/petbase/$1+"
  mv "/var/lib/petbase/$1+" "/var/lib/petbase/$1"
}
claim() {
  held=$(mark_of "$1")
  [ -z "$held" ] || [ "${held#* }" = "$stack" ] ||
    fail "$1 belongs to the stack ${held#* }, not to $stack; to hand it over, remove /var/lib/petbase/$1 on the server"
}
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
