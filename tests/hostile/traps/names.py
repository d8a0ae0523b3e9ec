"""Names and texts that would be more than that if anybody took them as a part of a statement, a list or a terminal."""

from collections.abc import Iterator

NAMES = (
    "a b",
    "A",
    "select",
    "'",
    '"',
    "''; ALTER ROLE fruits SUPERUSER; --",
    '"; ALTER ROLE fruits SUPERUSER; --',
    "; ALTER ROLE fruits SUPERUSER; --",
    "\nALTER ROLE fruits SUPERUSER;\n",
    "\n\\! touch petbase-escaped\n",
    "\\",
    "\\'; ALTER ROLE fruits SUPERUSER; --",
    "$$; ALTER ROLE fruits SUPERUSER; $$",
    "*/ ALTER ROLE fruits SUPERUSER; /*",
    "%I %s %L %1$s",
    ":x :'x' :\"x\"",
    "$(touch petbase-escaped)",
    "\x1b]0;title\x07\x1b[2J",
    "a\tb\rc\x0bd\x85e\u2028f",
    "--all",
    "*.*",
    "notes",
    "postgres",
    "PUBLIC",
    "TABLE notes notes postgres",
    "é" * 31,
)
_KINDS = {
    "schema": "CREATE SCHEMA {name}; CREATE TABLE {name}.t (x int); INSERT INTO {name}.t VALUES (1)",
    "table": "CREATE TABLE {name} (x int); INSERT INTO {name} VALUES (1)",
    "column": "CREATE TABLE n{number}_column ({name} int); INSERT INTO n{number}_column VALUES (1)",
    "view": "CREATE VIEW {view} AS SELECT 1 AS {name}",
    "index": "CREATE TABLE n{number}_index (x int); CREATE INDEX {index} ON n{number}_index (x)",
    "constraint": "CREATE TABLE n{number}_check (x int, CONSTRAINT {name} CHECK (x > 0))",
    "trigger": "CREATE TABLE n{number}_trigger (x int); CREATE TRIGGER {name} BEFORE INSERT ON n{number}_trigger "
    "EXECUTE FUNCTION fires()",
    "policy": "CREATE TABLE n{number}_policy (x int); CREATE POLICY {name} ON n{number}_policy USING (true)",
    "rule": "CREATE TABLE n{number}_rule (x int); CREATE RULE {name} AS ON UPDATE TO n{number}_rule DO ALSO NOTHING",
    "function": "CREATE FUNCTION {name}({name} int) RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "type": "CREATE TYPE {type} AS ENUM ({text})",
    "domain": "CREATE DOMAIN {domain} AS int CONSTRAINT {name} CHECK (VALUE > 0)",
    "sequence": "CREATE SEQUENCE {sequence}",
    "comment": "CREATE TABLE n{number}_comment (x int); COMMENT ON TABLE n{number}_comment IS {text}",
    "comment of a column": "CREATE TABLE n{number}_remark (x int); COMMENT ON COLUMN n{number}_remark.x IS {text}",
    "default": "CREATE TABLE n{number}_default (x int, t text DEFAULT {text}); "
    "INSERT INTO n{number}_default VALUES (1)",
    "body": "CREATE FUNCTION n{number}_body() RETURNS text LANGUAGE sql AS {body}",
    "row": "CREATE TABLE n{number}_row (t text, j json); "
    "INSERT INTO n{number}_row VALUES ({text}, to_json({text}::text))",
    "grant": "CREATE TABLE n{number}_grant ({name} int); GRANT SELECT ({name}), UPDATE ({name}) ON n{number}_grant "
    'TO "a guest\'s ""role"""',
}
_MADE = ("view", "index", "type", "domain", "sequence")
# Others' words for a schema; a table, say, may have them.
_NOT_FOR_SCHEMAS = ("notes", "postgres")


def names() -> Iterator[tuple[str, str]]:
    """(name, SQL) of each kind of thing with each name."""
    for number, name in enumerate(NAMES):
        for kind, sql in _KINDS.items():
            if kind == "schema" and name in _NOT_FOR_SCHEMAS:
                continue
            made = {word: identifier(f"{word[0]} {name}") for word in _MADE}
            body = literal("SELECT " + literal(name))
            yield (
                f"{kind} called {name!r}",
                sql.format(number=number, name=identifier(name), text=literal(name), body=body, **made),
            )


def identifier(name: str) -> str:
    short = name.encode()[:63].decode(errors="ignore")
    return '"' + short.replace('"', '""') + '"'


def literal(text: str) -> str:
    return "E'" + text.replace("\\", "\\\\").replace("'", "''") + "'"
