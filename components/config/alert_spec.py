"""Who is told when a problem begins and when it ends: `alerts.NAME`."""

import re
from collections.abc import Iterator
from typing import Annotated, Literal
from urllib.parse import parse_qs, urlsplit

from components.config.section import Section
from components.config.values.form import Form
from components.config.values.secret_keys import ADDRESS

_NAME = re.compile(r"[a-z][a-z0-9-]{0,31}")
ChannelName = Annotated[
    str, Form(_NAME, "a channel name", 'begin with a lowercase letter; use lowercase letters, digits and "-"')
]
_EXAMPLES = {
    "ntfy": "https://ntfy.sh/TOPIC",
    "slack": "https://hooks.slack.com/services/T…/B…/…",
    "discord": "https://discord.com/api/webhooks/ID/TOKEN",
    "telegram": "https://api.telegram.org/botTOKEN/sendMessage?chat_id=ID",
    "webhook": "https://example.com/alerts",
}


class AlertChannel(Section):
    """A channel that is told when a problem begins and when it ends. Its address is the secret `alertUrl.NAME`; set it
    with `./petbase secrets set alertUrl.NAME`.
    """

    kind: Literal["ntfy", "slack", "discord", "telegram", "webhook"]
    """What it is. A webhook gets JSON."""


def problem_of_address(kind: str, url: str) -> str:
    """Why an address cannot be one of this kind, without the address; "" where it can."""
    if ADDRESS.fullmatch(url) and not any(_problems(kind, url)):
        return ""
    return f"is not the address of a {kind} channel; set one like {_EXAMPLES[kind]}"


def _problems(kind: str, url: str) -> Iterator[bool]:
    parts = urlsplit(url)
    yield not parts.hostname
    yield kind == "ntfy" and parts.path.strip("/") == ""
    yield kind == "telegram" and not (parts.path.endswith("/sendMessage") and "chat_id" in parse_qs(parts.query))
