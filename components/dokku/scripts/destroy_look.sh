# Before the database goes: is it this stack's own, and does no app need it? A run that was cut off goes on here.
claim "services/$service"
links=
if service_exists "$service"; then
  case $(mark_of "services/$service") in
    found*) fail "$service was here before Petbase, so it is not Petbase's to destroy; nothing was changed. By hand: dokku postgres:destroy $service" ;;
    '') fail "$service carries no mark of this stack; nothing was changed. Run pulumi up first" ;;
  esac
  links=$(dokku postgres:links "$service") || fail "dokku postgres:links did not answer; nothing was changed"
elif [ -z "$(mark_of "services/$service")" ]; then
  fail "database $service is not on this server; nothing was changed"
fi
[ -z "$links" ] ||
  fail "$service is linked to $(printf '%s\n' "$links" | paste -s -d ' '); nothing was changed. First take these apps out of the stack file and run pulumi up"
