dokku_stands() { sh -c 'command -v dokku' >/dev/null && [ ! -e /var/lib/petbase/installing ]; }
if command -v cloud-init >/dev/null; then
  step "waiting until the server has set itself up"
  ready=0
  cloud-init status --wait || ready=$?
  # 2 is "done, with warnings". It tells of the last boot; a server with Dokku was set up by an earlier one.
  case $ready in
    0 | 2) ;;
    *)
      dokku_stands || fail "cloud-init ended with $ready; on the server, see: cloud-init status --long"
      step "the last boot's cloud-init ended with $ready; on the server, see: cloud-init status --long"
      ;;
  esac
fi
mkdir -p /var/lib/petbase
if ! dokku_stands; then
  step "installing Dokku $version, five to ten minutes"
  if [ -e /var/lib/petbase/installing ]; then dpkg_goes_on; fi
  : >/var/lib/petbase/installing
  command -v curl >/dev/null || package curl
  script=$(mktemp)
  curl --fail --silent --show-error --location --retry 3 --output "$script" "https://dokku.com/install/v$version/bootstrap.sh"
  seen=$(sha256sum "$script" | cut -d ' ' -f 1)
  [ -n "$bootstrap_sha256" ] || step "bootstrap.sh has SHA-256 $seen; write it down as dokku.bootstrap-sha256"
  [ "$seen" = "${bootstrap_sha256:-$seen}" ] ||
    fail "bootstrap.sh of Dokku $version has SHA-256 $seen and the stack file says $bootstrap_sha256; it was not run"
  printf 'dokku dokku/%s\n' "vhost_enable boolean true" "web_config boolean false" "skip_key_file boolean true" | debconf-set-selections
  # It and Docker's own script call apt-get, which waits for no update of the system's own unless a file tells it to.
  waits=$(mktemp)
  echo 'DPkg::Lock::Timeout "600";' >"$waits"
  tries=0
  until DEBIAN_FRONTEND=noninteractive APT_CONFIG="$waits" DOKKU_TAG="v$version" bash "$script" 3>&- 9>&-; do
    lists_were_held || exit 1
  done
  rm -f "$script" "$waits" /var/lib/petbase/installing
fi
