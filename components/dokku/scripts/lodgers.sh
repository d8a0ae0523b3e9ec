# The roles that may log in and look into a schema first; names as PostgreSQL writes them in a search_path.
lodgers() { sql <<SQL
SELECT rolname FROM pg_roles r WHERE rolcanlogin AND (rolname = '$1' OR EXISTS (
  SELECT FROM pg_db_role_setting, unnest(setconfig) c WHERE setrole = r.oid
    AND starts_with(c || ',', 'search_path=' || quote_ident('$1') || ','))) ORDER BY 1;
SQL
}
