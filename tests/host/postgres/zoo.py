"""One of each kind of object that a schema can hold."""

ZOO = """
CREATE TABLE t (id serial PRIMARY KEY, i int GENERATED ALWAYS AS IDENTITY, name text, "odd "" name" int);
CREATE TABLE p (k int) PARTITION BY RANGE (k); CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10);
CREATE VIEW v AS SELECT * FROM t; CREATE MATERIALIZED VIEW mv AS SELECT 1 AS a; CREATE SEQUENCE s;
CREATE FOREIGN DATA WRAPPER dummy; CREATE SERVER srv FOREIGN DATA WRAPPER dummy;
CREATE FOREIGN TABLE ft (a int) SERVER srv;
CREATE TYPE en AS ENUM ('a'); CREATE DOMAIN dom AS int CHECK (VALUE > 0); CREATE TYPE comp AS (a int, b en);
CREATE TYPE rng AS RANGE (subtype = float8, multirange_type_name = mrng);
CREATE FUNCTION f(t, en, rng, VARIADIC int[]) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE PROCEDURE pr(INOUT x int) LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION pair(int, int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT $1 + $2';
CREATE AGGREGATE agg(int) (SFUNC = pair, STYPE = int);
CREATE AGGREGATE agg0(*) (SFUNC = int8inc, STYPE = int8, INITCOND = '0');
CREATE AGGREGATE oagg(float8 ORDER BY float8) (
  SFUNC = ordered_set_transition, STYPE = internal, FINALFUNC = percentile_cont_float8_final);
CREATE COLLATION coll (LOCALE = 'C'); CREATE CONVERSION conv FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
CREATE TEXT SEARCH CONFIGURATION tsc (COPY = pg_catalog.simple); CREATE TEXT SEARCH DICTIONARY tsd (TEMPLATE = simple);
CREATE TEXT SEARCH PARSER tsp (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype);
CREATE TEXT SEARCH TEMPLATE tst (INIT = dsimple_init, LEXIZE = dsimple_lexize);
CREATE OPERATOR <+> (LEFTARG = int, RIGHTARG = int, FUNCTION = pair);
CREATE FUNCTION neg(int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT -$1';
CREATE OPERATOR !!! (RIGHTARG = int, FUNCTION = neg);
CREATE FUNCTION cmp(comp, comp) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT 0';
CREATE FUNCTION lt(comp, comp) RETURNS bool IMMUTABLE LANGUAGE sql AS 'SELECT false';
CREATE OPERATOR <<< (LEFTARG = comp, RIGHTARG = comp, FUNCTION = lt);
CREATE OPERATOR CLASS oc FOR TYPE comp USING btree AS OPERATOR 1 <<<, FUNCTION 1 cmp(comp, comp);
CREATE OPERATOR FAMILY ofam USING hash;
CREATE STATISTICS st ON name, id FROM t;
"""
"""Statements for whatever schema is first in the search path."""

NAMES = {
    "aggregate": ["agg", "agg0", "oagg"],
    "collation": ["coll"],
    "conversion": ["conv"],
    "foreign table": ["ft"],
    "function": ["cmp", "f", "lt", "mrng", "mrng", "mrng", "neg", "pair", "rng", "rng"],
    "materialized view": ["mv"],
    "operator": ["!!!", "<+>", "<<<"],
    "operator class": ["oc"],
    "operator family": ["oc", "ofam"],
    "procedure": ["pr"],
    "sequence": ["s"],
    "statistics object": ["st"],
    "table": ["p", "p1", "t"],
    "text search configuration": ["tsc"],
    "text search dictionary": ["tsd"],
    "text search parser": ["tsp"],
    "text search template": ["tst"],
    "type": ["comp", "dom", "en", "mrng", "rng"],
    "view": ["v"],
}
"""Which of them count, by PostgreSQL's word for them."""
