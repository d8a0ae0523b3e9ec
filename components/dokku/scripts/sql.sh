# SQL as the superuser, over the plugin's own verb: on stdin, so that no password stands in an argument.
root=/var/lib/dokku/services/postgres/$service
database=$(printf %s "$service" | tr -- - _)
# Docker's own --link copies the service's environment into the app's, the superuser's password too, under this name
# (contract 566). A variable of the app's own stands above the copy.
copied=$(printf 'DOKKU_POSTGRES_%s_ENV_POSTGRES_PASSWORD' "$service" | tr 'a-z.-' 'A-Z__')
sql() { { echo '\set QUIET on'; echo '\pset format unaligned'; echo '\pset tuples_only on'; cat; } | feed postgres:connect "$service"; }
tables_outside_the_system() { sql <<SQL
SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
WHERE relkind IN ('r', 'p', 'm', 'f') AND nspname ~ '$1' AND nspname !~ '^(pg_|information_schema)';
SQL
}
