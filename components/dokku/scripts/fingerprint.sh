# One SHA-256 of a schema: every object as pg_dump writes it, in the order of the alphabet, without its comments, its settings
# and the \restrict lines, whose word is new each time. Needs scratch.sh. Functions answer 1 where something failed.
fingerprint_of_database() {
  written=$(beside pg_dump --username postgres --schema-only --no-owner --no-acl --dbname "$1" </dev/null) || return 1
  printf '%s\n' "$written" | awk '
    /^-- Name: / { if (entries++) print entry; entry = ""; next }
    !entries || /^$/ || /^--$/ || /^-- PostgreSQL database dump complete$/ || /^\\unrestrict / { next }
    /^SET default_(tablespace|table_access_method) = / { next }
    { entry = entry "\001" $0 }
    END { if (entries) print entry }' | LC_ALL=C sort | sha256sum | cut -d ' ' -f 1
}
# As an empty database writes it that the dump's schema was loaded into: PostgreSQL words some things in another way after a
# restore (seen: varchar IN ('a', 'b') in a check, a view, an index), and so does each major version.
fingerprint_of_dump() {
  { like_live petbase_schema && load petbase_schema schema; } || return 1
  fingerprint_of_database petbase_schema || return 1
  drop_scratch petbase_schema
}
