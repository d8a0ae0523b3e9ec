"""When things happen and are late, and from where on a figure is a problem; one place for both ends."""

_DAY = 86_400  # seconds

CHECK_SECONDS = 900
"""How often the check runs."""
CHECK_IS_SILENT_SECONDS = 3_600
"""After this time without a check it has stopped: reading a big new dump whole takes it a while."""
COPY_IS_SILENT_SECONDS = 14 * 3_600
"""After this time without an hourly copy it has stopped: one of many big dumps may take its 12 hours."""
DRILL_SECONDS = {"never": 0, "daily": _DAY, "weekly": 7 * _DAY, "monthly": 31 * _DAY}
"""How often a drill runs, by the stack file's word."""
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
CLOCK_SECONDS = 300
"""How far the server's clock may be from the store's, which takes no signature that differs by 15 minutes."""
MEMORY_PERCENT = 4
"""With less available the kernel soon ends processes to free memory."""
SLOT_BYTES = 1_000_000_000
"""How much WAL a replication slot that nothing reads may keep from being deleted."""
RESTARTS = 3
"""A container that starts anew so often between two checks does not stay up."""
FULL_WITHIN_DAYS = 7
"""A disk that will be full within these days is told of while there is time."""
REBOOT_SECONDS = _DAY
"""How long updates may want a reboot."""
UPDATES_SECONDS = 2 * _DAY
"""How old the last good security updates may be: apt's daily timers leave up to 36 hours between two."""


def drill_limit(drill: str) -> int:
    """Seconds after which a drill that ended well must have been followed by the next; 0 for no limit.

    One that failed for a passing reason is made up for by the next, so twice the interval.
    """
    return 2 * DRILL_SECONDS[drill]
