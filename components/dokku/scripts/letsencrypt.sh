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
# An app that was never deployed gets one too: the plugin puts a site of its own in its place (its pull request 328, its test
# letsencrypt_enable_http01). But then its names are often as new as itself and lead nowhere yet, so nothing fails for that.
step "$app: a certificate of Let's Encrypt for $*"
if dokku letsencrypt:enable "$app" && [ "$(dokku letsencrypt:active "$app")" = true ]; then exit 0; fi
if [ "$(dokku ps:report "$app" --deployed)" = true ]; then
  fail "Let's Encrypt gave $app no certificate; its reason stands above. Do its names ($*) lead to this server, and is port 80 open? Then run pulumi up again"
fi
step "$app: Let's Encrypt gave none yet. Once its names ($*) lead to this server: ./petbase doctor --repair"
