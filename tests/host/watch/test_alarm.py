"""Where a dead man's switch hears of a failure, and where silence is the alarm."""

import pytest

from host.watch.alarm import failing_url, sign_of_life_url


@pytest.mark.parametrize(
    ("url", "failing"),
    [
        ("https://hc-ping.com/0123", "https://hc-ping.com/0123/fail"),
        ("https://hc-ping.com/0123/", "https://hc-ping.com/0123/fail"),
        # A # and what follows is never sent: /fail behind it would be a sign of life.
        ("https://hc-ping.com/0123#db", "https://hc-ping.com/0123/fail"),
        ("https://hc-ping.com/0123/?rid=1#db", "https://hc-ping.com/0123/fail?rid=1"),
        ("https://hc.example.com/ping/key/slug?create=1", "https://hc.example.com/ping/key/slug/fail?create=1"),
        ("https://uptime.betterstack.com/api/v1/heartbeat/x", "https://uptime.betterstack.com/api/v1/heartbeat/x/fail"),
        ("https://kuma.example.com/api/push/x?status=up&msg=OK", "https://kuma.example.com/api/push/x?status=down&msg=OK"),
        ("https://kuma.example.com/api/push/x?msg=OK&status=up", "https://kuma.example.com/api/push/x?msg=OK&status=down"),
        # For any other service an address of our own making might look like a sign of life.
        ("https://nosnch.in/0123", ""),
        ("https://example.com/?next=/ping/x", ""),
    ],
)  # fmt: skip
def test_a_failure_goes_where_the_service_wants_it(url: str, failing: str) -> None:
    assert failing_url(url) == failing


def test_what_stands_behind_a_hash_is_never_sent() -> None:
    assert sign_of_life_url("https://hc-ping.com/0123#db") == "https://hc-ping.com/0123"
    assert sign_of_life_url("https://hc-ping.com/0123?rid=1") == "https://hc-ping.com/0123?rid=1"
