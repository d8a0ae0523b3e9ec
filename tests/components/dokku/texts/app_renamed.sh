# app plums
set -eu
resource=app.plums
stack=petbase/prod
app=plums
named=no
was=fruits
service=db
schema=plums
{ IFS= read -r _ && IFS= read -r last && [ "$last" = end ]; } || { echo "the standard input came cut off; nothing was done"; exit 65; }
trap '' HUP PIPE
log=$(mktemp)
printf %4096s . >"$log" || { rm -f "$log"; echo "the disk of the server is full; nothing was done. Look at: df --human-readable"; exit 1; }
exec 3>&1 >"$log" 2>&1 </dev/null
tidy() { :; }
trap 'rc=$?; tidy 2>/dev/null; [ "$rc" = 0 ] || tail -n 40 "$log" | sed "s#://[^ ]*@#://***@#g" >&3; rm -f "$log"; exit "$rc"' EXIT
step() { printf '%s\n' "$*" >&3 || :; }
fail() { printf '%s\n' "$*"; exit 1; }
lock() { eval "exec $1>\"/run/lock/petbase.$2.lock\""; flock -w 900 "$1" || fail "another run still works on $2 after 15 minutes; wait until it ends, then run pulumi up again"; }
dokku() { command dokku "$@" </dev/null 3>&- 8>&- 9>&-; }
feed() { command dokku "$@" 3>&- 8>&- 9>&-; }
docker() { command docker "$@" 3>&- 8>&- 9>&-; }
lock 9 "$resource"
mark_of() { cat "/var/lib/petbase/$1" 2>/dev/null || :; }
mark() {
  mkdir -p "/var/lib/petbase/${1%/*}"
  printf '%s %s\n' "$2" "$stack" >"/var/lib/petbase/$1+"
  mv "/var/lib/petbase/$1+" "/var/lib/petbase/$1"
}
claim() {
  held=$(mark_of "$1")
  [ -z "$held" ] || [ "${held#* }" = "$stack" ] ||
    fail "$1 belongs to the stack ${held#* }, not to $stack; to hand it over, remove /var/lib/petbase/$1 on the server"
}
dokku --quiet apps:list >/dev/null || fail "Dokku does not answer on this server; nothing was changed. Try: dokku apps:list"
app_exists() {
  asked=0
  dokku apps:exists "$1" || asked=$?
  case $asked in
    0) return 0 ;;
    20) return 1 ;;
    *) fail "dokku apps:exists $1 answered $asked; nothing was changed" ;;
  esac
}
service_exists() {
  services=$(dokku --quiet postgres:list) || fail "the plugin does not answer (dokku postgres:list); nothing was changed"
  printf '%s\n' "$services" | grep -qxF -e "$1"
}
root=/var/lib/dokku/services/postgres/$service
database=$(printf %s "$service" | tr -- - _)
copied=$(printf 'DOKKU_POSTGRES_%s_ENV_POSTGRES_PASSWORD' "$service" | tr 'a-z.-' 'A-Z__')
sql() { { echo '\set QUIET on'; echo '\pset format unaligned'; echo '\pset tuples_only on'; cat; } | feed postgres:connect "$service"; }
tables_outside_the_system() { sql <<SQL
SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
WHERE relkind IN ('r', 'p', 'm', 'f') AND nspname ~ '$1' AND nspname !~ '^(pg_|information_schema)';
SQL
}
claim "apps/$was"
claim "apps/$app"
moved=/var/lib/petbase/was/$app
name_is_free() {
  if [ "$schema" != "$app" ] || ! service_exists "$service"; then return 0; fi
  here=$(sql <<SQL
SELECT count(*) FROM pg_namespace WHERE nspname = '$app';
SQL
  ) || fail "$service does not answer; nothing was changed"
  [ "$here" = 0 ] || fail "$service has a schema $app already, so $was cannot take that name; nothing was changed. Write schema: $was to keep its own, or see ./petbase kept"
}
if [ ! -e "$moved" ] && app_exists "$was"; then
  name_is_free
  lock 8 services
  if app_exists "$app"; then
    case $(mark_of "apps/$app") in
      cloning*) step "$app: a renaming was cut off, starting over"; dokku apps:destroy "$app" --force ;;
      *) fail "$was and $app are both on this server, so one cannot become the other; nothing was changed. Remove was: $was, or one of the two" ;;
    esac
  fi
  step "$was: becomes $app; it serves on until $app is built"
  mark "apps/$app" cloning
  dokku apps:clone --skip-deploy "$was" "$app"
  for kind in "links/$service" variables ports scale checks storage resources certificates; do
    if [ -e "/var/lib/petbase/$kind/$was" ]; then cp "/var/lib/petbase/$kind/$was" "/var/lib/petbase/$kind/$app"; fi
  done
  mkdir -p "${moved%/*}"
  printf '%s %s %s\n' "$was" "$(dokku ps:report "$was" --deployed)" "$(dokku domains:report "$was" --domains-app-vhosts)" >"$moved+"
  mv "$moved+" "$moved"
  exec 8>&-
fi
if [ -e "$moved" ]; then
  case $(mark_of "apps/$app") in
    cloning*) held=$(mark_of "apps/$was"); held=${held%% *}; mark "apps/$app" "${held:-found}" ;;
  esac
  for kind in apps "links/$service" variables ports scale checks storage resources certificates restarts; do
    rm -f "/var/lib/petbase/$kind/$was"
  done
  case "$named $(mark_of "apps/$app")" in
    "no found "*) ;;
    *) read -r old deployed names <"$moved"; printf '%s %s %s\n' "$old" "$deployed" "$*" >"$moved+"; mv "$moved+" "$moved" ;;
  esac
  exit 0
fi
claim "apps/$app"
refuse_taken() {
  for domain in "$@"; do
    for other in $(grep -lxF -e "$domain" /home/dokku/*/VHOST | sed 's#.*/\(.*\)/VHOST#\1#' || :); do
      case "$other $(mark_of "apps/$other")" in
        "$app "* | "${was:-$app} "* | *" $stack") ;;
        *) fail "apps.$app.domains: \"$domain\" leads to the app $other, which is not of this stack; nothing was changed. Name another domain, or take it away there first: dokku domains:report $other" ;;
      esac
    done
  done
}
if app_exists "$app"; then
  case $(mark_of "apps/$app") in
    '') step "$app: was here already, stays"; mark "apps/$app" found ;;
    making*) mark "apps/$app" made ;;
  esac
else
  refuse_taken "$@"
  step "$app: creating"
  mark "apps/$app" making
  dokku apps:create "$app"
  mark "apps/$app" made
fi
case "$named $(mark_of "apps/$app")" in "no found "*) exit 0 ;; esac
wanted=$(printf '%s\n' "$@" | sort)
names=$(dokku domains:report "$app" --domains-app-vhosts)
if [ "$(printf '%s\n' "$names" | tr ' ' '\n' | sort)" != "$wanted" ]; then
  refuse_taken "$@"
  step "$app: domains $*"
  dokku domains:set "$app" "$@"
fi
