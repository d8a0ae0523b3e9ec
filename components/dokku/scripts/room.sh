# The app's room: a login role of its name, and a schema that belongs to the role of the schema's name. All of it can be
# run again. Names hold no quote and no backslash (components/types.py), so they may stand in SQL as they are.
room() { cat <<SQL
SELECT format('CREATE ROLE %I NOLOGIN', name) FROM unnest(ARRAY['$schema', '$app']) AS name
  WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) GROUP BY name \gexec
ALTER ROLE "$app" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD '$password';
ALTER ROLE "$app" IN DATABASE "$database" SET search_path = "$schema";
SELECT 'GRANT "$schema" TO "$app"' WHERE '$schema' <> '$app' \gexec
-- In a shared schema all that one app makes belongs to the schema's role, so that the others can use it.
SELECT 'ALTER ROLE "$app" IN DATABASE "$database" '
  || CASE WHEN '$schema' = '$app' THEN 'RESET role' ELSE 'SET role = "$schema"' END \gexec
CREATE SCHEMA IF NOT EXISTS "$schema" AUTHORIZATION "$schema";
GRANT CONNECT, TEMPORARY ON DATABASE "$database" TO "$app";
SQL
}
