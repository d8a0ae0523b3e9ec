# put FILE MODE TEXT writes what differs. That is noted in $pending before, so that a run that is cut off is made up for
# by the next; who acts on the change removes the note.
put() {
  if [ -f "$1" ] && [ "$(cat "$1")" = "$3" ]; then return; fi
  mkdir -p "${1%/*}" "${pending%/*}"
  : >"$pending"
  (umask 077 && printf '%s\n' "$3" >"$1+")
  chmod "$2" "$1+"
  mv "$1+" "$1"
}
