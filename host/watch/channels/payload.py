"""What is posted for a message, by the kind of channel. Text that a tenant wrote never becomes markup or a mention.

The form and the limits of each are the service's own: docs.ntfy.sh/publish, docs.slack.dev (incoming webhooks,
formatting), discord.com/developers/docs/resources/webhook, core.telegram.org/bots/api#sendmessage.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from host.core.errors import HostError
from host.watch.channels.channel import Channel
from host.watch.channels.message import Message, fitted, utf_8, utf_16

_NTFY_BYTES = 4096  # more becomes an attachment
_SLACK_CHARACTERS = 4000  # Slack's advice; more than 40,000 are cut off
_DISCORD_CHARACTERS = 2000
_TELEGRAM_CHARACTERS = 4096
_JSON = "Content-Type: application/json"
_FENCE = "```"


@dataclass(frozen=True)
class Request:
    """A POST. The address is a secret."""

    address: str
    body: str
    headers: tuple[str, ...] = (_JSON,)


def request_for(channel: Channel, message: Message) -> Request:
    """The request. HostError for a channel that a newer release wrote, or an address without what it needs."""
    if channel.kind not in _REQUESTS:
        raise HostError(f"{channel.title}: this release does not know that kind. Run: pulumi up")
    return _REQUESTS[channel.kind](channel, message)


def _ntfy(channel: Channel, message: Message) -> Request:
    """Plain text, since no Markdown header is sent. Names of stacks are ASCII, as headers are."""
    headers = (
        "Content-Type: text/plain; charset=utf-8",
        f"Title: {message.title}",
        f"Priority: {'high' if message.new else 'default'}",
        f"Tags: {'warning' if message.new else 'white_check_mark'}",
    )
    return Request(channel.url, fitted(message.text, _NTFY_BYTES, utf_8), headers)


def _slack(channel: Channel, message: Message) -> Request:
    """<!channel> and links are made of these three characters alone; `mrkdwn` switches *bold* and the like off."""
    text = fitted(message.whole, _SLACK_CHARACTERS, lambda text: len(_slack_escaped(text)))
    values = {"text": _slack_escaped(text), "mrkdwn": False, "unfurl_links": False, "unfurl_media": False}
    return Request(channel.url, json.dumps(values))


def _slack_escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _discord(channel: Channel, message: Message) -> Request:
    """In a block of code nothing is markup; the text may not end that block. No mention pings anybody."""
    room = _DISCORD_CHARACTERS - 2 * len(_FENCE) - 2
    text = fitted(message.whole.replace("`", "'"), room, utf_16)
    values = {"content": f"{_FENCE}\n{text}\n{_FENCE}", "allowed_mentions": {"parse": []}}
    return Request(channel.url, json.dumps(values))


def _telegram(channel: Channel, message: Message) -> Request:
    """As preformatted text, in which @names, links and commands are none. The chat is a part of the address."""
    parts = urlsplit(channel.url)
    chat = dict(parse_qsl(parts.query))
    if "chat_id" not in chat:
        raise HostError(f"{channel.title}: its address names no chat. Write it with ?chat_id=ID at its end")
    text = fitted(message.whole, _TELEGRAM_CHARACTERS, utf_16)
    values = {
        **chat,
        "text": text,
        "entities": [{"type": "pre", "offset": 0, "length": utf_16(text)}],
        "link_preview_options": {"is_disabled": True},
    }
    return Request(parts._replace(query="", fragment="").geturl(), json.dumps(values))


def _webhook(channel: Channel, message: Message) -> Request:
    values = {
        "stack": message.stack,
        "service": message.service,
        "at": message.at,
        "title": message.title,
        "text": message.text,
        "new": _listed(message.new),
        "ended": _listed(message.ended),
    }
    return Request(channel.url, json.dumps(values))


def _listed(problems: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"problem": key, "text": text} for key, text in problems.items()]


_REQUESTS: dict[str, Callable[[Channel, Message], Request]] = {
    "ntfy": _ntfy,
    "slack": _slack,
    "discord": _discord,
    "telegram": _telegram,
    "webhook": _webhook,
}
KINDS = tuple(_REQUESTS)
