"""Where a dead man's switch hears that a check began, that all is well, and of a failure."""

from __future__ import annotations

import re

_STATUS_UP = re.compile(r"([?&]status=)up")
# healthchecks.io, hosted and one's own; Better Stack. Each takes /fail behind the path.
_FAIL_PATH = re.compile(r"https://hc-ping\.com/|.*/ping/|.*/api/v1/heartbeat/")
# Of these healthchecks.io alone takes /start (https://healthchecks.io/docs/http_api/).
_START_PATH = re.compile(r"https://hc-ping\.com/|.*/ping/")


def sign_of_life_url(url: str) -> str:
    """The URL as it is sent: what stands behind a # never is."""
    return url.partition("#")[0]


def failing_url(url: str) -> str:
    """Where a failure is told: healthchecks.io and its like, Better Stack, Uptime Kuma. "" for any other service.

    There an address of our own making might look like a sign of life, so silence is the alarm.
    """
    path, question, query = sign_of_life_url(url).partition("?")
    if question and _STATUS_UP.search(f"?{query}"):
        return path + _STATUS_UP.sub(r"\1down", f"?{query}", count=1)
    if _FAIL_PATH.match(path):
        return f"{path.rstrip('/')}/fail{question}{query}"
    return ""


def starting_url(url: str) -> str:
    """Where the beginning of a check is told: healthchecks.io and its like. "" for any other service."""
    path, question, query = sign_of_life_url(url).partition("?")
    return f"{path.rstrip('/')}/start{question}{query}" if _START_PATH.match(path) else ""
