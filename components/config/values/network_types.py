"""Names, addresses and networks, as the stack file writes them."""

import re
from contextlib import suppress
from ipaddress import ip_network
from typing import Annotated

from pydantic import AfterValidator, Field

from components.config.values.form import Form

_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_FQDN = re.compile(rf"(?=.{{1,253}}$)(?!.*\.[0-9]+$)({_LABEL}(\.{_LABEL})+|localhost)")
_IPV4 = re.compile(r"\d+(\.\d+){3}")
_URL = re.compile(r"https?://[A-Za-z0-9.-]+(:\d{1,5})?")
_NETWORK = re.compile(r"[0-9A-Fa-f.:]+(/\d{1,3})?")
_NETWORK_HINT = 'write one like "203.0.113.7/32"'
# A colon belongs to an IPv6 address only: a port has its own key.
_HOST = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]*|[0-9A-Fa-f]*:[0-9A-Fa-f]*:[0-9A-Fa-f:.]*")


def _fqdn(value: str) -> None:
    scheme, found, rest = value.partition("://")
    if found:
        raise ValueError(f'"{value}" is a web address; write the name alone: {rest.partition("/")[0] or scheme}')
    if _IPV4.fullmatch(value):
        raise ValueError(f'"{value}" is an address; write a domain name that leads there')
    if value.startswith("*."):
        raise ValueError(f'"{value}" is a wildcard, which a stack file cannot have; write each name')
    if value != value.lower() and _FQDN.fullmatch(value.lower()):
        raise ValueError(f'"{value}" is not a domain name; write it in lowercase: {value.lower()}')
    if not _FQDN.fullmatch(value) and (meant := _meant(value)):
        raise ValueError(f'"{value}" is not a domain name; write {meant}')


def _meant(value: str) -> str:
    """The name without an e-mail's user, a path, a dot or a port, and with other letters as DNS has them; "" where it
    is none.
    """
    name = re.sub(r"^[^@]*@|/.*$", "", value.strip("\"'"))
    name = re.sub(r"(\.|:\d+)$", "", name)
    try:
        name = name.encode("idna").decode()
    except UnicodeError:
        return ""
    return name if _FQDN.fullmatch(name) else ""


def _host(value: str) -> None:
    """A user or a port beside the address, as ssh and scp take them."""
    found = re.fullmatch(rf"(?:ssh://)?(?:[^@]*@)?\[?({_HOST.pattern})\]?(?::\d*)?/?", value)
    if found and not _HOST.fullmatch(value):
        raise ValueError(f'"{value}" is not an address or a host name; write it alone: {found[1]}')


def _network(value: str) -> None:
    hint = _NETWORK_HINT
    with suppress(ValueError):
        hint = f"write {ip_network(value, strict=False)}, or one address"
        ip_network(value)  # fails where bits of a host are set
        if _NETWORK.fullmatch(value):
            return
    raise ValueError(f'"{value}" is not a network; {hint}')


Fqdn = Annotated[str, Form(_FQDN, "a domain name", 'write one like "fruits.example.com"', _fqdn)]
Url = Annotated[str, Form(_URL, "an address", 'write one like "https://s3.example.com"')]
Network = Annotated[
    str, Form(_NETWORK, "a network", _NETWORK_HINT, _network), AfterValidator(lambda value: str(ip_network(value)))
]
HostName = Annotated[str, Form(_HOST, "an address or a host name", 'write one like "203.0.113.10"', _host)]
Port = Annotated[int, Field(ge=1, le=65535)]
