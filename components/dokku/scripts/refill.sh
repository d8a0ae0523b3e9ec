# A server that is new gets the data of the one before: the newest dump of the bucket, or the one that is named, into a
# database that holds no table. Before the links, which give everything to its role, and before the schedule, or the next
# night's dump would be of nothing.
claim "services/$service"
service_exists "$service" || fail "database $service is not on this server; nothing was changed. Raise generation in the stack file and run pulumi up"
lock 8 services
there=$(tables_outside_the_system .) || fail "$service does not answer; nothing was changed"
if [ "$there" != 0 ]; then
  step "$service: holds $there tables already, so restore-from: $from does nothing"
  exit 0
fi
need_image
AWS_ACCESS_KEY_ID=$key_id AWS_SECRET_ACCESS_KEY=$secret_key AWS_DEFAULT_REGION=$region ENCRYPTION_KEY=$passphrase
tmp=/run/petbase.refill.$service
carried=/tmp/petbase_refill
rm -rf "$tmp"
mkdir -m 700 "$tmp"
give_up() { put_down || :; rm -rf "$tmp"; fail "$@"; }
newest_under() {
  found=$(dumps_under "$1") || give_up "the bucket does not open: $(tail_of said); nothing was changed"
  name=$(printf '%s\n' "$found" | tail -n 1 | cut -f 1)
}
# As ./petbase backups lists it, with its path, or without.
name=${from#"$prefix"}
if [ "$from" = latest ]; then
  newest_under "$prefix"
  # Where dumps failed for longer than keep-days, what was verified is still there.
  if [ -z "$name" ]; then
    prefix=${prefix}verified/
    newest_under "$prefix"
  fi
  [ -n "$name" ] || give_up "restore-from: latest, and the bucket $bucket holds no dump of $service; nothing was changed. Take the line out to begin with nothing"
fi
step "$service: fetching $name"
fetched "$name" || give_up "$(why "$name"); nothing was changed"
beside pg_restore --list "$carried" </dev/null >/dev/null 2>"$tmp/said" || give_up "$name is no dump that this PostgreSQL can read: $(tail_of said); nothing was changed"
step "$service: restoring $name"
# Into a database of its own, which takes the empty one's place when it is whole: cut off anywhere, the next run finds it
# empty again. Rooms that were made for nothing yet go with it; the links make them again.
made=petbase_restore
now=$(date -u '+%Y-%m-%d %H:%M:%S')
anew() { { like_live "$made" && load "$made"; } 2>"$tmp/said"; }
anew || { missing_roles "$tmp/said" && anew; } || {
  put_down && drop_scratch "$made" || :
  give_up "$name was not restored: $(tail_of said); $service holds no table. Try another: restore-from: KEY, or ./petbase restore"
}
put_down
text=$(database=$made; owners)
printf '%s\n' "$text" | inside "$made"
{ settled_like_live "$made" && swap_database "$made"; } || give_up "$service could not take over what was restored; it holds no table. Run pulumi up again"
rm -rf "$tmp"
# It was empty when this began; an app may have made its tables meanwhile.
came=$(echo "SELECT count(*) FROM pg_tables WHERE schemaname !~ '^(pg_|information_schema)';" | inside "$old") || came=some
if [ "$came" = 0 ]; then
  drop_scratch "$old"
else
  step "$service: tables that came meanwhile ($came) stay in the database $old. Look: ./petbase kept"
fi
step "$service: holds $name again"
