# apt waits for a run that the boot or a timer began. One that was cut off, by a reboot say, makes it refuse everything
# until what it had unpacked is set up.
apt() { DEBIAN_FRONTEND=noninteractive command apt-get --quiet --yes --option DPkg::Lock::Timeout=600 --option Dpkg::Options::=--force-confold "$@" 3>&- 8>&- 9>&-; }
dpkg_goes_on() { DEBIAN_FRONTEND=noninteractive command dpkg --force-confold --configure --pending 3>&- 8>&- 9>&- || :; }
package_here() { [ "$(dpkg-query --show --showformat '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }
package() {
  package_here "$1" || { step "installing $1"; dpkg_goes_on; apt update; apt install "$1"; }
}
