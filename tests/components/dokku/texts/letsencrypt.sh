# certificate of fruits
set -eu
resource=certificate.fruits
stack=petbase/prod
app=fruits
plugin=0.22.0
email=me@example.com
set -- fruits.example.com
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
claim "apps/$app"
claim "certificates/$app"
held=$(mark_of "certificates/$app")
held=${held%% *}
digest() { sha256sum | cut -d ' ' -f 1; }
shown() { if [ "$(dokku certs:report "$app" --ssl-enabled)" = true ]; then dokku certs:show "$app" crt | digest; fi; }
is_ours() { case $held in making | letsencrypt) return 0 ;; *) [ "$held" = "$1" ] ;; esac; }
app_exists "$app" || fail "app $app is not on this server; nothing was changed. Raise generation in the stack file and run pulumi up"
lock 8 proxy
if dokku plugin:installed letsencrypt; then
  present=$(dokku plugin:list | awk '$1 == "letsencrypt" { print $2 }')
  [ "$present" = "$plugin" ] || step "dokku-letsencrypt is $present, the stack file says $plugin: left alone. To upgrade: dokku plugin:update letsencrypt $plugin"
else
  step "installing dokku-letsencrypt $plugin"
  dokku plugin:install https://github.com/dokku/dokku-letsencrypt.git --committish "$plugin" --name letsencrypt
fi
if [ ! -e /var/lib/dokku/data/letsencrypt/autorenew ]; then dokku letsencrypt:cron-job --add; fi
if [ "$(dokku letsencrypt:active "$app")" = true ]; then
  if [ "$held" != letsencrypt ]; then step "$app: has a certificate of Let's Encrypt already; it stays"; fi
  exit 0
fi
dokku letsencrypt:set "$app" email "$email"
mark "certificates/$app" letsencrypt
step "$app: a certificate of Let's Encrypt for $*"
if dokku letsencrypt:enable "$app" && [ "$(dokku letsencrypt:active "$app")" = true ]; then exit 0; fi
if [ "$(dokku ps:report "$app" --deployed)" = true ]; then
  fail "Let's Encrypt gave $app no certificate; its reason stands above. Do its names ($*) lead to this server, and is port 80 open? Then run pulumi up again"
fi
step "$app: Let's Encrypt gave none yet. Once its names ($*) lead to this server: ./petbase doctor --repair"
