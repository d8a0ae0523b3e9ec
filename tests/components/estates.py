"""Estates for tests, as plain data."""

from typing import Any

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKgi6Z/Wsr084Und+4ph0VSKLlWBpih44gwS3/vQB4A6 me@laptop"
ACCOUNT = "0123456789abcdef0123456789abcdef"


def estate(**sections: Any) -> dict[str, Any]:
    """The smallest good one, with whole keys replaced and `backups` merged."""
    backups = {"account-id": ACCOUNT, **sections.pop("backups", {})}
    return {"domain": "example.com", "server": {"authorized-keys": [KEY]}, "backups": backups, "apps": {}, **sections}
