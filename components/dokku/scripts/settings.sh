# What the stack file says of an app is set, what it no longer says goes, everything else is left alone. Each kind compares
# first, since on a deployed app a change means a restart, and remembers what it set, to know what to take away one day.
claim "apps/$app"
if ! app_exists "$app"; then
  [ "$going" = yes ] || fail "app $app is not on this server; nothing was changed. Raise generation in the stack file and run pulumi up"
  exit 0
fi
set_here() { cat "/var/lib/petbase/$1/$app" 2>/dev/null || :; }
remember() {
  if [ -z "$2" ]; then rm -f "/var/lib/petbase/$1/$app"; return; fi
  mkdir -p "/var/lib/petbase/$1"
  printf '%s\n' "$2" >"/var/lib/petbase/$1/$app"
}
# The words of the first list that the second one lacks.
without() { for word in $1; do case " $2 " in *" $word "*) ;; *) printf '%s\n' "$word" ;; esac; done; }
