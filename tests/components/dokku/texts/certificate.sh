# certificate of fruits
set -eu
resource=certificate.fruits
stack=petbase/prod
app=fruits
said=no
{ IFS= read -r _ && IFS= read -r certificate && IFS= read -r key && IFS= read -r last && [ "$last" = end ]; } || { echo "the standard input came cut off; nothing was done"; exit 65; }
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
folder=/run/petbase.pair.$app
rm -rf "$folder"
mkdir -m 700 "$folder"
printf %s "$certificate" | base64 --decode >"$folder/server.crt"
printf %s "$key" | base64 --decode >"$folder/server.key"
wrong() { rm -rf "$folder"; fail "apps.$app.tls: $*; nothing was changed, $app goes on as before"; }
ends() { openssl x509 -noout -enddate -in "$folder/server.crt" | sed 's/^notAfter=//'; }
for_certificate=$(openssl x509 -noout -pubkey -in "$folder/server.crt") || wrong "the certificate cannot be read"
for_key=$(openssl pkey -pubout -passin pass: -in "$folder/server.key") || wrong "the key cannot be read; one with a passphrase is of no use to nginx"
[ "$for_certificate" = "$for_key" ] || wrong "certificate and key do not belong together"
openssl x509 -noout -checkend 0 -in "$folder/server.crt" || wrong "the certificate ended on $(ends)"
lock 8 proxy
there=$(shown)
if [ -n "$there" ] && ! is_ours "$there"; then
  if [ "$said" = no ]; then
    rm -rf "$folder"
    step "$app: has a certificate that was not put here by Petbase; it stays. To replace it, write tls: origin-ca under apps.$app"
    exit 0
  fi
  found=/var/lib/petbase/found/certificates
  step "$app: the certificate that was here lies in $found/$app.crt from now on, its key beside it"
  mkdir -p "$found"
  chmod 700 "$found"
  dokku certs:show "$app" crt >"$found/$app.crt"
  dokku certs:show "$app" key >"$found/$app.key"
fi
new=$(digest <"$folder/server.crt")
if [ "$there" != "$new" ] || ! dokku certs:show "$app" key | cmp -s - "$folder/server.key"; then
  step "$app: a certificate that is good until $(ends)"
  mark "certificates/$app" making
  tar --create --directory "$folder" server.crt server.key | feed certs:add "$app"
fi
mark "certificates/$app" "$new"
rm -rf "$folder"
