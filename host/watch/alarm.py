"""Tells a dead man's switch (healthchecks.io and its like) that a check began, that all is well, or why not."""

import re

from host.core.host import Host
from host.watch.http import ask, call
from host.watch.settings import folder

NOT_HEARD = "petbase:alertUrl was not reached, or refused"
NO_CHECK = (
    "petbase:alertUrl leads to no check of that service: was it deleted? Make one there, and: "
    "./petbase secrets set alertUrl, then pulumi up"
)
# healthchecks.io answers 200 all the same for a check that was deleted.
_UNKNOWN = "(not found)"
_PATIENCE = ("--max-time", "30", "--retry", "3", "--retry-delay", "2")
_BRIEF = ("--max-time", "10")
_TEXT = ("Content-Type: text/plain; charset=utf-8",)
# Some services know GET only, and no text.
_NO_POST = {"404", "405", "501"}
_STATUS_UP = re.compile(r"([?&]status=)up")
# healthchecks.io, hosted and one's own; Better Stack. Each takes /fail behind the path.
_FAIL_PATH = re.compile(r"https://hc-ping\.com/|.*/ping/|.*/api/v1/heartbeat/")
# Of these healthchecks.io alone takes /start (https://healthchecks.io/docs/http_api/).
_START_PATH = re.compile(r"https://hc-ping\.com/|.*/ping/")


def write_url(host: Host, service: str, url: str) -> None:
    """Write the switch's URL down; "" for none."""
    if url:
        host.state.write(f"{folder(service)}/alert", url=url)
    else:
        host.state.remove(f"{folder(service)}/alert")


def read_url(host: Host, service: str) -> str:
    """The switch's URL; "" where there is none. It is hidden in all output from here on."""
    url = str((host.state.read(f"{folder(service)}/alert") or {}).get("url", ""))
    host.out.hide(url)
    return url


def begin(host: Host, service: str) -> None:
    """Tell the switch that a check begins, where it can take that: one that hangs is then missed by its end.

    Nothing depends on it being heard: the end is told too.
    """
    if address := starting_url(read_url(host, service)):
        call(host, address, patience=_BRIEF)


def tell(host: Host, service: str, text: str, *, failing: bool) -> str:
    """Send the text to the switch; why it was not heard, or ""."""
    url = read_url(host, service)
    if not url:
        return ""
    address = failing_url(url) if failing else sign_of_life_url(url)
    if not address:
        host.step("alarm: by silence, as this service has no address for failures")
        return ""
    status, said = ask(host, address, text, headers=_TEXT, patience=_PATIENCE)
    if status in _NO_POST:
        status, said = ask(host, address, patience=_PATIENCE)
    if status.startswith("2"):
        return NO_CHECK if said.endswith(_UNKNOWN) else ""
    host.step(f"alarm: {NOT_HEARD} ({status})")
    return NOT_HEARD


def sign_of_life_url(url: str) -> str:
    """The URL as it is sent: without its fragment, which begins with a #."""
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
