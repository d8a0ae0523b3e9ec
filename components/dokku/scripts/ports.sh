# Dokku keeps them in an order of its own.
in_order() { printf '%s\n' "$1" | tr ' ' '\n' | sort; }
if [ -n "$ports" ]; then
  held=$(dokku ports:report "$app" --ports-map)
  if [ "$(in_order "$held")" != "$(in_order "$ports")" ]; then
    step "$app: ports $ports"
    remember ports "$ports"
    # Port maps are words, and each is to be one.
    # shellcheck disable=SC2086
    dokku ports:set "$app" $ports
  fi
elif [ -n "$(set_here ports)" ]; then
  step "$app: ports as Dokku finds them"
  dokku ports:clear "$app"
  remember ports ''
fi
