# A change that was cut off is made again, also where the version is the right one already: its hooks may not have run.
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
  # root's git does not read a repository of the user dokku's (contract, records 95-97) unless it is told to.
  mkdir -p "$changing/git"
  printf '[safe]\n\tdirectory = %s\n' "$available" >"$changing/git/config"
  (export XDG_CONFIG_HOME="$changing"; dokku plugin:update postgres "$postgres_plugin") || :
  [ "$(plugin_version)" = "$postgres_plugin" ] ||
    fail "dokku plugin:update left dokku-postgres at $(plugin_version); is there a release $postgres_plugin? To stay, write dokku.postgres-plugin: $plugin"
  dokku plugin:install
  exec 8>&-
  rm -rf "$changing"
fi
