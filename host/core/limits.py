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
BLOCK_SECONDS = 300
"""How long one role's session may keep another one's waiting: a reader's open cursor stops the owner's migrations."""
DUMP_SECONDS = 3_600
"""A dump that runs for longer waits for somebody's lock, or will never come to its end."""
MEMORY_PERCENT = 4
"""With less available the kernel soon ends processes to free memory."""
RESTARTS = 3
"""A container that starts anew so often between two checks does not stay up."""
FULL_WITHIN_DAYS = 7
"""A disk that will be full within these days is told of while there is time."""
REBOOT_SECONDS = 86_400
"""How long updates may want a reboot."""
UPDATES_SECONDS = 2 * 86_400
"""How old the last good security updates may be: apt's daily timers leave up to 36 hours between two."""
