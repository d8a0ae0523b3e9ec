# A new minor reads the same data. A dump comes first; and `upgrade` forgets settings and variables of the container
# unless they are given again (contract, record 692), and goes back to the plugin's own image. Its variables can be given
# in no other way.
new_minor() {
  [ -e "$root/backup/AWS_ACCESS_KEY_ID" ] ||
    fail "$service has no dumps yet, and one comes before an upgrade; nothing was changed. Write database.version: \"$running\", run pulumi up, and raise it then"
  custom=$(grep . "$root/ENV" | tr '\n' ';' || :)
  case $(cat "$root/ENV" 2>/dev/null || :) in
    *\;*) fail "$service has a variable with a semicolon, which dokku postgres:upgrade cannot be given again; nothing was changed. Write database.version: \"$running\"" ;;
  esac
  image=$(cat "$root/IMAGE" 2>/dev/null || :)
  if [ "$image" = postgres ]; then image=; fi
  start
  wait_until_it_answers
  step "$service: a dump, then PostgreSQL $running becomes $version, a minute without a database"
  dokku postgres:backup "$service" "$target"
  keep_address
  dokku postgres:upgrade "$service" ${image:+--image "$image"} --image-version "$version" ${options:+--config-options "$options"} ${custom:+--custom-env "${custom%;}"}
}
