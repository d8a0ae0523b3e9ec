"""How the connections of a database are shared out: some are kept for the superuser and for loading roles."""

SUPERUSERS = 3
"""PostgreSQL's own default: for dumps, checks, psql."""
RESERVED = 7
"""For the roles that load a dump: pg_restore's own session and its four workers', and two to spare."""
ROOM = """(current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
  - greatest(COALESCE(current_setting('reserved_connections', true), '0')::int, :'reserved'::int))"""
"""An SQL expression, with `reserved`: what is left for apps. A server that was started without the setting, which came
with 16, leaves as many free.
"""
LEAST = 5
"""An app has no fewer by default: a small pool, and during a deploy the old app's beside the new one's."""
