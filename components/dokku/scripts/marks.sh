# A mark says who made a thing: "made STACK", "making STACK" while at it, "found STACK" for what was there before. It is
# written beside and moved, under a name that no app can have: apps may be called fruits and fruits.new.
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
