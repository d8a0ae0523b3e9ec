claim "apps/$app"
if ! app_exists "$app"; then
  [ -z "$names$ports" ] || fail "app $app is not on this server; nothing was changed. Raise generation in the stack file and run pulumi up"
  exit 0
fi
pending=/var/lib/petbase/restarts/$app
variables=/var/lib/petbase/variables/$app
mapped=/var/lib/petbase/ports/$app
mkdir -p "${pending%/*}" "${variables%/*}" "${mapped%/*}"
# What the stack file names is set, what it no longer names goes, everything else is left alone. Compared first: on a
# deployed app a change means a restart, which is noted before, so that a run that is cut off is made up for.
for name in $(cat "$variables" 2>/dev/null || :); do
  case " $names " in
    *" $name "*) ;;
    *) step "$app: $name goes"; : >"$pending"; dokku config:unset --no-restart "$app" "$name" ;;
  esac
done
if [ -n "$names" ]; then
  printf '%s\n' "$names" >"$variables"
  differing=$(printf '%s\n' "$env $secrets" | tr ' ' '\n' | while read -r line; do
    [ -z "$line" ] || [ "$(dokku config:get "$app" "${line%%=*}" || :)" = "${line#*=}" ] || printf '%s\n' "$line"
  done)
  if [ -n "$differing" ]; then
    step "$app: sets $(printf '%s\n' "$differing" | sed 's/=.*//' | tr '\n' ' ')"
    : >"$pending"
    printf '%s\n' "$differing" | feed config:import --no-restart "$app" -
  fi
else
  rm -f "$variables"
fi
if [ -n "$ports" ]; then
  if [ "$(dokku ports:report "$app" --ports-map)" != "$ports" ]; then
    step "$app: ports $ports"
    : >"$mapped"
    # Port maps are words, and each is to be one.
    # shellcheck disable=SC2086
    dokku ports:set "$app" $ports
  fi
elif [ -e "$mapped" ]; then
  step "$app: ports as Dokku finds them"
  dokku ports:clear "$app"
  rm -f "$mapped"
fi
if [ -e "$pending" ] && [ "$(dokku ps:report "$app" --deployed)" = true ]; then
  step "$app: restarting with its new settings"
  dokku ps:restart "$app"
fi
rm -f "$pending"
