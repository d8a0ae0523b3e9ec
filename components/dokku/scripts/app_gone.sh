claim "apps/$app"
lock 8 services
if app_exists "$app"; then
  case $(mark_of "apps/$app") in
    made* | making*) step "$app: destroying; its schema stays in the database"; dokku apps:destroy "$app" --force ;;
    *) step "$app: was here before Petbase, stays" ;;
  esac
fi
rm -f "/var/lib/petbase/apps/$app"
