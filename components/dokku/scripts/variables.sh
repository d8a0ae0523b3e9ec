# The secret ones among them come on standard input, in $secrets, and go to Dokku the same way.
for name in $(without "$(set_here variables)" "$names"); do
  step "$app: $name goes"
  changing
  dokku config:unset --no-restart "$app" "$name"
done
remember variables "$names"
differing=$(printf '%s\n' "$env $secrets" | tr ' ' '\n' | while read -r line; do
  [ -z "$line" ] || [ "$(dokku config:get "$app" "${line%%=*}" || :)" = "${line#*=}" ] || printf '%s\n' "$line"
done)
if [ -n "$differing" ]; then
  step "$app: sets $(printf '%s\n' "$differing" | sed 's/=.*//' | paste -s -d ' ')"
  changing
  printf '%s\n' "$differing" | feed config:import --no-restart "$app" -
fi
