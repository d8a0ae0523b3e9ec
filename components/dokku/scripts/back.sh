# What a restore put aside, back in its place, and what is live now aside: the same exchange, without a dump.
claim "services/$service"
service_exists "$service" || fail "database $service is not on this server; nothing was changed"
lock 8 services
if [ "$kind" = database ]; then
  [ -n "$(oid_of "$kept")" ] || fail "$service has no database $kept; nothing was changed. What there is: ./petbase kept"
  settled "$kept"
  taken_along "$kept" || stays "what $kept does not know could not be taken along"
  given "$kept"
  step "$service: changing places; sessions end, and whoever connects finds the data of $kept"
  swap_database "$kept" || stays "the databases could not change places"
  tell old "$old"
else
  [ -n "$(schema_oid "$kept")" ] || fail "$service has no schema $kept; nothing was changed. What there is: ./petbase kept"
  step "$service: $kept becomes $schema again"
  written() { printf 'ALTER SCHEMA "%s" RENAME TO "%s";\nCOMMENT ON SCHEMA "%s" IS NULL;\n' "$kept" "$schema" "$schema"; }
  exchange_schema "$schema" written || stays "the schema $schema could not change places"
fi
