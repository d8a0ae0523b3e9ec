"""From where on a figure is a problem; one place for the server's own check and for ./petbase doctor."""

from __future__ import annotations

DISK_PERCENT = 90
"""A disk this full is too full: a PostgreSQL without room stops for every app."""
CERTIFICATE_DAYS = 14
"""A certificate that ends within these days was not renewed when it should have been."""
CONNECTIONS_PERCENT = 80
"""With more connections in use than this an app that opens its pool may be refused."""
IDLE_SECONDS = 600
"""How long a session may be idle in a transaction: it may hold locks that stop dumps and migrations."""
