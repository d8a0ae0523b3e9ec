"""Places that are no expression: triggers, casts, operators, aggregates, types, settings of tables, large objects …"""

from collections.abc import Iterator

_TRIGGERS = [
    ("row trigger", "BEFORE INSERT ON {t} FOR EACH ROW"),
    ("later row trigger", "AFTER INSERT OR UPDATE OR DELETE ON {t} FOR EACH ROW"),
    ("trigger of a column", "BEFORE UPDATE OF x ON {t} FOR EACH ROW"),
    ("statement trigger", "AFTER INSERT ON {t} REFERENCING NEW TABLE AS new FOR EACH STATEMENT"),
    ("trigger of truncate", "BEFORE TRUNCATE ON {t} FOR EACH STATEMENT"),
    ("constraint trigger", "AFTER INSERT ON {t} DEFERRABLE INITIALLY DEFERRED FOR EACH ROW"),
]
_ENABLED = {"": "", "in replication": "ENABLE REPLICA", "always": "ENABLE ALWAYS", "never": "DISABLE"}

OBJECTS = {
    "trigger of a view": "CREATE VIEW v AS TABLE plain; "
    "CREATE TRIGGER of_a_view INSTEAD OF INSERT ON v FOR EACH ROW EXECUTE FUNCTION fires()",
    "trigger of a partition": "CREATE TABLE pt (x int) PARTITION BY RANGE (x); "
    "CREATE TABLE pt_1 PARTITION OF pt DEFAULT; "
    "CREATE TRIGGER of_a_partition AFTER INSERT ON pt FOR EACH ROW EXECUTE FUNCTION fires(); INSERT INTO pt VALUES (1)",
    "cast": "CREATE TYPE own AS (x int); "
    "CREATE FUNCTION to_int(own) RETURNS int IMMUTABLE RETURN fruits.i('cast', $1.x); "
    "CREATE CAST (own AS int) WITH FUNCTION to_int(own) AS IMPLICIT; "
    "CREATE TABLE cast_t (o own, g int GENERATED ALWAYS AS (o + 1) STORED); INSERT INTO cast_t (o) VALUES ('(1)')",
    "cast of a foreign key": "CREATE TYPE mood AS ENUM ('1', '2'); CREATE FUNCTION of_mood(mood) RETURNS int IMMUTABLE "
    "RETURN fruits.i('cast of a foreign key', $1::text::int); CREATE CAST (mood AS int) WITH FUNCTION of_mood(mood) AS "
    "IMPLICIT; CREATE TABLE mood_p (x int PRIMARY KEY); CREATE TABLE mood_c (x mood REFERENCES mood_p); "
    "INSERT INTO mood_p VALUES (1), (2); INSERT INTO mood_c VALUES ('1')",
    "cast as text": "CREATE TYPE word AS (x text); CREATE CAST (text AS word) WITH INOUT; "
    "CREATE TABLE word_t (w word); INSERT INTO word_t VALUES ('(a)')",
    "operator": "CREATE FUNCTION op(int, int) RETURNS bool IMMUTABLE RETURN fruits.b('operator', $1); "
    "CREATE OPERATOR === (leftarg = int, rightarg = int, procedure = op, commutator = ===, restrict = eqsel); "
    "CREATE TABLE op_t (x int CHECK (x OPERATOR(fruits.===) 1)); INSERT INTO op_t VALUES (1)",
    "operator that looks like PostgreSQL's": "CREATE FUNCTION eq(int, bigint) RETURNS bool IMMUTABLE RETURN "
    "fruits.b('false operator', $1); CREATE OPERATOR = (leftarg = int, rightarg = bigint, procedure = eq)",
    "functions that look like PostgreSQL's": "CREATE FUNCTION format(text, VARIADIC text[]) RETURNS text RETURN "
    "fruits.i('false format', 1)::text; CREATE FUNCTION quote_ident(name) RETURNS text RETURN "
    "fruits.i('false quote_ident', 1)::text; CREATE FUNCTION setval(regclass, bigint, boolean) RETURNS bigint RETURN "
    "fruits.i('false setval', 1); CREATE FUNCTION lower(text) RETURNS text RETURN fruits.i('false lower', 1)::text",
    "types that look like PostgreSQL's": "CREATE DOMAIN text AS pg_catalog.text CHECK (fruits.b('false text', "
    "VALUE::pg_catalog.text)); CREATE TABLE fruits.pg_class (x int); INSERT INTO fruits.pg_class VALUES (1)",
    "aggregate": "CREATE FUNCTION adds(int, int) RETURNS int IMMUTABLE RETURN fruits.i('aggregate', $1 + $2); "
    "CREATE FUNCTION ends(int) RETURNS int IMMUTABLE RETURN fruits.i('end of an aggregate', $1); "
    "CREATE AGGREGATE total (int) (sfunc = adds, stype = int, finalfunc = ends, initcond = '0'); "
    "CREATE MATERIALIZED VIEW agg_m AS SELECT total(x) AS t, total(x) FILTER (WHERE x > 1) FROM plain",
    "range type": "CREATE FUNCTION apart(int, int) RETURNS float8 IMMUTABLE RETURN fruits.ran('range type', $1 - $2); "
    "CREATE TYPE span AS RANGE (subtype = int, subtype_diff = apart, multirange_type_name = spans); "
    "CREATE TABLE span_t (s span, m spans); INSERT INTO span_t SELECT span(n, n + 5), spans(span(n, n + 1)) "
    "FROM generate_series(1, 400) n; CREATE INDEX ON span_t USING gist (s); CREATE INDEX ON span_t USING gist (m)",
    "composite type": "CREATE TYPE pair AS (a int, b text); CREATE TABLE pair_t (p pair, "
    "CHECK (fruits.i('composite type', (p).a) > 0)); INSERT INTO pair_t VALUES ('(1,x)'); CREATE TABLE of_t OF pair",
    "text search": "CREATE TEXT SEARCH DICTIONARY dict (TEMPLATE = simple, StopWords = english); "
    "CREATE TEXT SEARCH CONFIGURATION conf (COPY = simple); "
    "ALTER TEXT SEARCH CONFIGURATION conf ALTER MAPPING FOR asciiword WITH dict; "
    "CREATE TABLE words (w text, v tsvector GENERATED ALWAYS AS (to_tsvector('fruits.conf', w)) STORED); "
    "INSERT INTO words (w) VALUES ('the apples'); CREATE INDEX ON words USING gin (v)",
    "collation": 'CREATE COLLATION own_c FROM "C"; CREATE TABLE col_t (x text COLLATE own_c); '
    "INSERT INTO col_t VALUES ('a'); CREATE INDEX ON col_t (x)",
    "set of rows": "CREATE FUNCTION many() RETURNS SETOF int LANGUAGE plpgsql AS $$ BEGIN PERFORM "
    "fruits.act('set of rows'); RETURN QUERY SELECT 1; END $$; CREATE MATERIALIZED VIEW many_m AS SELECT * FROM many()",
    "view of others' names": "CREATE VIEW sessions AS SELECT usename, query FROM pg_stat_activity; "
    "CREATE MATERIALIZED VIEW roles_m AS SELECT count(*) AS n FROM pg_roles WHERE rolname = 'postgres'",
    "large object": "SELECT lo_from_bytea(4711, 'photo'); "
    "COMMENT ON LARGE OBJECT 4711 IS '; ALTER ROLE fruits SUPERUSER'",
    "publication": "CREATE PUBLICATION own FOR TABLE plain WHERE (x > 0) WITH (publish = 'insert')",
    "sequence": "CREATE SEQUENCE own_s START 5; SELECT nextval('own_s'); CREATE TABLE seq_t (x int DEFAULT "
    "nextval('own_s'), y serial, z int GENERATED BY DEFAULT AS IDENTITY); INSERT INTO seq_t DEFAULT VALUES",
    "settings of a table": "CREATE TABLE set_t (x int) WITH (autovacuum_enabled = off, fillfactor = 50); "
    "ALTER TABLE set_t ALTER x SET STATISTICS 7; ALTER TABLE set_t REPLICA IDENTITY FULL; INSERT INTO set_t VALUES (1)",
    "table without a log": "CREATE UNLOGGED TABLE unlogged_t (x int CHECK (fruits.i('table without a log', x) > 0)); "
    "INSERT INTO unlogged_t VALUES (1)",
    "setting of a function as a role": "CREATE FUNCTION as_role() RETURNS int IMMUTABLE SET role = 'fruits' "
    "LANGUAGE plpgsql AS $$ BEGIN PERFORM fruits.act('function with a role'); RETURN 1; END $$",
    "rows of psql's commands": r"CREATE TABLE commands (x text); INSERT INTO commands VALUES (E'\\.'), (E'\n\\.\n'), "
    r"(E'\\! touch petbase-escaped'), (E'\\connect postgres'), (E'a\tb\\N'), (E'\\N'), "
    r"(E'\\.\nALTER ROLE fruits SUPERUSER;')",
    "another schema": "CREATE SCHEMA jobs; "
    "CREATE TABLE jobs.queue (x int CHECK (fruits.i('another schema', x) > 0)); "
    "INSERT INTO jobs.queue VALUES (1)",
}


def objects() -> Iterator[tuple[str, str]]:
    """(name, SQL) of each."""
    yield "plain table", "CREATE TABLE plain (x int); INSERT INTO plain VALUES (1), (2)"
    yield from OBJECTS.items()
    for number, (name, when) in enumerate(_TRIGGERS):
        for how, enabled in _ENABLED.items():
            table = f"tr{number}{how[:2]}".replace(" ", "")
            kind = "CONSTRAINT TRIGGER" if "constraint" in name else "TRIGGER"
            trigger = f"CREATE {kind} {table}_t {when.format(t=table)} EXECUTE FUNCTION fires()"
            switch = f"; ALTER TABLE {table} {enabled} TRIGGER {table}_t" if enabled else ""
            sql = f"CREATE TABLE {table} (x int); {trigger}{switch}; INSERT INTO {table} VALUES (1)"
            yield f"{name} {how}".strip(), sql
