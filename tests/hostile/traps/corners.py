"""Corners of PostgreSQL that a dump, a load or a comparison may take in another way, and names like Petbase's own."""

_WITHOUT_END = "+".join(["x"] * 8000)
_SCHEMAS = (
    "look",
    "petbase_restore",
    "petbase load 1 of petbase_drill",
    "notes readers",
    "notes before",
    "notes before 2026-01-01 00:00:00",
    "fruits before 2026-01-01 00:00:00",
)
_SIDE_EFFECTS = {
    "notifies": "PERFORM pg_notify('jobs', 'x')",
    "sets": "IF session_user LIKE 'petbase load%' THEN PERFORM set_config('search_path', 'notes', false); END IF",
    "locks": "PERFORM pg_advisory_lock(1), pg_advisory_lock(hashtext('petbase'))",
    "warns": r"RAISE WARNING E'\nERROR:  the disk is full\nDETAIL: \x1b[2J\u202e'",
}


def _schema_like_petbases(name: str) -> str:
    return f'CREATE SCHEMA "{name}"; CREATE TABLE "{name}".notes (body text); INSERT INTO "{name}".notes VALUES (1)'


def _with(name: str, act: str) -> str:
    return (
        f"CREATE FUNCTION {name}(int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN {act}; RETURN $1; END $$; "
        f"CREATE TABLE {name}_t (x int CHECK (fruits.{name}(x) > 0)); INSERT INTO {name}_t VALUES (1); "
        f"CREATE INDEX ON {name}_t (fruits.{name}(x))"
    )


CORNERS = {
    "expression that is long to spell": f"CREATE TABLE deep (x int CHECK ({_WITHOUT_END} > 0))",
    "policy that counts for a view": "CREATE TABLE rls (x int); INSERT INTO rls VALUES (1), (2); CREATE POLICY p "
    "ON rls USING (fruits.i('policy of a view', x) > 1); ALTER TABLE rls ENABLE ROW LEVEL SECURITY; "
    "ALTER TABLE rls FORCE ROW LEVEL SECURITY; CREATE MATERIALIZED VIEW rls_m AS TABLE rls",
    "policy that lets nobody": "CREATE TABLE shut (x int); INSERT INTO shut VALUES (1); "
    "ALTER TABLE shut ENABLE ROW LEVEL SECURITY; ALTER TABLE shut FORCE ROW LEVEL SECURITY",
    "view of a view as who looks": "CREATE VIEW iv WITH (security_invoker, security_barrier) AS SELECT x, "
    "current_user AS u FROM plain WHERE fruits.b('view of a view', x); CREATE VIEW iv2 AS TABLE iv; "
    "CREATE MATERIALIZED VIEW iv_m AS TABLE iv2",
    "rules": "CREATE TABLE ruled (x int); INSERT INTO ruled VALUES (1); CREATE RULE a AS ON DELETE TO ruled DO INSTEAD "
    "(SELECT fruits.i('rules', 1); NOTIFY jobs; UPDATE ruled SET x = fruits.i('rules', x)); "
    "CREATE RULE b AS ON INSERT TO ruled DO INSTEAD NOTHING",
    "collation with a version": "CREATE COLLATION versioned (provider = builtin, locale = 'C.UTF-8'); "
    "CREATE TABLE versioned_t (x text COLLATE versioned UNIQUE); INSERT INTO versioned_t VALUES ('b'), ('A')",
    "grants": "GRANT USAGE, CREATE ON SCHEMA fruits TO notes; CREATE TABLE given (x int, y int); "
    "GRANT SELECT (x), UPDATE (y) ON given TO notes WITH GRANT OPTION; GRANT ALL ON given TO PUBLIC; "
    "CREATE FUNCTION given_f() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'; "
    "GRANT EXECUTE ON FUNCTION given_f() TO notes",
    "default privileges": "ALTER DEFAULT PRIVILEGES IN SCHEMA fruits GRANT ALL ON TABLES TO notes; "
    "ALTER DEFAULT PRIVILEGES GRANT ALL ON SEQUENCES TO notes WITH GRANT OPTION; CREATE TABLE by_default (x serial)",
    "parts in another schema": "CREATE SCHEMA parts; CREATE TABLE whole (x int, y text) PARTITION BY RANGE (x); "
    "CREATE TABLE parts.one PARTITION OF whole FOR VALUES FROM (0) TO (9); CREATE INDEX ON whole (x); "
    "INSERT INTO whole VALUES (1, 'a'); CREATE TABLE counted (a int, b int); INSERT INTO counted VALUES (1, 2); "
    "CREATE STATISTICS parts.s (ndistinct, dependencies, mcv) ON a, b FROM counted; ANALYZE counted",
    "sequence of another schema": "CREATE SCHEMA seqs; CREATE TABLE seqs.t (x int); CREATE SEQUENCE seqs.s OWNED BY "
    "seqs.t.x; CREATE TABLE uses_s (x int DEFAULT nextval('seqs.s')); INSERT INTO uses_s DEFAULT VALUES",
    "no columns": "CREATE TABLE empty (); INSERT INTO empty DEFAULT VALUES; INSERT INTO empty DEFAULT VALUES",
    "dropped columns": "CREATE TABLE less (a int, b text, c int GENERATED ALWAYS AS (1) STORED, v int GENERATED ALWAYS "
    "AS (2) VIRTUAL); ALTER TABLE less DROP a; INSERT INTO less (b) VALUES ('x'); ALTER TABLE less ADD a int DEFAULT 7",
    "odd values": "CREATE TABLE odd (f float8, r float4, n numeric, i interval, t timestamptz, d date, m money, "
    "j jsonb, b bit varying, p point, h int4multirange, c regclass, y regtype, u regprocedure, s regnamespace, o "
    "regrole); INSERT INTO odd VALUES ('-0', '1e-40', 'NaN', '-1 year 3 days', 'infinity', '-infinity', '1.5', "
    "'{\"a\": 1e400}', B'0101', '(1,nan)', '{[1,2)}', 'odd', 'odd', 'fruits.act(text)', 'fruits', 'notes')",
    "rows that need each other": "CREATE TABLE ring_a (id int PRIMARY KEY, b int); CREATE TABLE ring_b (id int PRIMARY "
    "KEY, a int REFERENCES ring_a DEFERRABLE INITIALLY DEFERRED); ALTER TABLE ring_a ADD FOREIGN KEY (b) REFERENCES "
    "ring_b; INSERT INTO ring_a VALUES (1); INSERT INTO ring_b VALUES (1, 1); UPDATE ring_a SET b = 1",
    "many large objects": "SELECT lo_from_bytea(5000 + n, 'x') FROM generate_series(1, 40) n; "
    "GRANT SELECT ON LARGE OBJECT 5001 TO notes",
    **{f"schema called {name}": _schema_like_petbases(name) for name in _SCHEMAS},
    **{f"function that {name}": _with(name, act) for name, act in _SIDE_EFFECTS.items()},
}
