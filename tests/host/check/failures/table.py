"""What can go wrong: one table, from which come the tests (test_failures.py), docs/backups.md and figures of bench."""

from tests.host.check.failures.alerts import ALERTS
from tests.host.check.failures.backups import BACKUPS
from tests.host.check.failures.machine import MACHINE
from tests.host.check.failures.up import UP

SECTIONS = {"Is it up?": UP, "Is the newest backup good?": BACKUPS, "Will it stay up?": MACHINE, "Is it told?": ALERTS}
FAILURES = tuple(failure for section in SECTIONS.values() for failure in section)
