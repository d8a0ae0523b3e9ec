# Containers run on; an app gets what is new with its next deploy or rebuild. The parts are those that Dokku's own
# dokku-update upgrades, but for herokuish, whose image every app would have to be rebuilt on.
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
