"""The shared database, looked at by the plugin's own psql: SQL on stdin, no password anywhere."""

from operate.server.ssh import Connection

_PLAIN = "\\set QUIET on\n\\pset format unaligned\n\\pset tuples_only on\n\\pset fieldsep '\\t'\n"


def rows(connection: Connection, service: str, query: str, columns: int) -> list[list[str]]:
    """What one query answers; NULL is an empty word. A value must not hold a tab."""
    said = connection.run("dokku", "postgres:connect", service, stdin=_PLAIN + query)
    return [line.split("\t") for line in said.splitlines() if line.count("\t") == columns - 1]
