"""Tells each channel what changed since it was told last. What did not arrive is sent again by the next check."""

from collections.abc import Collection, Mapping
from contextlib import suppress
from functools import partial

from host.core.errors import HostError
from host.core.host import Host
from host.programs.together import together
from host.watch.channels.channel import Channel, Told, read_channels, read_told, write_told
from host.watch.channels.message import Message
from host.watch.channels.payload import request_for
from host.watch.http import NO_ANSWER, call

# A channel never holds up the check for long.
_PATIENCE = ("--max-time", "10", "--retry", "1", "--retry-delay", "2", "--retry-max-time", "20")
_WORKS_AGAIN = "alerts arrive here again"
_TEST = "a test, by ./petbase alert --test"


def tell_changes(
    host: Host, service: str, problems: Mapping[str, str], without: Collection[str] = ()
) -> dict[str, str]:
    """Tell all channels but those `without`; of each that was not reached, by its key, the problem that this is.

    One that failed is tried first, so that the others hear whether it still does. It gets a message once it works, even
    where nothing changed: its problem ends by proof.
    """
    channels = [channel for channel in read_channels(host, service) if channel.key not in without]
    failing = [channel for channel in channels if read_told(host, service, channel.name).failing]
    found = _tell_all(host, service, failing, problems)
    others = [channel for channel in channels if channel not in failing]
    return {**found, **_tell_all(host, service, others, {**problems, **found})}


def _tell_all(host: Host, service: str, channels: list[Channel], problems: Mapping[str, str]) -> dict[str, str]:
    reasons = together(*(partial(_tell, host, service, channel, problems) for channel in channels))
    return {
        channel.key: f"alerts do not reach {channel.title}: {reason}. Try: ./petbase alert --test"
        for channel, reason in zip(channels, reasons, strict=True)
        if reason
    }


def send_test(host: Host, service: str) -> dict[str, str]:
    """Send a test message to every channel; by its title, why it did not arrive, or ""."""
    message = Message(host.stack, service, int(host.now()), note=_TEST)
    channels = read_channels(host, service)
    reasons = together(*(partial(_send, host, channel, message) for channel in channels))
    return {channel.title: reason for channel, reason in zip(channels, reasons, strict=True)}


def _tell(host: Host, service: str, channel: Channel, problems: Mapping[str, str]) -> str:
    told = read_told(host, service, channel.name)
    message = Message(
        host.stack,
        service,
        int(host.now()),
        new={key: text for key, text in problems.items() if key not in told.problems},
        ended={key: text for key, text in told.problems.items() if key not in problems},
        note=_WORKS_AGAIN,
    )
    if not message.new and not message.ended and not told.failing:
        return ""
    reason = _send(host, channel, message)
    # On a full disk it is told again by the next check.
    with suppress(OSError):
        write_told(host, service, channel.name, Told(told.problems, failing=True) if reason else Told(problems))
    return reason


def _send(host: Host, channel: Channel, message: Message) -> str:
    try:
        request = request_for(channel, message)
    except HostError as problem:
        return str(problem)
    status = call(host, request.address, request.body, headers=request.headers, patience=_PATIENCE)
    return "" if status.startswith("2") else f"it answered {status}" if status != NO_ANSWER else "it did not answer"
