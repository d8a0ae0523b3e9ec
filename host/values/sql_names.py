"""Statements that a person is shown: to copy and paste one runs that statement, whatever the names in it are."""

import re

_PLAIN = re.compile(r"[a-z_][a-z0-9_]*", re.ASCII)
_QUOTED = re.compile(r'(?<!&)"((?:[^"]|"")*)"')
# What PostgreSQL 18 does not take as a name without quotes (pg_get_keywords).
_KEYWORDS = frozenset(
    """
    all analyse analyze and any array as asc asymmetric authorization between bigint binary bit boolean both case cast
    char character check coalesce collate collation column concurrently constraint create cross current_catalog
    current_date current_role current_schema current_time current_timestamp current_user dec decimal default deferrable
    desc distinct do else end except exists extract false fetch float for foreign freeze from full grant greatest group
    grouping having ilike in initially inner inout int integer intersect interval into is isnull join json json_array
    json_arrayagg json_exists json_object json_objectagg json_query json_scalar json_serialize json_table json_value
    lateral leading least left like limit localtime localtimestamp merge_action national natural nchar none normalize
    not notnull null nullif numeric offset on only or order out outer overlaps overlay placing position precision
    primary public real references returning right row select session_user setof similar smallint some substring
    symmetric system_user table tablesample then time timestamp to trailing treat trim true union unique user using
    values varchar variadic verbose when where window with xmlattributes xmlconcat xmlelement xmlexists xmlforest
    xmlnamespaces xmlparse xmlpi xmlroot xmlserialize xmltable
    """.split()  # noqa: SIM905 (a hundred and sixty words)
)


def identifier(name: str) -> str:
    """A name as SQL reads it: plain where it can be, else in quotes, with what does not print spelled by its number."""
    if _PLAIN.fullmatch(name) and name not in _KEYWORDS:
        return name
    return quoted(name)


def quoted(name: str) -> str:
    """The same, in quotes always."""
    return _in_quotes(name.replace('"', '""'))


def unquoted(name: str) -> str:
    """The name that an identifier in SQL spells, with its quotes or without."""
    return name[1:-1].replace('""', '"') if name.startswith('"') else name


def pattern(name: str) -> str:
    """A name for pg_dump, which takes patterns."""
    quoted = name.replace('"', '""')
    return f'"{quoted}"'


def printable_sql(statement: str) -> str:
    """A statement whose names PostgreSQL has quoted, with what does not print in them spelled by its number."""
    return _QUOTED.sub(lambda found: _in_quotes(found[1]), statement)


def ending(pid: int) -> str:
    """The statement that ends a session."""
    return f"SELECT pg_terminate_backend({pid:d})"  # shown, not run


def dropping(slot: str) -> str:
    """The statement that drops a replication slot. PostgreSQL takes no name but of a-z, 0-9 and _."""
    return f"SELECT pg_drop_replication_slot($${slot}$$)"  # shown, not run


def _in_quotes(escaped: str) -> str:
    if escaped.isprintable():
        return f'"{escaped}"'
    letters = escaped.replace("\\", "\\\\")
    return 'U&"' + "".join(one if one.isprintable() else f"\\+{ord(one):06X}" for one in letters) + '"'
