# What Dokku has of the settings that the stack file says. Of variables the names: whether a plain one has its declared value
# is told here, and no value leaves the server.
settings_of() {
  answer "variables $1" dokku config:keys "$1"
  tell "differing $1 $(differing "$1")"
  answer "ports $1" dokku ports:report "$1" --ports-map
  answer "scale $1" dokku --quiet ps:scale "$1"
  answer "checks $1" dokku checks:report "$1" --checks-disabled-list
  answer "waits $1" dokku checks:report "$1" --checks-wait-to-retire
  answer "storage $1" dokku --quiet storage:list "$1"
  for kind in memory cpu; do
    # Dokku answers 1 where none is set.
    tell "limit-$kind $1 $(dokku resource:report "$1" "--resource-_default_.limit.$kind" 2>/dev/null </dev/null || :)"
  done
}
differing() {
  printf '%s\n' "$plain" | while read -r of pair; do
    [ "$of" != "$1" ] || [ "$(dokku config:get "$1" "${pair%%=*}" 2>/dev/null </dev/null || :)" = "${pair#*=}" ] || echo "${pair%%=*}"
  done
}
