# a look at db
set -eu
service=db
apps='fruits shop'
settled=fruits
plain='fruits COLOR=red'
bucket=db-backups
prefix=prod/
target=db-backups/prod
endpoint=https://0123456789abcdef0123456789abcdef.r2.cloudflarestorage.com
image=petbase/s3backup:0.18.0
stack=''
proves=no
hardened=no
held=/var/lib/dokku/services/postgres/$service/backup
kept() { cat "$held/$1" 2>/dev/null || :; }
AWS_ACCESS_KEY_ID=$(kept AWS_ACCESS_KEY_ID)
AWS_SECRET_ACCESS_KEY=$(kept AWS_SECRET_ACCESS_KEY)
AWS_DEFAULT_REGION=$(kept AWS_DEFAULT_REGION)
ENCRYPTION_KEY=$(cat "$held-encryption/ENCRYPTION_KEY" 2>/dev/null || :)
export AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_DEFAULT_REGION ENCRYPTION_KEY
store() {
  docker run --rm --log-driver none --interactive --env AWS_ACCESS_KEY_ID --env AWS_SECRET_ACCESS_KEY --env AWS_DEFAULT_REGION \
    --entrypoint aws "$image" --endpoint-url "$endpoint" "$@"
}
tail_of() { tail -n 3 "$tmp/$1" 2>/dev/null | tr '\n\t' '  ' | sed 's#://[^ ]*@#://***@#g; s/^ *//; s/ *$//'; }
unready() {
  if [ -z "$AWS_ACCESS_KEY_ID" ]; then
    echo "this server has no credentials for the bucket; raise generation in the stack file and run pulumi up"
  elif ! known=$(docker image inspect "$image" 2>&1 >/dev/null); then
    echo "Docker does not show the image $image, and dumps fail without it too ($known); raise generation in the stack file and run pulumi up"
  fi
}
dumps_under() {
  store s3api list-objects-v2 --bucket "$bucket" --prefix "$1postgres-$service-" --query 'Contents[].[Key,Size,ETag,LastModified]' \
    --output text </dev/null >"$tmp/listed" 2>"$tmp/said" || return 1
  tr -d '"' <"$tmp/listed" | sed "s#^$1##" |
    grep -E "^postgres-$service-[0-9]{4}-[0-9]{2}-[0-9]{2}-[0-9]{2}-[0-9]{2}-[0-9]{2}\.tgz(\.gpg)?[[:space:]]" |
    awk -F '\t' -v OFS='\t' -v before="postgres-$service-" '{
      named = substr($1, length(before) + 1, 19)
      named = substr(named, 1, 10) "T" substr(named, 12, 2) ":" substr(named, 15, 2) ":" substr(named, 18)
      taken = substr($4, 1, 19)
      print $1, $2, $3, (named > taken ? taken : named) "Z"
    }' | sort -k 4,4 -k 1,1 || :
}
proof() {
  (
    export AWS_ACCESS_KEY_ID="$key_id" AWS_SECRET_ACCESS_KEY="$secret_key" AWS_DEFAULT_REGION="$region" AWS_MAX_ATTEMPTS=1
    docker run --rm --log-driver none --interactive \
      --env AWS_ACCESS_KEY_ID --env AWS_SECRET_ACCESS_KEY --env AWS_DEFAULT_REGION --env AWS_MAX_ATTEMPTS \
      --entrypoint aws "$image" --endpoint-url "$endpoint" s3 "$1" --only-show-errors "$2" ${3:+"$3"} 2>&1
  )
}
writes() { printf 'The stack %s may write here.\n' "$stack" | proof cp - "s3://$target/petbase-$service.txt"; }
goes_again() { proof rm "s3://$target/petbase-$service.txt" </dev/null; }
proven() {
  tries=0
  until answer=$(writes); do
    tries=$((tries + 1))
    case $answer in
      *"Could not connect to the endpoint"* | *"Connect timeout on endpoint"*) reached=no limit=10 ;;
      *) reached=yes limit=25 ;;
    esac
    if [ "$tries" -ge "$limit" ]; then
      if [ "$known $reached" = "no no" ]; then
        step "$service: the store at $endpoint is not reached from here ($answer). No dump arrives until it is; try then: ./petbase backup"
        return
      fi
      fail "the store at $endpoint takes nothing for $target ($answer); the credentials of before, if any, were left as they were"
    fi
    sleep 3
  done
  goes_again || :
}
root=/var/lib/dokku/services/postgres/$service
live() {
  docker exec --interactive "dokku.postgres.$service" psql --username postgres --dbname "$(printf %s "$service" | tr -- - _)" \
    --no-psqlrc --quiet --tuples-only --no-align --set ON_ERROR_STOP=1
}
put_aside() {
  live <<'SQL'
SELECT 'aside ' || json_build_object('kind', kind, 'name', name, 'note', note, 'size', size) FROM (
  SELECT 'database' AS kind, datname AS name, shobj_description(oid, 'pg_database') AS note, pg_database_size(oid) AS size
    FROM pg_database
    WHERE starts_with(shobj_description(oid, 'pg_database'), '{"petbase"') AND datname <> current_database()
  UNION ALL SELECT 'schema', nspname, obj_description(n.oid, 'pg_namespace'), COALESCE(size, 0) FROM pg_namespace n
    LEFT JOIN (SELECT relnamespace, sum(pg_total_relation_size(oid)) AS size FROM pg_class
      WHERE relkind IN ('r', 'm') GROUP BY 1) held ON relnamespace = n.oid
    WHERE starts_with(obj_description(n.oid, 'pg_namespace'), '{"petbase"') AND nspowner = 'postgres'::regrole
) held ORDER BY kind, name;
SQL
}
old_services() {
  for old in "$root-before-"[0-9]*; do
    [ -e "$old" ] || continue
    case $(cat "/var/lib/petbase/services/${old##*/}" 2>/dev/null || :) in making*) continue ;; esac
    printf 'old %s %s %s\n' "${old##*/}" "$(cat "$old/IMAGE_VERSION")" "$(du --summarize --block-size=1024 "$old" | cut -f 1)"
  done
}
definers() {
  live <<SQL
SET search_path = pg_catalog;
SELECT 'definer ' || json_build_object('routine', p.oid::regprocedure::text, 'callers', callers, 'grantees', grantees)
FROM pg_proc p JOIN pg_roles o ON o.oid = proowner
CROSS JOIN LATERAL (
  SELECT string_agg(rolname, ', ' ORDER BY rolname) AS callers, array_agg(oid) AS oids FROM pg_roles r
  WHERE rolname = ANY (string_to_array('$apps', ' ')) AND NOT rolsuper
    AND has_function_privilege(r.oid, p.oid, 'EXECUTE') AND has_schema_privilege(r.oid, pronamespace, 'USAGE')) may
CROSS JOIN LATERAL (
  SELECT string_agg(CASE grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END, ', ' ORDER BY grantee) AS grantees
  FROM aclexplode(COALESCE(proacl, acldefault('f', proowner)))
  WHERE grantee = 0 OR EXISTS (SELECT FROM unnest(oids) AS caller WHERE pg_has_role(caller, grantee, 'USAGE'))) by_which
WHERE prosecdef AND o.rolsuper AND callers IS NOT NULL AND p.oid >= 16384 AND prorettype <> 'event_trigger'::regtype
  AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_proc'::regclass AND objid = p.oid AND deptype = 'e') ORDER BY 1;
SQL
}
settings_of() {
  answer "variables $1" dokku config:keys "$1"
  tell "differing $1 $(differing "$1")"
  answer "ports $1" dokku ports:report "$1" --ports-map
  answer "scale $1" dokku --quiet ps:scale "$1"
  answer "checks $1" dokku checks:report "$1" --checks-disabled-list
  answer "waits $1" dokku checks:report "$1" --checks-wait-to-retire
  answer "storage $1" dokku --quiet storage:list "$1"
  for kind in memory cpu; do
    tell "limit-$kind $1 $(dokku resource:report "$1" "--resource-_default_.limit.$kind" 2>/dev/null </dev/null || :)"
  done
}
differing() {
  printf '%s\n' "$plain" | while read -r of pair; do
    [ "$of" != "$1" ] || [ "$(dokku config:get "$1" "${pair%%=*}" 2>/dev/null </dev/null || :)" = "${pair#*=}" ] || echo "${pair%%=*}"
  done
}
booted() { [ -d /run/systemd/system ]; }
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
hardening_lost() {
  tell "hardened asked"
  as_written "$sshd_file" "$sshd_text"
  as_written "$updates_file" "$updates_text"
  as_written "$metadata_file" "$metadata_text"
  as_written "$metadata_unit_file" "$metadata_unit_text"
  as_written "$journal_file" "$journal_text"
  counts=$(sshd -T -C user=root,host=localhost,addr=192.0.2.1 2>/dev/null </dev/null) || counts=
  printf '%s\n' "$sshd_text" | tr '[:upper:]' '[:lower:]' | while read -r name value; do
    now=$(printf '%s\n' "$counts" | sed -n "s/^$name //p")
    [ "$now" = "$value" ] || tell "drift sshd $name ${now:-unknown} $value"
  done
  nft list table inet petbase_metadata 2>/dev/null </dev/null | grep -qF '169.254.169.254 drop' || tell "drift metadata"
  package_here unattended-upgrades || tell "drift package unattended-upgrades"
  if [ -z "$(docker_leaves)" ]; then
    docker_has_ours || tell "drift file $docker_file"
    [ "$(docker info --format '{{.LiveRestoreEnabled}}' </dev/null)" = true ] || tell "drift docker"
  fi
}
as_written() { [ "$(cat "$1" 2>/dev/null)" = "$2" ] || tell "drift file $1"; }
docker_has_ours() {
  [ "$(cat "$docker_file" 2>/dev/null)" = "$docker_text" ] || { command -v jq >/dev/null && merged=$(docker_merged 2>/dev/null) && [ -z "$merged" ]; }
}
tell() { printf '%s\n' "$*" | tr '\n' ' ' | sed 's#://[^@/ ]*@#://***@#g; s/ *$//'; echo; }
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
for file in "/var/lib/petbase/upgrades/$service" "/var/lib/petbase/upgrades/$service".*; do
  if [ -e "$file" ]; then tell "left upgrade"; break; fi
done
for file in /var/lib/petbase/restores/"$service"/*; do if [ -e "$file" ]; then tell "left restores ${file##*/} $(stat --format %Y "$file")"; fi; done
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
