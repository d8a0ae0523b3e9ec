# Whole databases of the service: looked into, made like the live one, put in its place. Needs scratch.sh, own.sh.
# settled_like_live NAME: who may connect, and each role's settings there (search_path, role, statement_timeout): they
# belong to a database, stand in no dump, and would stay with the old one. Names in a list are kept quoted already.
settled_like_live() { inside postgres <<SQL
ALTER DATABASE "$1" RESET ALL;
SELECT format('ALTER ROLE %I IN DATABASE %I RESET ALL', rolname, '$1') FROM pg_db_role_setting
  JOIN pg_roles r ON r.oid = setrole JOIN pg_database d ON d.oid = setdatabase WHERE datname = '$1' \gexec
$(settings_like_live "$1")
SQL
}
settings_like_live() { cat <<SQL
SELECT format('ALTER %s SET %I = %s', CASE setrole WHEN 0 THEN format('DATABASE %I', '$1')
    ELSE format('ROLE %I IN DATABASE %I', rolname, '$1') END, name, CASE
    WHEN name NOT IN ('search_path', 'temp_tablespaces', 'local_preload_libraries', 'session_preload_libraries')
    THEN quote_literal(value) WHEN value IN ('', '""') THEN '''''' ELSE value END)
  FROM pg_db_role_setting JOIN pg_database d ON d.oid = setdatabase LEFT JOIN pg_roles r ON r.oid = setrole,
    unnest(setconfig) AS c, split_part(c, '=', 1) AS name, substr(c, strpos(c, '=') + 1) AS value
  WHERE datname = '$database' \gexec
SELECT format('GRANT %s ON DATABASE %I TO %I', privilege_type, '$1', rolname)
  FROM pg_database, aclexplode(datacl) JOIN pg_roles r ON r.oid = grantee WHERE datname = '$database' \gexec
SELECT format('ALTER DATABASE %I CONNECTION LIMIT %s', '$1', datconnlimit) FROM pg_database WHERE datname = '$database' \gexec
SQL
}
# Sessions of the live database and of the one that comes (their oids) end until the names have changed, and $holder's last:
# behind its locks nobody writes any more. Whoever connects now waits for the one who renames, and finds the new one.
evict() {
  turn=0
  while [ "$turn" -lt 80 ]; do
    turn=$((turn + 1))
    cat <<SQL
SELECT count(pg_terminate_backend(pid)) FROM (SELECT pid, bool_and(pid = ${holder:-0}) OVER () AS alone FROM pg_stat_activity
  WHERE datid IN ($1, $2) AND pid <> pg_backend_pid()) s WHERE alone OR pid <> ${holder:-0};
SELECT pg_sleep(0.1);
SELECT NOT EXISTS (SELECT FROM pg_database WHERE oid = $1 AND datname = '$database') AS gone \gset
\if :gone
\q
\endif
SQL
  done | inside postgres
}
# missing_roles FILE: makes the roles that the dump's policies and user mappings name and that are not here, with no right and
# no login. Roles belong to a server, not to a dump, and on a new one the links, which make those of apps, come later.
# PostgreSQL names one at a time, so the schema alone is tried until it loads. FILE is what the failure said: where that
# was another one, as of a full disk, it answers 1, and nothing more is begun.
missing_roles() {
  role=$(role_in "$1")
  [ -n "$role" ] || return 1
  last=
  while [ "$role" != "$last" ]; do
    step "$service: the dump names the role $role, which is not here; it is made, without a login"
    printf 'CREATE ROLE "%s" NOLOGIN;\n' "$(printf %s "$role" | sed 's/"/""/g')" | inside postgres || return 1
    last=$role
    if { like_live petbase_schema && load petbase_schema schema; } 2>"$log.roles"; then
      rm -f "$log.roles"
      drop_scratch petbase_schema
      return
    fi
    cat "$log.roles" >&2
    role=$(role_in "$log.roles")
    [ -n "$role" ] || return 1
  done
  return 1
}
role_in() { sed -n 's/.*ERROR:  role "\(.*\)" does not exist$/\1/p' "$1" | tail -n 1; }
oid_of() { echo "SELECT oid FROM pg_database WHERE datname = '$1';" | inside postgres; }
# dated NAME: what its old data is called from now on; a name in PostgreSQL has 63 bytes.
dated() { printf '%.36s before %s' "$1" "$now"; }
# comment KIND NAME WHAT OF: what ./petbase kept reads. WHAT is the dump's key, or what else came in its place.
comment() { cat <<SQL
SELECT format('COMMENT ON $1 %I IS %L', '$2', json_build_object('petbase', '$3', 'of', '$4', 'dump', '$from', 'at', '$now')) \gexec
SQL
}
# swap_database NAME: the live one gets its dated name, NAME the live one's, or neither. No app's role opens the old one.
swap_database() {
  old=$(dated "$database")
  live_oid=$(oid_of "$database") && new_oid=$(oid_of "$1") || return 1
  [ -n "$live_oid" ] && [ -n "$new_oid" ] || return 1
  evict "$live_oid" "$new_oid" >/dev/null 3>&- 8>&- 9>&- &
  evicting=$!
  renamed=0
  inside postgres <<SQL || renamed=$?
BEGIN;
ALTER DATABASE "$database" RENAME TO "$old";
ALTER DATABASE "$1" RENAME TO "$database";
COMMENT ON DATABASE "$database" IS NULL;
$(comment DATABASE "$old" before "$database")
SELECT format('REVOKE ALL ON DATABASE %I FROM %I', '$old', rolname) FROM pg_database, aclexplode(datacl)
  JOIN pg_roles r ON r.oid = grantee WHERE datname = '$old' AND grantee <> datdba \gexec
COMMIT;
SQL
  wait "$evicting" || :
  # A connection that broke at the last word does not tell whether it was heard.
  [ "$renamed" = 0 ] || [ "$(oid_of "$database" || :)" = "$new_oid" ]
}
