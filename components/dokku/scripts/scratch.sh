# Databases to throw away beside the live one, and dumps loaded into them. The container's own socket asks for no password.
# A dump comes without owners and grants, so all in it is the superuser's, and apps may not even connect.
beside() { docker exec --interactive "dokku.postgres.$service" "$@"; }
drop_scratch() { beside dropdb --username postgres --if-exists --force "$1" </dev/null; }
# template0: what somebody put into template1 is in the dump too, and would be there twice.
fresh_scratch() {
  drop_scratch "$1" && beside createdb --username postgres --template template0 "$1" </dev/null &&
    beside psql --username postgres --quiet --dbname postgres --command "REVOKE ALL ON DATABASE \"$1\" FROM PUBLIC" </dev/null
}
# load FILE DATABASE [OPTION…]: stops at the first error. Some dumps make the schema public, which a new database has
# already; most leave it to be there, also where somebody made it anew.
load() {
  loaded=$1 into=$2
  shift 2
  if makes_public "$loaded"; then
    beside psql --username postgres --quiet --dbname "$into" --command 'DROP SCHEMA IF EXISTS public' </dev/null || return 1
  fi
  beside pg_restore --username postgres --exit-on-error --no-owner --no-acl "$@" --dbname "$into" <"$loaded"
}
makes_public() {
  beside pg_restore --schema-only --no-owner --no-acl --file - <"$1" | awk '
    /^-- Name: / { here = /^-- Name: public; Type: SCHEMA;/ }
    here && /^CREATE SCHEMA public;$/ { found = 1 }
    END { exit !found }'
}
