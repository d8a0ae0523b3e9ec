# The room of an app that had another name: its role and its schema take the new one, or only its role where the stack file
# keeps the schema. Where the schema's owner is the old role itself, that one stays as the owner and is closed.
renamed() {
  if [ "$schema" = "$app" ]; then
    others=$(lodgers "$was" | grep -vxF -e "$was" -e "$app" | paste -s -d ' ' || :)
    [ -z "$others" ] || fail "the schema $was is shared with $others; nothing was renamed. Write schema: $was under apps.$app"
  fi
  sql <<SQL
BEGIN;
SELECT format('ALTER ROLE %I RENAME TO %I', old, new)
  FROM (VALUES ('$was', '$app'), ('$was readers', '$app readers')) AS names (old, new)
  WHERE '$schema' <> '$was' AND EXISTS (SELECT FROM pg_roles WHERE rolname = old)
  AND NOT EXISTS (SELECT FROM pg_roles WHERE rolname = new) \gexec
SELECT format('ALTER SCHEMA %I RENAME TO %I', nspname, '$app') FROM pg_namespace
  WHERE nspname = '$was' AND '$schema' = '$app' \gexec
SELECT format('ALTER ROLE %I NOLOGIN PASSWORD NULL', rolname) FROM pg_roles WHERE rolname = '$was' \gexec
SELECT format('ALTER ROLE %I IN DATABASE "$database" RESET ALL', rolname) FROM pg_roles WHERE rolname = '$was' \gexec
COMMIT;
SQL
}
