# What runs, before anything is changed. A version that the stack file names is the one that shall run; one that is only
# Petbase's own default is for a new server and upgrades nothing.
upgrading=/var/lib/petbase/upgrading
# not_back NAME RUNS WANTED NAMED KEY
not_back() {
  if [ "$4" = yes ] && older "$3" "$2"; then
    fail "$1 on this server is $2 and the stack file says $3, but there is no way back; nothing was changed. Write $5: $2"
  fi
}
plugin_version() { dokku plugin:list | awk '$1 == "postgres" { print $2 }'; }
if [ -e "$upgrading" ]; then
  # Cut off inside, Dokku may not even answer: what apt had unpacked is set up first.
  step "an upgrade of Dokku was cut off, going on with it"
  dpkg_goes_on
fi
running=$(dokku version) || fail "Dokku is on this server but does not answer; nothing was changed. Try: dokku version"
running=${running##* }
not_back Dokku "$running" "$version" "$version_named" dokku.version
# An install of the plugin that was cut off leaves what can neither be used nor installed again. No data is in it.
if [ -e /var/lib/petbase/installing-plugin ]; then
  rm -rf /var/lib/dokku/plugins/enabled/postgres /var/lib/dokku/plugins/available/postgres
fi
plugin=
if dokku plugin:installed postgres; then plugin=$(plugin_version); fi
not_back dokku-postgres "$plugin" "$postgres_plugin" "$plugin_named" dokku.postgres-plugin
