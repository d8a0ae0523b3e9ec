# The app's room: a login role of its name, and a schema that belongs to the role of the schema's name. All of it can be
# run again. Names hold no quote and no backslash (components/types.py), so they may stand in SQL as they are.
# Whoever is first makes another one's schema too: apps are linked in any order, and one may read what is yet to come.
room() { cat <<SQL
SELECT format('CREATE ROLE %I NOLOGIN', name) FROM (
  SELECT unnest(ARRAY['$schema', '$app'] || string_to_array('$reads', ' '))
  UNION SELECT unnest(string_to_array('$reads', ' ')) || ' readers') AS roles (name)
  WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \gexec
ALTER ROLE "$app" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS CONNECTION LIMIT $connections PASSWORD '$password';
ALTER ROLE "$app" IN DATABASE "$database" SET search_path = "$schema", extensions;
SELECT 'ALTER ROLE "$app" IN DATABASE "$database" '
  || CASE WHEN '$statement_timeout' = '' THEN 'RESET statement_timeout' ELSE 'SET statement_timeout = ''$statement_timeout''' END \gexec
SELECT 'GRANT "$schema" TO "$app"' WHERE '$schema' <> '$app' \gexec
-- In a shared schema all that one app makes belongs to the schema's role, so that the others can use it.
SELECT 'ALTER ROLE "$app" IN DATABASE "$database" '
  || CASE WHEN '$schema' = '$app' THEN 'RESET role' ELSE 'SET role = "$schema"' END \gexec
SELECT format('CREATE SCHEMA IF NOT EXISTS %1\$I AUTHORIZATION %1\$I', name)
  FROM unnest(ARRAY['$schema'] || string_to_array('$reads', ' ')) AS name \gexec
GRANT CONNECT, TEMPORARY ON DATABASE "$database" TO "$app";
-- Membership is the cluster's, so it outlives a restore; what the readers may do is given in own.sh, again and again.
SELECT format('GRANT %I TO "$schema"', name || ' readers') FROM unnest(string_to_array('$reads', ' ')) AS name \gexec
SELECT format('REVOKE %I FROM "$schema"', g.rolname) FROM pg_auth_members JOIN pg_roles g ON g.oid = roleid
  JOIN pg_roles m ON m.oid = member WHERE m.rolname = '$schema' AND g.rolname LIKE '% readers'
  AND g.rolname <> ALL (SELECT unnest(string_to_array('$reads', ' ')) || ' readers') \gexec
-- An extension stands in a database once. In public, the superuser's, no app with a role of its own would find it.
CREATE SCHEMA IF NOT EXISTS extensions;
ALTER DATABASE "$database" SET search_path = "\$user", public, extensions;
SELECT format('ALTER EXTENSION %I SET SCHEMA extensions', extname) FROM pg_extension
  WHERE extname = ANY (string_to_array('$extensions', ' ')) AND extnamespace = 'public'::regnamespace \gexec
SELECT format('CREATE EXTENSION IF NOT EXISTS %I SCHEMA extensions CASCADE', name)
  FROM unnest(string_to_array('$extensions', ' ')) AS name \gexec
SQL
}
