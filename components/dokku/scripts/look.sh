# What ./petbase doctor asks of the server, in one go: lines of "WHAT VALUE". Changes nothing, prints no secret, and goes on
# where one question finds no answer: then its line is missing, or says "? REASON".
tell() { printf '%s\n' "$*" | tr '\n' ' ' | sed 's#://[^@/ ]*@#://***@#g; s/ *$//'; echo; }
# answer WHAT COMMAND…: its output on one line, or why there is none.
answer() {
  what=$1
  shift
  if said=$("$@" 2>&1 </dev/null); then tell "$what $said"; else tell "$what ? $(printf '%s\n' "$said" | tail -n 2)"; fi
}
kept_by_petbase() { cat "/var/lib/petbase/$1" 2>/dev/null || :; }
tell "now $(date +%s)"
tell "zone $(date +%z)"
tell "disk $(df --portability --block-size=1024 /var/lib/dokku | awk 'NR == 2 { print $2, $4 }')"
tell "memory $(awk '/^(MemTotal|MemAvailable|SwapTotal|SwapFree):/ { print $2 }' /proc/meminfo | paste -s -d ' ')"
if [ -e /var/run/reboot-required ]; then tell "reboot wanted"; fi
if [ "$hardened" = yes ] && booted; then hardening_lost; fi
answer release dokku version
plugin=$(dokku plugin:list </dev/null | awk '$1 == "postgres" { print $2 }') || plugin=
tell "plugin $plugin"
answer apps dokku --quiet apps:list
for app in $apps; do
  dokku apps:exists "$app" >/dev/null 2>&1 </dev/null || continue
  answer "deployed $app" dokku ps:report "$app" --deployed
  answer "running $app" dokku ps:report "$app" --running
  answer "domains $app" dokku domains:report "$app" --domains-app-vhosts
  answer "certificate $app" dokku certs:report "$app" --ssl-expires-at
  # Of the URL only whose it is and where it leads.
  url=$(dokku config:get "$app" DATABASE_URL 2>/dev/null </dev/null | sed -n 's#^postgres://\([^:@/]*\):[^@]*@\([^:/]*\)[:/].*#\1 \2#p') || url=
  tell "url $app $url"
  case " $settled " in *" $app "*) settings_of "$app" ;; esac
done
answer services dokku --quiet postgres:list
answer status dokku postgres:info "$service" --status
answer exposed dokku postgres:info "$service" --exposed-ports
answer links dokku postgres:links "$service"
tell "image $(cat "/var/lib/dokku/services/postgres/$service/IMAGE_VERSION" 2>/dev/null || :)"
docker exec --interactive "dokku.postgres.$service" psql --username postgres --dbname postgres --tuples-only --no-align --quiet 2>/dev/null <<SQL || :
SELECT 'server ' || current_setting('server_version');
SELECT 'connections ' || count(*) FILTER (WHERE backend_type = 'client backend') || ' ' || current_setting('max_connections')
  FROM pg_stat_activity;
SELECT 'role ' || rolname || CASE WHEN rolcanlogin THEN ' login' ELSE ' closed' END || CASE WHEN rolsuper THEN ' super' ELSE '' END
  FROM pg_roles WHERE rolname = ANY (string_to_array('$apps', ' ')) ORDER BY 1;
SELECT 'left database ' || datname FROM pg_database WHERE datname IN ('petbase_restore', 'petbase_drill', 'petbase_schema');
SQL
schedule=$(dokku postgres:backup-schedule-cat "$service" 2>/dev/null </dev/null) || schedule=
tell "schedule $schedule"
# As the server itself opens the bucket, by what the plugin keeps; and whether it could write a dump, by the file that an `up`
# writes for a proof and takes away again; none of our locks holds it.
last_of() { printf '%s\n' "$said" | grep -v '^[[:space:]]*$' | tail -n 1; }
reason=$(unready)
if [ -n "$reason" ]; then
  tell "bucket ? $reason"
elif said=$(store s3api list-objects-v2 --bucket "$bucket" --prefix "${prefix}postgres-$service-" --max-items 1 --output text </dev/null 2>&1); then
  tell "bucket opens"
  key_id=$AWS_ACCESS_KEY_ID secret_key=$AWS_SECRET_ACCESS_KEY region=$AWS_DEFAULT_REGION
  if [ "$proves" = no ]; then
    :
  elif ! said=$(writes); then
    tell "takes ? $(last_of)"
  elif said=$(goes_again); then
    tell "takes files"
  else
    tell "takes and keeps: $(last_of)"
  fi
else
  tell "bucket ? $(last_of)"
fi
# While one of these is held, what looks half made is being made.
for held in /run/lock/petbase.*.lock; do
  [ -e "$held" ] || continue
  flock --nonblock "$held" true || tell "busy $(basename "$held" .lock | sed 's/^petbase\.//')"
done
for left in was restarts; do
  for file in /var/lib/petbase/"$left"/*; do if [ -e "$file" ]; then tell "left $left ${file##*/}"; fi; done
done
for file in /var/lib/petbase/apps/* /var/lib/petbase/services/*; do
  [ -e "$file" ] || continue
  case $(cat "$file") in
    making* | cloning*) tell "left ${file#/var/lib/petbase/}" ;;
    found*) tell "found ${file#/var/lib/petbase/}" ;;
  esac
done
definers 2>/dev/null || :
put_aside 2>/dev/null || :
old_services
# What an upgrade keeps on the server until it is done.
for file in "/var/lib/petbase/upgrades/$service" "/var/lib/petbase/upgrades/$service".*; do
  if [ -e "$file" ]; then tell "left upgrade"; break; fi
done
for file in /var/lib/petbase/restores/"$service"/*; do if [ -e "$file" ]; then tell "left restores ${file##*/} $(stat --format %Y "$file")"; fi; done
# The copies of dumps that are carried into the container (scratch.sh); nothing where it is stopped or gone.
# shellcheck disable=SC2016
docker exec "dokku.postgres.$service" sh -c 'for file in /tmp/petbase_*; do
  if [ -e "$file" ]; then stat -c "left copy ${file#/tmp/petbase_} %s %Y" "$file"; fi
done' 2>/dev/null </dev/null || :
if [ -e /var/lib/petbase/installing ]; then tell "left installing"; fi
if booted; then
  for timer in check drill; do
    tell "timer $timer $(systemctl is-active "petbase-$timer-$service.timer" 2>/dev/null </dev/null || :)"
    tell "last $timer $(systemctl is-failed "petbase-$timer-$service.service" 2>/dev/null </dev/null || :)"
  done
else
  for timer in check drill; do
    if grep -qF "/watch/$service/$timer " "/etc/cron.d/petbase-$service" 2>/dev/null; then tell "timer $timer active"; else tell "timer $timer "; fi
  done
fi
if [ -s "/var/lib/petbase/watch/$service/alert-url" ]; then tell "alert set"; fi
tell "since $(kept_by_petbase "watch/$service/since")"
status=$(kept_by_petbase "watch/$service/status.json")
if [ -n "$status" ]; then tell "watch $status"; fi
tell "end"
