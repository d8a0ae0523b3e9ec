# apt waits for a run that the boot or a timer began, if it is told to; but never for the lock of its lists, which the
# daily update holds for some seconds. One that was cut off, by a reboot say, makes it refuse everything until what it had
# unpacked is set up.
apt() {
  tries=0
  until LC_ALL=C DEBIAN_FRONTEND=noninteractive command apt-get --quiet --yes --option DPkg::Lock::Timeout=600 \
    --option Dpkg::Options::=--force-confold "$@" 3>&- 8>&- 9>&-; do
    lists_were_held || return 1
  done
}
# Behind a failure: was it that lock? Then some seconds later, ten minutes at most.
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
