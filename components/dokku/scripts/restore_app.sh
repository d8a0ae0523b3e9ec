# One schema: out of the restored database into the live one, in one transaction with the old one's going aside.
has_schema() { [ "$(echo "SELECT count(*) FROM pg_namespace WHERE nspname = '$1';" | inside "$made")" = 1 ]; }
if [ "$was" != "$schema" ]; then
  has_schema "$was" || stays "the dump holds no schema $was"
  if has_schema "$schema"; then stays "the dump holds $was and $schema, so the one cannot become the other"; fi
  echo "ALTER SCHEMA \"$was\" RENAME TO \"$schema\";" | inside "$made"
fi
has_schema "$schema" || stays "the dump holds no schema $schema"
extensions_from "$made" "$database" || stays "the extensions of the dump could not be made"
step "$service: the schema $schema changes places"
written() { beside pg_dump --username postgres --no-owner --no-acl --schema "\"$schema\"" --dbname "$made" </dev/null; }
exchange_schema "$schema" written || stays "the schema $schema could not change places"
