if app_exists "$app" && [ -n "$held" ]; then
  lock 8 proxy
  there=$(shown)
  if [ "$held" = letsencrypt ]; then
    step "$app: Let's Encrypt is switched off"
    dokku letsencrypt:disable "$app"
  elif [ -n "$there" ] && is_ours "$there"; then
    step "$app: its certificate goes"
    dokku certs:remove "$app"
  elif [ -n "$there" ]; then
    step "$app: its certificate was not put here by Petbase, stays"
  fi
fi
rm -f "/var/lib/petbase/certificates/$app"
