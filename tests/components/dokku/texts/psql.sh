# psql on db
set -eu
service=db
app=fruits
read_only=yes
tty=no
set -- --interactive
[ "$tty" = no ] || set -- "$@" --tty
PGOPTIONS=
[ "$read_only" = no ] || PGOPTIONS='-c default_transaction_read_only=on'
user=postgres
if [ -n "$app" ]; then
  url=$(dokku config:get "$app" DATABASE_URL </dev/null) || { echo "$app has no DATABASE_URL; look at: dokku config:keys $app" >&2; exit 1; }
  case $url in
    postgres://*:*@dokku-postgres-"$(printf %s "$service" | tr _ -)":5432/*) ;;
    *) echo "$app: its DATABASE_URL leads elsewhere, not to $service" >&2; exit 1 ;;
  esac
  user=${url#postgres://}
  PGPASSWORD=${user#*:}
  PGPASSWORD=${PGPASSWORD%@*}
  user=${user%%:*}
  export PGPASSWORD
  set -- "$@" --env PGPASSWORD
fi
export PGOPTIONS
exec docker exec "$@" --env PGOPTIONS "dokku.postgres.$service" \
  psql --set ON_ERROR_STOP=1 --host localhost --username "$user" --dbname "$(printf %s "$service" | tr -- - _)"
