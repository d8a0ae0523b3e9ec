"""Does nginx take its configuration? While it runs it keeps the earlier one, and no change of an app counts."""

from host.check.apps.running import DEPLOYING_SECONDS
from host.check.findings import Findings
from host.core.host import Host
from host.values.text import last_words


def look_at_nginx(found: Findings) -> None:
    """Asked twice, since a deploy writes one file after the other."""
    if not found.host.has("nginx") or not _refusal(found.host):
        return
    found.host.sleep(DEPLOYING_SECONDS)
    if reason := _refusal(found.host):
        text = f"nginx refuses its configuration, so no change of an app counts, and it would not start again: {reason}"
        found.problem("nginx", f"{text}. On the server: nginx -t")


def _refusal(host: Host) -> str:
    answer = host.ask("nginx", "-t")
    return "" if answer.ok else last_words(answer.stderr)
