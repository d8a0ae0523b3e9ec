"""First-boot configuration of a new server, as cloud-init user data.

Only what must be there before the first SSH connection, or cannot be undone by it: the rest converges over SSH, since
changed user data would replace a server. At most 32 KiB (Hetzner); every process on the server can read it at
169.254.169.254, so containers are kept from that address.
"""

import yaml

from host.server.hardening import texts

_SSHD = "/etc/ssh/sshd_config.d/10-petbase.conf"
# Enough for a build beside a database on 4 GB; Dokku itself asks for 1 GB of memory or swap.
_SWAP_BYTES = 2 * 2**30

# One host key only: Go's SSH, which pulumi-command is made of, asks for ECDSA and RSA first and would meet another key
# than the pinned one.
_SSHD_TEXT = """HostKey /etc/ssh/ssh_host_ed25519_key
PermitRootLogin prohibit-password
Port {port}
"""


def user_data(*, host_key: str, host_key_public: str, client_key: str, keys: str, port: int) -> str:
    """The `#cloud-config` text. `keys` is the block of authorized keys (host.server.keys)."""
    config = {
        "disable_root": False,
        "ssh_pwauth": False,
        "ssh_deletekeys": True,
        "ssh_keys": {"ed25519_private": host_key, "ed25519_public": host_key_public},
        "timezone": "UTC",
        "swap": {"filename": "/swapfile", "size": _SWAP_BYTES},
        "write_files": [
            _file("/root/.ssh/authorized_keys", f"{client_key}\n{keys}", "0600"),
            _file(_SSHD, _SSHD_TEXT.format(port=port)),
            *(_file(file.path, file.text) for file in (texts.SSHD, texts.METADATA, texts.METADATA_UNIT)),
        ],
        "runcmd": [
            ["systemctl", "daemon-reload"],
            ["systemctl", "enable", "--now", texts.METADATA_SERVICE],
            # Ubuntu's sshd gets its port from a socket (22.10 and later); elsewhere this does nothing.
            ["systemctl", "try-restart", "ssh.socket"],
            ["systemctl", "restart", "ssh"],
        ],
    }
    return "#cloud-config\n" + yaml.safe_dump(config, sort_keys=False)


def _file(path: str, content: str, permissions: str = "0644") -> dict[str, str]:
    return {"path": path, "permissions": permissions, "content": content}
