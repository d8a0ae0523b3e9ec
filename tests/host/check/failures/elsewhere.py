"""What the server itself cannot tell, and who does: the last rows of the table. Each names the tests that show it."""

from dataclasses import dataclass

from host.watch.limits import CHECK_SECONDS
from tests.host.check.failures.failure import DAY

GRACE_SECONDS = 1800
"""The grace time that docs/backups.md tells people to set at their dead man's switch."""


@dataclass(frozen=True)
class Elsewhere:
    """`seconds`: from the fault to the alert, at most."""

    what: str
    who: str
    seconds: int
    tests: tuple[str, ...]


REACHED = (
    Elsewhere(
        "the server, its network, its timers, or what the check runs with (`petbase-host`, Python) are gone or damaged",
        "your dead man's switch, because no signal arrives",
        CHECK_SECONDS + GRACE_SECONDS,
        ("test_a_server_that_is_off_is_missed_within_the_hour",),
    ),
    Elsewhere(
        "a check began and does not end",
        "the same, if it is healthchecks.io or a similar service",
        CHECK_SECONDS + GRACE_SECONDS,
        ("test_where_all_is_well_only_the_switch_is_told", "test_a_server_that_is_off_is_missed_within_the_hour"),
    ),
)
ACCOUNTS = (
    Elsewhere(
        "a bucket was made public; a rule of the dumps' bucket deletes too early; its lock is gone",
        "`./petbase doctor` where `CLOUDFLARE_API_TOKEN` is set, and so the [`drift` workflow](pull-requests.md)",
        DAY,
        (
            "test_a_bucket_that_was_made_public_is_told",
            "test_a_rule_that_deletes_dumps_too_early_is_told_whatever_its_name",
            "test_a_lock_that_was_taken_off_is_told",
        ),
    ),
    Elsewhere(
        "a DNS record, its proxy, the firewall, a token, or a bucket or its rules are not as declared",
        "`pulumi preview --refresh`, and so the `drift` workflow",
        DAY,
        ("test_what_is_changed_by_hand_in_the_accounts_is_seen_and_put_right",),
    ),
)
ELSEWHERE = {"Can the server be reached?": REACHED, "Was something changed in your accounts?": ACCOUNTS}
