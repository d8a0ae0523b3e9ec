"""What runs the server's services."""

from __future__ import annotations

from host.core.host import Host


def has_systemd(host: Host) -> bool:
    """Whether systemd runs this server (sd_booted(3)). In a container systemctl may be there and start nothing."""
    return host.path("/run/systemd/system").is_dir()
