"""One of each kind of thing that an app can make with its own login, in its own schema and in a second one."""

KINDS = """
CREATE TYPE mood AS ENUM ('good', 'bad'); CREATE TYPE pair AS (a int, b mood);
CREATE DOMAIN positive AS int CHECK (VALUE > 0); CREATE DOMAIN many AS positive[];
CREATE TYPE hours AS RANGE (subtype = time, multirange_type_name = many_hours);
CREATE COLLATION numeric_order (LOCALE = 'C'); CREATE COLLATION copied FROM "C";
CREATE CONVERSION conv FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
CREATE TEXT SEARCH DICTIONARY words (TEMPLATE = simple); CREATE TEXT SEARCH CONFIGURATION search (COPY = simple);
ALTER TEXT SEARCH CONFIGURATION search ALTER MAPPING FOR asciiword WITH words;
CREATE FUNCTION plus(a int, b int) RETURNS int IMMUTABLE LANGUAGE sql RETURN a + b;
CREATE FUNCTION as_mood(i int) RETURNS mood IMMUTABLE LANGUAGE sql
  RETURN CASE WHEN i > 0 THEN 'good'::mood ELSE 'bad'::mood END;
CREATE PROCEDURE nothing(INOUT x int) LANGUAGE plpgsql AS 'BEGIN END';
CREATE AGGREGATE total(int) (SFUNC = plus, STYPE = int, INITCOND = '0');
CREATE OPERATOR <+> (LEFTARG = int, RIGHTARG = int, FUNCTION = plus, COMMUTATOR = <+>);
CREATE CAST (int AS mood) WITH FUNCTION as_mood(int); CREATE CAST (mood AS text[]) WITH INOUT;
CREATE SEQUENCE numbers START 7;
CREATE TABLE things (id serial PRIMARY KEY, i int GENERATED ALWAYS AS IDENTITY, m mood DEFAULT 'good', p pair,
  d positive, ds many, h hours, hs many_hours, word text COLLATE numeric_order, bytes bytea DEFAULT '\\x00ff',
  doubled int GENERATED ALWAYS AS (id * 2) STORED, found tsvector, EXCLUDE USING gist (h WITH &&), UNIQUE (word));
INSERT INTO things (p, d, ds, h, hs, word, found) VALUES ((1, 'bad'), 1, '{1,2}', '[09:00,17:00)',
  '{[09:00,12:00),[13:00,17:00)}', 'größer', to_tsvector('search', 'big apples'));
CREATE INDEX ON things USING gin (found); CREATE INDEX ON things (lower(word)) WHERE id > 0;
CREATE STATISTICS known ON id, word FROM things;
CREATE TABLE parts (k int, t int REFERENCES things, PRIMARY KEY (k)) PARTITION BY RANGE (k);
CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (0) TO (10); CREATE TABLE parts_rest PARTITION OF parts DEFAULT;
INSERT INTO parts VALUES (1, 1), (11, 1);
CREATE TABLE child (more int) INHERITS (things); CREATE UNLOGGED TABLE fast AS SELECT 1 AS a;
CREATE VIEW shown WITH (security_barrier) AS SELECT id, word FROM things WHERE m = 'good' WITH CHECK OPTION;
CREATE MATERIALIZED VIEW counted AS SELECT count(*) FROM things; CREATE UNIQUE INDEX ON counted (count);
CREATE FUNCTION fires() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER fires BEFORE UPDATE OF word ON things FOR EACH ROW WHEN (OLD.word <> NEW.word) EXECUTE FUNCTION fires();
CREATE TRIGGER instead INSTEAD OF INSERT ON shown FOR EACH ROW EXECUTE FUNCTION fires();
CREATE RULE never AS ON DELETE TO fast DO INSTEAD NOTHING;
ALTER TABLE fast ENABLE ROW LEVEL SECURITY; CREATE POLICY few ON fast USING (a > 0);
COMMENT ON TABLE things IS 'it''s a table'; COMMENT ON COLUMN things.word IS 'a word'; COMMENT ON TYPE mood IS 'm';
"""
SECOND = """
CREATE SCHEMA jobs; COMMENT ON SCHEMA jobs IS 'of a queue';
CREATE TABLE jobs.job (id bigserial PRIMARY KEY, m mood, thing int REFERENCES things, h hours);
INSERT INTO jobs.job (m, thing) VALUES ('bad', 1);
CREATE FUNCTION jobs.next() RETURNS jobs.job LANGUAGE sql AS 'SELECT * FROM jobs.job LIMIT 1';
"""
PUBLICATION = "CREATE PUBLICATION changes FOR TABLE things, jobs.job WITH (publish = 'insert')"
ROWS = """
SELECT (SELECT json_agg(t)::text FROM things t), (SELECT json_agg(p)::text FROM parts p),
  (SELECT json_agg(j)::text FROM jobs.job j), (SELECT count FROM counted), nextval('numbers')
"""
