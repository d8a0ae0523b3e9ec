"""What must be true of the accounts, asked before anything is made: tokens' form, and what Hetzner offers."""

import os
import re
from collections.abc import Iterator, Sequence

import pulumi
import pulumi_hcloud as hcloud

from components.config.rules.edge_defaults import needs_cloudflare
from components.config.server_spec import Server
from components.config.spec import Estate
from components.config.stack_file import StackFileError

# The forms that the providers themselves demand, seen with the real plugins (hcloud 1.43.3, cloudflare 6.23.1).
HCLOUD_TOKEN_FORM = re.compile(r"[!-~]{64}")
CLOUDFLARE_TOKEN_FORM = re.compile(r"[0-9A-Za-z_-]{40,80}")
# A server's name is "a valid hostname as per RFC 1123" (docs.hetzner.cloud, create a server). The provider leaves it to
# the API to say so: by then bucket, tokens and certificates are made.
_LABEL = r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_HOST_NAME = re.compile(rf"{_LABEL}(\.{_LABEL})*")


def check_tokens(estate: Estate) -> None:
    """Refuses missing or mistyped provider tokens, all at once, showing none. The environment comes before config."""
    problems: list[str] = []
    if estate.server.host is None or estate.server.imports:
        problems += _token("HCLOUD_TOKEN", "hcloud", "token", HCLOUD_TOKEN_FORM, "exactly 64 characters")
    if needs_cloudflare(estate):
        form = "40 to 80 letters, digits, _ and -"
        problems += _token("CLOUDFLARE_API_TOKEN", "cloudflare", "apiToken", CLOUDFLARE_TOKEN_FORM, form)
    if problems:
        raise StackFileError(problems)


def _token(variable: str, provider: str, key: str, pattern: re.Pattern[str], form: str) -> Iterator[str]:
    named, configured = os.environ.get(variable), pulumi.Config(provider).get(key)
    value = named or configured
    if named and configured and named != configured:
        other = f"{provider}:{key}"
        yield f"{variable}: differs from {other}, which the provider would take; pulumi config rm {other}"
    elif not value:
        yield f"{variable}: not set; export it, or: pulumi config set --secret {provider}:{key}"
    elif not pattern.fullmatch(value):
        yield f"{variable}: {len(value)} characters that cannot be a token, which has {form}; copy it again"


def check_offer(label: str, server: Server) -> None:
    """Refuses a name that no server may have, and a type, location or image that Hetzner does not offer, or not
    together. Of a server that runs only what would be ordered anew: types are sold out here and there for weeks, and
    images go out of date, which is no reason to leave an app as it was.
    """
    problems = list(_host_name(f"petbase-{label}")) or list(_orders(label, server))
    if problems:
        raise StackFileError(problems)


def _orders(label: str, server: Server) -> Iterator[str]:
    found = hcloud.get_servers(with_selector=f"petbase={label}").servers
    runs = next((one for one in found if one.name == f"petbase-{label}"), None)
    # An image that Hetzner has removed since is none.
    new = runs is None or runs.location != server.location or (runs.image or server.image) != server.image
    if not new and runs and runs.server_type == server.type:
        return
    types = {found.name: found for found in hcloud.get_server_types().server_types}
    locations = [place.name for place in hcloud.get_locations().locations]
    problems = [
        *_among("server.type", server.type, sorted(types)),
        *_among("server.location", server.location, locations),
    ]
    yield from problems
    if not problems:
        kind = types[server.type]
        here = [place.name for place in kind.locations if place.available]
        if here and server.location not in here:
            yield f'server.type: "{server.type}" is not available in {server.location}; it is in {", ".join(here)}'
        if new:
            yield from _image(server.image, kind.architecture)


def _host_name(name: str) -> Iterator[str]:
    if not _HOST_NAME.fullmatch(name):
        yield (
            f'the stack\'s name: its server would be called "{name}", which is no host name; letters, digits and "-", '
            "as in prod-eu: pulumi stack rename, and the stack file with it"
        )


def _among(path: str, value: str, offered: Sequence[str]) -> Iterator[str]:
    if value not in offered:
        yield f'{path}: "{value}" is not offered; Hetzner has {", ".join(offered)}'


def _image(image: str, architecture: str) -> Iterator[str]:
    try:
        hcloud.get_image(name=image, with_architecture=architecture)
    except Exception as error:  # noqa: BLE001  the SDK raises plain Exception for a failed lookup
        yield f'server.image: "{image}" is not offered for {architecture}; as in "debian-12" ({error})'
