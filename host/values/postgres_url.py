"""The URL of a PostgreSQL taken apart. Both ends read it; it may hold a password, so no message shows it."""

import re
from urllib.parse import unquote, urlsplit

_WORD = re.compile(r"[a-z_]+")
_LIBPQ = (
    "application_name channel_binding client_encoding connect_timeout dbname fallback_application_name gssdelegation "
    "gssencmode gsslib host hostaddr keepalives keepalives_count keepalives_idle keepalives_interval krbsrvname "
    "load_balance_hosts max_protocol_version min_protocol_version options passfile password port replication "
    "require_auth requirepeer scram_client_key scram_server_key servicefile ssl_max_protocol_version "
    "ssl_min_protocol_version sslcert sslcertmode sslcompression sslcrl sslcrldir sslkey sslkeylogfile sslmode "
    "sslnegotiation sslpassword sslrootcert sslsni target_session_attrs tcp_user_timeout user"
)
"""The parameters of a URL that libpq knows."""


def settings(url: str) -> dict[str, str] | None:
    """A URL as libpq's keywords; None for what is no URL of a PostgreSQL."""
    try:
        parts = urlsplit(url)
        found = {"host": parts.hostname, "user": parts.username, "password": parts.password}
        found |= {"port": str(parts.port) if parts.port else None, "dbname": parts.path.removeprefix("/")}
    except ValueError:
        return None
    # Behind the host, an @ is of a password with a / or a ? in it: what is taken for the database would show its end.
    if "@" in parts.path or parts.fragment or any("@" in item and "=" not in item for item in parts.query.split("&")):
        return None
    known = {name: unquote(value) for name, value in found.items() if value}
    # What only libraries of apps know, such as Prisma's ?schema=, means nothing to libpq, which would refuse it. In
    # other URLs + is a space, but not to libpq.
    items = (item.partition("=") for item in parts.query.split("&"))
    known |= {name: unquote(value) for name, _, value in items if value and name in _LIBPQ.split()}
    clean = all(_WORD.fullmatch(name) and value.isprintable() for name, value in known.items())
    return known if clean and parts.scheme in ("postgres", "postgresql") else None
