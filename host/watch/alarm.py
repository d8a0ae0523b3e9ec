"""Tells a dead man's switch (healthchecks.io and its like) that all is well, or why not."""

from __future__ import annotations

from host.core.host import Host
from host.watch.alarm_url import failing_url, sign_of_life_url
from host.watch.settings import folder

NOT_HEARD = "petbase:alertUrl was not reached, or refused"
_CURL = ("curl", "--config", "-", "--silent", "--globoff", "--output", "/dev/null", "--write-out", "%{http_code}")
_PATIENCE = ("--max-time", "30", "--retry", "3", "--retry-delay", "2")
# Some services know GET only, and no text.
_NO_POST = {"404", "405", "501"}


def write_url(host: Host, service: str, url: str) -> None:
    """Write the switch's URL down; "" for none."""
    if url:
        host.state.write(f"{folder(service)}/alert", url=url)
    else:
        host.state.remove(f"{folder(service)}/alert")


def read_url(host: Host, service: str) -> str:
    """The switch's URL; "" where nobody is told. It is hidden in all output from here on."""
    url = str((host.state.read(f"{folder(service)}/alert") or {}).get("url", ""))
    host.out.hide(url)
    return url


def tell(host: Host, service: str, text: str, *, failing: bool) -> str:
    """Send the text to the switch; why it was not heard, or ""."""
    url = read_url(host, service)
    if not url:
        return ""
    address = failing_url(url) if failing else sign_of_life_url(url)
    if not address:
        host.step("alarm: by silence, as this service has no address for failures")
        return ""
    status = _call(host, address, text)
    if status in _NO_POST:
        status = _call(host, address)
    if status.startswith("2"):
        return ""
    host.step(f"alarm: {NOT_HEARD} ({status})")
    return NOT_HEARD


def _call(host: Host, address: str, text: str = "") -> str:
    """The answer's HTTP status; 000 where there was none. URL and text on standard input: no process list shows them.

    What curl itself prints is thrown away, since it may hold the URL.
    """
    lines = [f"url = {_quoted(address)}"]
    if text:
        lines += [f"data-binary = {_quoted(text)}", 'header = "Content-Type: text/plain"']
    answer = host.ask(*_CURL, *_PATIENCE, stdin="\n".join([*lines, ""]))
    return answer.stdout.strip() or "000"


def _quoted(value: str) -> str:
    """A value in curl's configuration (curl(1), --config)."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    return f'"{escaped}"'
