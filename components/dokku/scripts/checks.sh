# They count at the next deploy or restart, and need none of their own.
held=$(set_here checks)
if [ -n "$wait_to_retire" ]; then
  if [ "$(dokku checks:report "$app" --checks-wait-to-retire)" != "$wait_to_retire" ]; then
    step "$app: old containers retire after $wait_to_retire seconds"
    dokku checks:set "$app" wait-to-retire "$wait_to_retire"
  fi
elif [ "${held%% *}" = waits ]; then
  dokku checks:set "$app" wait-to-retire
fi
if [ "$checks_disabled" = yes ]; then
  if [ "$(dokku checks:report "$app" --checks-disabled-list)" != _all_ ]; then
    step "$app: stops before its successor starts (checks are disabled)"
    dokku checks:disable "$app"
  fi
elif [ "${held##* }" = disabled ]; then
  step "$app: checks are enabled again"
  dokku checks:enable "$app"
fi
remember checks "$(printf '%s%s\n' "${wait_to_retire:+waits}" "$([ "$checks_disabled" = no ] || echo ' disabled')")"
