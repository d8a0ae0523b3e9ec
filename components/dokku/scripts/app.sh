claim "apps/$app"
if app_exists "$app"; then
  case $(mark_of "apps/$app") in
    '') step "$app: was here already, stays"; mark "apps/$app" found ;;
    making*) mark "apps/$app" made ;;
  esac
else
  step "$app: creating"
  mark "apps/$app" making
  dokku apps:create "$app"
  mark "apps/$app" made
fi
# What was found keeps its names unless the stack file says some.
case "$named $(mark_of "apps/$app")" in "no found "*) exit 0 ;; esac
wanted=$(printf '%s\n' "$@" | sort)
names=$(dokku domains:report "$app" --domains-app-vhosts)
if [ "$(printf '%s\n' "$names" | tr ' ' '\n' | sort)" != "$wanted" ]; then
  step "$app: domains $*"
  dokku domains:set "$app" "$@"
fi
