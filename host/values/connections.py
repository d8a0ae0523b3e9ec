"""The connections of a database that are kept for somebody."""

SUPERUSERS = 3
"""PostgreSQL's own default: for dumps, checks, psql."""
RESERVED = 7
"""For the roles that load a dump: pg_restore's own session and its four workers', and two to spare."""
LEAST = 5
"""An app has no fewer by default: a small pool, and during a deploy the old app's beside the new one's."""
