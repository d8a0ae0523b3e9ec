# The global domain belongs to the first stack on a server; a second one names its apps in full.
first_here() {
  held=$(mark_of server/domain)
  [ -n "$held" ] || { mark server/domain made; held="made $stack"; }
  [ "${held#* }" = "$stack" ]
}
if first_here && [ "$(dokku domains:report --global --domains-global-vhosts)" != "$domain" ]; then
  step "apps are found under $domain"
  dokku domains:set-global "$domain"
fi
