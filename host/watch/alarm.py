"""Tells a dead man's switch (healthchecks.io and its like) that a check began, that all is well, or why not."""

from __future__ import annotations

from host.core.host import Host
from host.watch.alarm_url import failing_url, sign_of_life_url, starting_url
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
