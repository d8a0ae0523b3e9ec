"""Every place where an app can hide code that runs again later, made from tables: spots by functions by arguments.

A spot is SQL with `{e}`, an expression of int over the column x, and names that begin with `{t}`. The function is
plain, of SQL, with its owner's rights, or with its own settings; its argument is the column or a constant, which
planning a statement computes at once.
"""

from collections.abc import Iterator

_ROWS = "INSERT INTO {t} (x) VALUES (1), (2)"
_TABLE = "CREATE TABLE {t} (x int); " + _ROWS

SPOTS = {
    "generated column": "CREATE TABLE {t} (x int, g int GENERATED ALWAYS AS ({e}) STORED); " + _ROWS,
    "check": "CREATE TABLE {t} (x int, CHECK ({e} > 0)); " + _ROWS,
    "check of later": _TABLE + "; ALTER TABLE {t} ADD CHECK ({e} > 0) NOT VALID",
    "check that does not count": "CREATE TABLE {t} (x int, CHECK ({e} > 0) NOT ENFORCED); " + _ROWS,
    "check of a column that may not be null": "CREATE TABLE {t} (x int NOT NULL CHECK ({e} > 0 AND x > 0)); " + _ROWS,
    "inherited check": "CREATE TABLE {t}_p (x int, CHECK ({e} > 0)); CREATE TABLE {t} () INHERITS ({t}_p); " + _ROWS,
    "index expression": _TABLE + "; CREATE INDEX ON {t} (({e}))",
    "unique index": _TABLE + "; CREATE UNIQUE INDEX ON {t} (x, ({e}))",
    "hash index": _TABLE + "; CREATE INDEX ON {t} USING hash (({e}))",
    "brin index": _TABLE + "; CREATE INDEX ON {t} USING brin (({e}))",
    "gist index": _TABLE + "; CREATE INDEX ON {t} USING gist (int4range(x, x + {e}))",
    "gin index": _TABLE + "; CREATE INDEX ON {t} USING gin ((ARRAY[x, {e}]))",
    "index predicate": _TABLE + "; CREATE INDEX ON {t} (x) WHERE {e} > 0",
    "index that it is clustered by": _TABLE + "; CREATE INDEX {t}_i ON {t} (({e})); ALTER TABLE {t} CLUSTER ON {t}_i",
    "exclusion": "CREATE TABLE {t} (x int, EXCLUDE USING btree (x WITH =) WHERE ({e} > 0)); " + _ROWS,
    "exclusion of an expression": "CREATE TABLE {t} (x int, EXCLUDE USING gist ((int4range(x, x)) WITH &&) "
    "WHERE ({e} > 0)); " + _ROWS,
    "statistics": _TABLE + "; CREATE STATISTICS {t}_s ON ({e}), x FROM {t}; ANALYZE {t}",
    "range partition": "CREATE TABLE {t} (x int) PARTITION BY RANGE (({e})); "
    "CREATE TABLE {t}_1 PARTITION OF {t} FOR VALUES FROM (0) TO (9); " + _ROWS,
    "list partition": "CREATE TABLE {t} (x int) PARTITION BY LIST (({e})); "
    "CREATE TABLE {t}_1 PARTITION OF {t} FOR VALUES IN (1); CREATE TABLE {t}_r PARTITION OF {t} DEFAULT; " + _ROWS,
    "hash partition": "CREATE TABLE {t} (x int) PARTITION BY HASH (({e})); "
    "CREATE TABLE {t}_1 PARTITION OF {t} FOR VALUES WITH (MODULUS 1, REMAINDER 0); " + _ROWS,
    "check of a partition": "CREATE TABLE {t} (x int) PARTITION BY RANGE (x); CREATE TABLE {t}_1 (x int NOT NULL, "
    "CHECK ({e} > 0)); ALTER TABLE {t} ATTACH PARTITION {t}_1 FOR VALUES FROM (0) TO (9); " + _ROWS,
    "index of a partition": "CREATE TABLE {t} (x int) PARTITION BY RANGE (x); CREATE TABLE {t}_1 PARTITION OF {t} "
    "DEFAULT; CREATE INDEX ON {t} (({e})); " + _ROWS,
    "view": _TABLE + "; CREATE VIEW {t}_v AS SELECT {e} AS e FROM {t}",
    "view with a check": _TABLE + "; CREATE VIEW {t}_v AS SELECT x FROM {t} WHERE {e} > 0 WITH CHECK OPTION",
    "view as who looks": _TABLE + "; CREATE VIEW {t}_v WITH (security_invoker) AS SELECT {e} AS e FROM {t}",
    "view behind a barrier": _TABLE + "; CREATE VIEW {t}_v WITH (security_barrier) AS SELECT x FROM {t} WHERE {e} > 0",
    "materialized view": _TABLE + "; CREATE MATERIALIZED VIEW {t}_m AS SELECT {e} AS e FROM {t}",
    "materialized view of a view": _TABLE + "; CREATE VIEW {t}_v AS SELECT {e} AS e FROM {t}; "
    "CREATE MATERIALIZED VIEW {t}_m AS TABLE {t}_v; CREATE INDEX ON {t}_m (e, (e + 1))",
    "materialized view without rows": _TABLE + "; CREATE MATERIALIZED VIEW {t}_m AS SELECT {e} AS e FROM {t} "
    "WITH NO DATA",
    "index of a materialized view": _TABLE + "; CREATE MATERIALIZED VIEW {t}_m AS TABLE {t}; "
    "CREATE INDEX ON {t}_m (({e}))",
    "policy": _TABLE + "; CREATE POLICY p ON {t} USING ({e} > 0) WITH CHECK ({e} > 0); "
    "ALTER TABLE {t} ENABLE ROW LEVEL SECURITY",
    "policy for its owner": _TABLE + "; CREATE POLICY p ON {t} AS PERMISSIVE USING ({e} > 0); "
    "ALTER TABLE {t} FORCE ROW LEVEL SECURITY; ALTER TABLE {t} ENABLE ROW LEVEL SECURITY",
    "rule": _TABLE + "; CREATE RULE r AS ON UPDATE TO {t} WHERE {o} > 0 DO ALSO SELECT {o}",
    "rule of inserts": _TABLE + "; CREATE RULE r AS ON INSERT TO {t} DO ALSO SELECT {n}",
    "condition of a trigger": _TABLE + "; CREATE TRIGGER {t}_t BEFORE INSERT ON {t} FOR EACH ROW WHEN ({n} > 0) "
    "EXECUTE FUNCTION fires()",
    "foreign key to a checked table": "CREATE TABLE {t} (x int PRIMARY KEY CHECK ({e} > 0)); " + _ROWS + "; "
    "CREATE TABLE {t}_c (x int REFERENCES {t} DEFERRABLE INITIALLY DEFERRED); INSERT INTO {t}_c VALUES (1)",
    "body of a function": "CREATE FUNCTION {t}_f(x int) RETURNS int IMMUTABLE RETURN {e}; "
    "CREATE TABLE {t} (x int CHECK ({t}_f(x) > 0)); " + _ROWS,
    "body of a procedure": "CREATE PROCEDURE {t}_f(x int) BEGIN ATOMIC SELECT {e}; END",
    "domain": "CREATE DOMAIN {t}_d AS int CHECK ({v} > 0); CREATE TABLE {t} (x {t}_d); " + _ROWS,
    "domain of a domain": "CREATE DOMAIN {t}_d AS int CHECK ({v} > 0); CREATE DOMAIN {t}_e AS {t}_d; "
    "CREATE TABLE {t} (x {t}_e); " + _ROWS,
    "array of a domain": "CREATE DOMAIN {t}_d AS int CHECK ({v} > 0); CREATE TABLE {t} (x {t}_d[]); "
    "INSERT INTO {t} VALUES ('{{1,2}}')",
    "domain in a composite type": "CREATE DOMAIN {t}_d AS int CHECK ({v} > 0); CREATE TYPE {t}_c AS (x {t}_d); "
    "CREATE TABLE {t} (x {t}_c); INSERT INTO {t} VALUES ('(1)')",
    "domain of later": "CREATE DOMAIN {t}_d AS int; CREATE TABLE {t} (x {t}_d); " + _ROWS + "; "
    "ALTER DOMAIN {t}_d ADD CHECK ({v} > 0) NOT VALID",
    "range of a domain": "CREATE DOMAIN {t}_d AS int CHECK ({v} > 0); CREATE TYPE {t}_r AS RANGE (subtype = {t}_d); "
    "CREATE TABLE {t} (x {t}_r); INSERT INTO {t} VALUES ('[1,2)'); CREATE INDEX ON {t} USING gist (x)",
}
# Where no column may be named.
CONSTANTS = {
    "default": "CREATE TABLE {t} (x int, g int DEFAULT {e}); " + _ROWS,
    "default of a domain": "CREATE DOMAIN {t}_d AS int DEFAULT {e}; CREATE TABLE {t} (x int, g {t}_d); " + _ROWS,
    "default of a view": _TABLE + "; CREATE VIEW {t}_v AS TABLE {t}; ALTER VIEW {t}_v ALTER x SET DEFAULT {e}",
    "default of an argument": "CREATE FUNCTION {t}_f(x int DEFAULT {e}) RETURNS int IMMUTABLE RETURN x; "
    "CREATE TABLE {t} (x int CHECK ({t}_f() > 0)); " + _ROWS,
    "deleted foreign key": "CREATE TABLE {t} (x int PRIMARY KEY); " + _ROWS + "; CREATE TABLE {t}_c (x int DEFAULT {e} "
    "REFERENCES {t} ON DELETE SET DEFAULT); INSERT INTO {t}_c VALUES (1)",
}
# A partition key must depend on a column.
_NOT_CONSTANT = ("range partition", "list partition", "hash partition")
FUNCTIONS = {"plain": "i", "of SQL": "q", "with its owner's rights": "d", "with settings": "w"}


def places(functions: tuple[str, ...] = tuple(FUNCTIONS)) -> Iterator[tuple[str, str]]:
    """(name, SQL) of each."""
    for function in functions:
        for number, (spot, sql) in enumerate({**SPOTS, **CONSTANTS}.items()):
            for argument in ("constant",) if spot in CONSTANTS else ("constant", "column"):
                table = f"t{FUNCTIONS[function]}{number}{argument[2]}"
                if argument == "constant" and spot in _NOT_CONSTANT:
                    continue
                yield _place(f"{spot}, {argument}, function {function}", sql, table, FUNCTIONS[function], argument)


def _place(name: str, sql: str, table: str, function: str, argument: str) -> tuple[str, str]:
    def call(column: str) -> str:
        return f"fruits.{function}('{name.replace(chr(39), chr(39) * 2)}', {'1' if argument == 'constant' else column})"

    return name, sql.format(t=table, e=call("x"), v=call("VALUE"), o=call("OLD.x"), n=call("NEW.x"))
