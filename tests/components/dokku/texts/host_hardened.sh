# the server: Dokku, the plugin, keys
set -eu
resource=host
stack=petbase/prod
version=0.38.27
version_named=no
bootstrap_sha256=''
postgres_plugin=1.48.0
plugin_named=no
domain=example.com
prefix=petbase-prod-
root_keys=yes
sshd_file=/etc/ssh/sshd_config.d/00-petbase-hardening.conf
sshd_text='PasswordAuthentication no
KbdInteractiveAuthentication no
MaxAuthTries 4
LoginGraceTime 60'
updates_file=/etc/apt/apt.conf.d/52petbase-unattended-upgrades
updates_text='APT::Periodic::Update-Package-Lists "1";
APT::Periodic::Unattended-Upgrade "1";
Unattended-Upgrade::Package-Blacklist {
  "containerd";
  "docker";
  "dokku";
  "gliderlabs-sigil";
  "herokuish";
  "lambda-builder";
  "netrc";
  "plugn";
  "procfile-util";
  "sshcommand";
};'
docker_file=/etc/docker/daemon.json
docker_text='{
  "live-restore": true,
  "log-driver": "json-file",
  "log-opts": {
    "max-size": "10m",
    "max-file": "3"
  }
}'
metadata_file=/etc/petbase-metadata.nft
metadata_text='table inet petbase_metadata
delete table inet petbase_metadata
table inet petbase_metadata {
  chain prerouting {
    type filter hook prerouting priority raw;
    ip daddr 169.254.169.254 drop
  }
}'
metadata_unit_file=/etc/systemd/system/petbase-metadata.service
metadata_unit_text='[Unit]
Description=Keep containers from the metadata address
After=nftables.service
Before=docker.service
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/sbin/nft -f /etc/petbase-metadata.nft
[Install]
WantedBy=multi-user.target'
journal_file=/etc/systemd/journald.conf.d/petbase.conf
journal_text='[Journal]
SystemMaxUse=500M'
set -- SHA256:tLD+lhMC4U6wSINLtD8Juo3nOOO+FRdBmG92uQASRAA petbase-prod-b4b0fe96 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKgi6Z/Wsr084Und+4ph0VSKLlWBpih44gwS3/vQB4A6 me@laptop'
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
apt() {
  tries=0
  until LC_ALL=C DEBIAN_FRONTEND=noninteractive command apt-get --quiet --yes --option DPkg::Lock::Timeout=600 \
    --option Dpkg::Options::=--force-confold "$@" 3>&- 8>&- 9>&-; do
    lists_were_held || return 1
  done
}
lists_were_held() {
  tail -n 10 "$log" | grep -qF 'Could not get lock /var/lib/apt/lists/' || return 1
  tries=$((tries + 1))
  [ "$tries" -lt 120 ] || return 1
  sleep 5
}
dpkg_goes_on() { DEBIAN_FRONTEND=noninteractive command dpkg --force-confold --configure --pending 3>&- 8>&- 9>&- || :; }
package_here() { [ "$(dpkg-query --show --showformat '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }
package() {
  package_here "$1" || { step "installing $1"; dpkg_goes_on; apt update; apt install "$1"; }
}
older() { [ "$1" != "$2" ] && [ "$(printf '%s\n' "$1" "$2" | sort --version-sort | head -n 1)" = "$1" ]; }
dokku_stands() { sh -c 'command -v dokku' >/dev/null && [ ! -e /var/lib/petbase/installing ]; }
if command -v cloud-init >/dev/null; then
  step "waiting until the server has set itself up"
  ready=0
  cloud-init status --wait || ready=$?
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
  waits=$(mktemp)
  echo 'DPkg::Lock::Timeout "600";' >"$waits"
  tries=0
  until DEBIAN_FRONTEND=noninteractive APT_CONFIG="$waits" DOKKU_TAG="v$version" bash "$script" 3>&- 9>&-; do
    lists_were_held || exit 1
  done
  rm -f "$script" "$waits" /var/lib/petbase/installing
fi
upgrading=/var/lib/petbase/upgrading
not_back() {
  if [ "$4" = yes ] && older "$3" "$2"; then
    fail "$1 on this server is $2 and the stack file says $3, but there is no way back; nothing was changed. Write $5: $2"
  fi
}
plugin_version() { dokku plugin:list | awk '$1 == "postgres" { print $2 }'; }
if [ -e "$upgrading" ]; then
  step "an upgrade of Dokku was cut off, going on with it"
  dpkg_goes_on
fi
running=$(dokku version) || fail "Dokku is on this server but does not answer; nothing was changed. Try: dokku version"
running=${running##* }
not_back Dokku "$running" "$version" "$version_named" dokku.version
if [ -e /var/lib/petbase/installing-plugin ]; then
  rm -rf /var/lib/dokku/plugins/enabled/postgres /var/lib/dokku/plugins/available/postgres
fi
plugin=
if dokku plugin:installed postgres; then plugin=$(plugin_version); fi
not_back dokku-postgres "$plugin" "$postgres_plugin" "$plugin_named" dokku.postgres-plugin
if [ "$running" != "$version" ] && [ "$version_named" = no ]; then
  step "Dokku $running stays; Petbase's default is $version. To upgrade, write dokku.version: $version"
  rm -f "$upgrading"
elif [ "$running" != "$version" ] || [ -e "$upgrading" ]; then
  package_here dokku ||
    fail "Dokku $running was not installed by apt, so it cannot be upgraded by it; nothing was changed. Write dokku.version: $running"
  [ "${running%.*}" = "${version%.*}" ] ||
    step "from Dokku ${running%.*} to ${version%.*}: what that means for apps stands in https://dokku.com/docs/getting-started/upgrading/"
  step "Dokku $running becomes $version, some minutes; containers run on"
  lock 8 services
  : >"$upgrading"
  apt update
  apt install --only-upgrade "dokku=$version" docker-image-labeler gliderlabs-sigil netrc plugn procfile-util sshcommand ||
    fail "apt could not install Dokku $version; look above. To stay where it is, write dokku.version: $running"
  [ "$(dokku version)" = "dokku version $version" ] || fail "apt installed Dokku $version, but it is $(dokku version) that answers"
  exec 8>&-
  rm -f "$upgrading"
  running=$version
fi
changing=/var/lib/petbase/upgrading-plugin
available=/var/lib/dokku/plugins/available/postgres
if [ -z "$plugin" ]; then
  step "installing dokku-postgres $postgres_plugin"
  : >/var/lib/petbase/installing-plugin
  dokku plugin:install https://github.com/dokku/dokku-postgres.git --committish "$postgres_plugin" --name postgres
  rm -f /var/lib/petbase/installing-plugin
elif [ "$plugin" != "$postgres_plugin" ] && [ "$plugin_named" = no ]; then
  step "dokku-postgres $plugin stays; Petbase's default is $postgres_plugin. To upgrade, write dokku.postgres-plugin: $postgres_plugin"
elif [ "$plugin" != "$postgres_plugin" ] || [ -e "$changing" ]; then
  step "dokku-postgres $plugin becomes $postgres_plugin; databases run on"
  lock 8 services
  if [ -e "$changing" ]; then rm -f "$available/.git/index.lock"; fi
  mkdir -p "$changing/git"
  printf '[safe]\n\tdirectory = %s\n' "$available" >"$changing/git/config"
  (export XDG_CONFIG_HOME="$changing"; dokku plugin:update postgres "$postgres_plugin") || :
  [ "$(plugin_version)" = "$postgres_plugin" ] ||
    fail "dokku plugin:update left dokku-postgres at $(plugin_version); is there a release $postgres_plugin? To stay, write dokku.postgres-plugin: $plugin"
  dokku plugin:install
  exec 8>&-
  rm -rf "$changing"
fi
first_here() {
  held=$(mark_of server/domain)
  [ -n "$held" ] || { mark server/domain made; held="made $stack"; }
  [ "${held#* }" = "$stack" ]
}
if first_here && [ "$(dokku domains:report --global --domains-global-vhosts)" != "$domain" ]; then
  step "apps are found under $domain"
  dokku domains:set-global "$domain"
fi
listed=$(dokku ssh-keys:list) || listed=
wanted=
block=
while [ $# -gt 0 ]; do
  wanted="$wanted $1 "
  block="$block$3
"
  if ! printf '%s\n' "$listed" | grep -qF -e "$1 "; then
    step "key $2 may push"
    printf '%s\n' "$3" | feed ssh-keys:add "$2"
  fi
  shift 3
done
asked=/var/lib/petbase/keys/$stack
mkdir -p "${asked%/*}"
before=$(tr '\n' ' ' 2>/dev/null <"$asked" || :)
others=$(find /var/lib/petbase/keys -type f ! -path "$asked" -exec cat {} + | tr '\n' ' ')
printf '%s\n' "$listed" | sed -n 's/^\(SHA256:[^ ]*\) NAME="\(petbase-[^"]*\)".*/\1 \2/p' | while read -r fingerprint name; do
  case " $wanted $others " in *" $fingerprint "*) continue ;; esac
  case "$name $before" in
    "$prefix"????????" "* | *" $fingerprint "*) step "key $name may no longer push"; dokku ssh-keys:remove "$name" ;;
  esac
done
printf '%s\n' "$wanted" | tr -s ' ' '\n' >"$asked"
file=/root/.ssh/authorized_keys
if [ "$root_keys" = yes ] && [ ! -e "$file" ]; then (umask 077 && mkdir -p "${file%/*}" && : >"$file"); fi
if [ "$root_keys" = yes ] || grep -qxF -e "# petbase begin $stack" "$file"; then
  { awk -v begin="# petbase begin $stack" -v end="# petbase end $stack" '$0 == begin { own = 1 } !own; $0 == end { own = 0 }' "$file"
    printf '# petbase begin %s\n%s# petbase end %s\n' "$stack" "$block" "$stack"; } >"$file.new"
  if cmp -s "$file" "$file.new"; then rm "$file.new"; else chmod 600 "$file.new"; mv "$file.new" "$file"; fi
fi
step "Dokku $running is ready"
booted() { [ -d /run/systemd/system ]; }
booted || { step "no systemd runs this server, so it is not hardened"; exit 0; }
put() {
  if [ -f "$1" ] && [ "$(cat "$1")" = "$3" ]; then return; fi
  mkdir -p "${1%/*}" "${pending%/*}"
  : >"$pending"
  (umask 077 && printf '%s\n' "$3" >"$1+")
  chmod "$2" "$1+"
  mv "$1+" "$1"
}
docker_leaves() {
  if { systemctl cat docker.service; grep '^[^#]' /etc/default/docker; } 2>/dev/null </dev/null | grep -q -e '[ "=]--log-' -e '[ "=]--live-restore'; then
    echo "its unit or /etc/default/docker sets logs or live-restore"
  elif [ "$(docker info --format '{{.Swarm.LocalNodeState}}' </dev/null)" = active ]; then
    echo "a swarm excludes live-restore"
  fi
}
docker_merged() {
  jq --argjson ours "$docker_text" '
    (if (."log-driver" // "json-file") == "json-file" then $ours * . else . end | ."live-restore" = true) as $merged
    | if . == $merged then empty else $merged end' "$docker_file"
}
pending=/var/lib/petbase/pending/docker
merged=$docker_text
leaves=$(docker_leaves)
if [ -n "$leaves" ]; then
  step "Docker: $leaves: left alone"
  merged=
elif [ -e "$docker_file" ] && [ "$(cat "$docker_file")" != "$docker_text" ]; then
  command -v jq >/dev/null || package jq
  merged=$(docker_merged) || fail "$docker_file cannot be read as JSON, so Docker was left as it is; correct it, or write server.harden: false"
fi
if [ -n "$merged" ]; then put "$docker_file" 644 "$merged"; fi
if [ -e "$pending" ]; then
  if [ -n "$(docker ps --quiet)" ]; then
    step "Docker: live-restore; log rotation for containers that are made after Docker's next start"
    systemctl reload docker
  else
    step "Docker: live-restore, log rotation"
    systemctl restart docker
  fi
  tries=0
  until [ "$(docker info --format '{{.LiveRestoreEnabled}}')" = true ]; do
    tries=$((tries + 1))
    [ "$tries" -lt 20 ] ||
      fail "Docker did not take $docker_file; its containers were left running. On the server: journalctl --unit docker"
    sleep 0.5
  done
  rm -f "$pending"
fi
pending=/var/lib/petbase/pending/metadata
command -v nft >/dev/null || package nftables
put "$metadata_file" 644 "$metadata_text"
put "$metadata_unit_file" 644 "$metadata_unit_text"
if [ -e "$pending" ] || ! nft list table inet petbase_metadata | grep -qF '169.254.169.254 drop'; then
  step "containers are kept from the metadata address"
  systemctl daemon-reload
  systemctl enable petbase-metadata.service
  systemctl restart petbase-metadata.service
  rm -f "$pending"
fi
pending=/var/lib/petbase/pending/journal
put "$journal_file" 644 "$journal_text"
if [ -e "$pending" ]; then
  step "the journal has a limit"
  systemctl restart systemd-journald
  rm -f "$pending"
fi
pending=/var/lib/petbase/pending/clock
case $(readlink /etc/localtime || :) in
  */UTC) ;;
  *)
    step "the clock shows UTC"
    mkdir -p "${pending%/*}"
    : >"$pending"
    ln -sfn /usr/share/zoneinfo/Etc/UTC /etc/localtime
    ;;
esac
if [ -e "$pending" ]; then
  echo Etc/UTC >/etc/timezone
  systemctl try-restart cron
  rm -f "$pending"
fi
pending=/var/lib/petbase/pending/updates
package unattended-upgrades
put "$updates_file" 644 "$updates_text"
if [ -e "$pending" ]; then
  step "security updates come by themselves; Docker and Dokku by the stack file"
  rm -f "$pending"
fi
pending=/var/lib/petbase/pending/ssh
sshd -t || fail "sshd refuses its own configuration, so nothing was changed there and it was not reloaded. On the server: sshd -t"
was=$(cat "$sshd_file" 2>/dev/null || :)
put "$sshd_file" 644 "$sshd_text"
if [ -e "$pending" ]; then
  if ! sshd -t; then
    if [ -n "$was" ]; then put "$sshd_file" 644 "$was"; else rm -f "$sshd_file"; fi
    rm -f "$pending"
    fail "sshd refuses $sshd_file, which was taken back; it runs as before. Write server.harden: false"
  fi
  step "SSH takes keys only"
  systemctl try-reload-or-restart ssh
  rm -f "$pending"
fi
sshd -T -C user=root,host=localhost,addr=192.0.2.1 | grep -qx 'passwordauthentication no' ||
  fail "sshd still takes passwords: another file sets PasswordAuthentication before $sshd_file. On the server: grep --recursive --ignore-case PasswordAuthentication /etc/ssh"
