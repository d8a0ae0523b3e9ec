# The old data after an upgrade goes for good: only what an upgrade of this stack left, and never what is in use.
claim "services/$old"
lock 8 services
case "$old $(mark_of "services/$old")" in
  *-before-[0-9]*" made $stack") ;;
  *) fail "$old is not what an upgrade of this stack left; nothing was dropped" ;;
esac
if service_exists "$old"; then
  [ -z "$(dokku postgres:links "$old")" ] || fail "$old is linked to $(dokku postgres:links "$old" | paste -s -d ' '); nothing was dropped"
  step "$old: destroying, with the data of before the upgrade"
  dokku postgres:destroy "$old" --force
fi
rm -f "/var/lib/petbase/services/$old"
step "$old: is gone"
