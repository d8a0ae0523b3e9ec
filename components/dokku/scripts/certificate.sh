# The pair is checked before Dokku sees it: one that does not match is installed all the same, and then nginx starts for no
# app of this server any more (contract 585-587).
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
# Two scripts at once would each find the other's half written pair.
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
