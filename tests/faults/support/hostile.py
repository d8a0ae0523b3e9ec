"""SQL of an app that waits for its dump to be restored: by then whatever it left behind runs again, as somebody else.

Each kind of thing that a dump can hold is there once, most with a function in it that tries to make its author a
superuser; a plain pg_restore by the superuser lets it succeed (seen with 18.4).
"""

ROLE = "evil"
URL = "postgres://evil:evil@dokku-postgres-{service}:5432/{service}"

# What only a superuser can make.
BY_THE_SUPERUSER = """
CREATE ROLE evil LOGIN PASSWORD 'evil';
CREATE SCHEMA extensions;
GRANT USAGE ON SCHEMA extensions TO PUBLIC;
CREATE EXTENSION vector SCHEMA extensions;
COMMENT ON EXTENSION vector IS 'changed';
CREATE SCHEMA evil AUTHORIZATION evil;
GRANT CREATE, USAGE ON SCHEMA public TO evil;
CREATE FUNCTION public.note() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN END $$;
CREATE EVENT TRIGGER noted ON ddl_command_end EXECUTE FUNCTION public.note();
COMMENT ON EVENT TRIGGER noted IS 'changes';
CREATE PUBLICATION everything FOR ALL TABLES;
SELECT lo_from_bytea(4711, 'large');
COMMENT ON LARGE OBJECT 4711 IS 'mine';
CREATE COLLATION public.mine FROM "C";
CREATE CAST (xid AS int) WITHOUT FUNCTION;
"""

# What the app makes, with its own login.
BY_THE_APP = """
SET search_path = evil, extensions;
CREATE FUNCTION rises() RETURNS int LANGUAGE plpgsql AS $$
BEGIN
  BEGIN EXECUTE 'ALTER ROLE evil SUPERUSER'; EXCEPTION WHEN OTHERS THEN END;
  BEGIN EXECUTE 'RESET SESSION AUTHORIZATION'; EXECUTE 'ALTER ROLE evil SUPERUSER'; EXCEPTION WHEN OTHERS THEN END;
  RETURN 1;
END $$;
CREATE FUNCTION f(x int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN PERFORM evil.rises(); RETURN x; END $$;
CREATE FUNCTION d(x int) RETURNS int IMMUTABLE SECURITY DEFINER LANGUAGE plpgsql
  AS $$ BEGIN PERFORM evil.rises(); RETURN x; END $$;
CREATE DOMAIN checked AS int CHECK (evil.d(VALUE) IS NOT NULL);
CREATE TYPE mood AS ENUM ('good', 'bad');
CREATE TYPE pair AS (a int, b text);
CREATE TYPE span AS RANGE (subtype = int);
CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, s serial, c checked, m mood, p pair,
  g int GENERATED ALWAYS AS (evil.f(s)) STORED, v vector(3), r span, word varchar CHECK (word IN ('a', 'b')),
  CHECK (evil.f(c) > 0));
INSERT INTO t (c, m, p, v, r, word) VALUES (1, 'good', (1, 'x'), '[1,2,3]', '[1,2)', 'a');
CREATE INDEX i1 ON t (evil.d(s));
CREATE INDEX i2 ON t ((evil.f(s)));
CREATE INDEX i3 ON t USING hnsw (v vector_l2_ops);
CREATE INDEX i4 ON t ((evil.d(1)));
CREATE INDEX i5 ON t (s) WHERE evil.f(s) > 0;
CREATE STATISTICS st ON (evil.f(s)), s FROM t;
CREATE MATERIALIZED VIEW seen AS SELECT evil.d(s) AS x FROM t;
CREATE UNIQUE INDEX ON seen (x);
CREATE VIEW shown AS SELECT evil.f(s) FROM t;
CREATE TABLE parted (i int, k int) PARTITION BY RANGE (i);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (10);
CREATE TABLE parted_rest PARTITION OF parted DEFAULT;
INSERT INTO parted VALUES (1, 1), (100, 2);
CREATE INDEX ON parted (k);
ALTER TABLE parted ADD PRIMARY KEY (i);
CREATE TABLE routed (i int) PARTITION BY RANGE (evil.f(i));
CREATE TABLE routed_1 PARTITION OF routed FOR VALUES FROM (0) TO (10);
INSERT INTO routed VALUES (1);
CREATE TABLE child (z int) INHERITS (t);
CREATE TABLE leaf (i int REFERENCES parted, j int REFERENCES t (id) DEFERRABLE INITIALLY DEFERRED);
INSERT INTO leaf VALUES (1, 1);
SET CONSTRAINTS ALL IMMEDIATE;
CREATE FUNCTION fires() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM evil.f(1); RETURN NEW; END $$;
CREATE TRIGGER fires BEFORE INSERT ON leaf FOR EACH ROW EXECUTE FUNCTION fires();
CREATE CONSTRAINT TRIGGER later AFTER INSERT ON leaf FOR EACH ROW EXECUTE FUNCTION fires();
ALTER TABLE leaf DISABLE TRIGGER fires;
ALTER TABLE leaf ENABLE ROW LEVEL SECURITY;
ALTER TABLE leaf FORCE ROW LEVEL SECURITY;
CREATE POLICY few ON leaf USING (evil.f(i) > 0);
CREATE RULE never AS ON DELETE TO leaf DO INSTEAD NOTHING;
COMMENT ON INDEX i1 IS 'an index';
COMMENT ON CONSTRAINT t_word_check ON t IS 'a check';
COMMENT ON TRIGGER fires ON leaf IS 'a trigger';
COMMENT ON POLICY few ON leaf IS 'a policy';
COMMENT ON COLUMN t.c IS 'a column';
COMMENT ON MATERIALIZED VIEW seen IS 'a view';
ALTER TABLE t CLUSTER ON i2;
ALTER TABLE t REPLICA IDENTITY FULL;
ALTER TABLE t ALTER s SET STATISTICS 7;
CREATE UNLOGGED TABLE fast (a text COLLATE "public"."mine");
INSERT INTO fast VALUES ('x');
CREATE AGGREGATE summed (int) (sfunc = int4pl, stype = int);
CREATE PROCEDURE does() LANGUAGE sql AS 'SELECT 1';
CREATE OPERATOR === (leftarg = int, rightarg = int, procedure = int4eq);
CREATE TEXT SEARCH CONFIGURATION words (COPY = english);
CREATE TABLE public.outside (a int CHECK (evil.f(a) > 0));
INSERT INTO public.outside VALUES (1);
CREATE INDEX ON public.outside (evil.f(a));
ALTER DOMAIN checked ADD CONSTRAINT late CHECK (evil.f(VALUE) > 0) NOT VALID;
ALTER TABLE t ADD CONSTRAINT late CHECK (evil.f(s) > 0) NOT VALID;
"""

GONE = """
DROP PUBLICATION everything;
DROP EVENT TRIGGER noted;
DROP CAST (xid AS int);
DROP EXTENSION vector CASCADE;
DROP SCHEMA evil, extensions CASCADE;
DROP OWNED BY evil;
DROP ROLE evil;
"""
