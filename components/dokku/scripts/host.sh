if command -v cloud-init >/dev/null; then
  step "waiting until the server has set itself up"
  ready=0
  cloud-init status --wait || ready=$?
  # 2 is "done, with warnings".
  case $ready in 0 | 2) ;; *) fail "cloud-init ended with $ready; on the server, see: cloud-init status --long" ;; esac
fi
first_here() {
  held=$(mark_of server/domain)
  [ -n "$held" ] || { mark server/domain made; held="made $stack"; }
  [ "${held#* }" = "$stack" ]
}
if ! sh -c 'command -v dokku' >/dev/null || [ -e /var/lib/petbase/installing ]; then
  step "installing Dokku $version, five to ten minutes"
  mkdir -p /var/lib/petbase
  : >/var/lib/petbase/installing
  script=$(mktemp)
  curl --fail --silent --show-error --location --retry 3 --output "$script" "https://dokku.com/install/v$version/bootstrap.sh"
  seen=$(sha256sum "$script" | cut -d ' ' -f 1)
  [ -n "$bootstrap_sha256" ] || step "bootstrap.sh has SHA-256 $seen; write it down as dokku.bootstrap-sha256"
  [ "$seen" = "${bootstrap_sha256:-$seen}" ] ||
    fail "bootstrap.sh of Dokku $version has SHA-256 $seen and the stack file says $bootstrap_sha256; it was not run"
  printf 'dokku dokku/%s\n' "vhost_enable boolean true" "web_config boolean false" "skip_key_file boolean true" | debconf-set-selections
  DEBIAN_FRONTEND=noninteractive DOKKU_TAG="v$version" bash "$script" 3>&- 9>&-
  rm -f "$script" /var/lib/petbase/installing
fi
running=$(dokku version) || fail "Dokku is on this server but does not answer; nothing was changed. Try: dokku version"
running=${running##* }
[ "$running" = "$version" ] || step "Dokku is $running, the stack file says $version: left alone. To upgrade, see https://dokku.com/docs/getting-started/upgrading/"
if dokku plugin:installed postgres; then
  plugin=$(dokku plugin:list | awk '$1 == "postgres" { print $2 }')
  [ "$plugin" = "$postgres_plugin" ] || step "dokku-postgres is $plugin, the stack file says $postgres_plugin: left alone. To upgrade: dokku plugin:update postgres $postgres_plugin"
else
  step "installing dokku-postgres $postgres_plugin"
  dokku plugin:install https://github.com/dokku/dokku-postgres.git --committish "$postgres_plugin" --name postgres
fi
# The global domain belongs to the first stack on a server; a second one names its apps in full.
if first_here && [ "$(dokku domains:report --global --domains-global-vhosts)" != "$domain" ]; then
  step "apps are found under $domain"
  dokku domains:set-global "$domain"
fi
