"""The files of a hardened server, as text: the one place of truth for its first boot
(components.cloud.cloud_init) and for what keeps them so afterwards (scripts/harden_*.sh). docs/server.md says what each
is for.
"""

import json
from dataclasses import dataclass


@dataclass(frozen=True)
class File:
    """A file of the server's; `text` ends without a line break, as the scripts write it."""

    path: str
    text: str


# sshd takes the first value that it reads, and 50-cloud-init.conf may say another.
SSHD = File(
    "/etc/ssh/sshd_config.d/00-petbase-hardening.conf",
    """\
PasswordAuthentication no
KbdInteractiveAuthentication no
MaxAuthTries 4
LoginGraceTime 60""",
)

# Prefixes, as unattended-upgrades matches them (its conffile 50unattended-upgrades). A new Docker or Dokku comes by the
# stack file only. No hold: that would stop the stack file, too.
_HELD = (
    "containerd",
    "docker",
    "dokku",
    "gliderlabs-sigil",
    "herokuish",
    "lambda-builder",
    "netrc",
    "plugn",
    "procfile-util",
    "sshcommand",
)
UPDATES = File(
    "/etc/apt/apt.conf.d/52petbase-unattended-upgrades",
    "\n".join(
        [
            'APT::Periodic::Update-Package-Lists "1";',
            'APT::Periodic::Unattended-Upgrade "1";',
            "Unattended-Upgrade::Package-Blacklist {",
            *(f'  "{name}";' for name in _HELD),
            "};",
        ]
    ),
)

# live-restore: containers go on while Docker itself is restarted.
DOCKER = File(
    "/etc/docker/daemon.json",
    json.dumps(
        {"live-restore": True, "log-driver": "json-file", "log-opts": {"max-size": "10m", "max-file": "3"}}, indent=2
    ),
)

# User data holds the host key, and every process may read it at that address. Containers' packets pass prerouting, the
# server's own do not: cloud-init itself reads there at every boot. Docker leaves the tables of others alone.
METADATA = File(
    "/etc/petbase-metadata.nft",
    """\
table inet petbase_metadata
delete table inet petbase_metadata
table inet petbase_metadata {
  chain prerouting {
    type filter hook prerouting priority raw;
    ip daddr 169.254.169.254 drop
  }
}""",
)
# After nftables.service, whose usual file begins by flushing every table.
METADATA_UNIT = File(
    "/etc/systemd/system/petbase-metadata.service",
    f"""\
[Unit]
Description=Keep containers from the metadata address
After=nftables.service
Before=docker.service
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/sbin/nft -f {METADATA.path}
[Install]
WantedBy=multi-user.target""",
)

JOURNAL = File("/etc/systemd/journald.conf.d/petbase.conf", "[Journal]\nSystemMaxUse=500M")

_FILES = {
    "sshd": SSHD,
    "updates": UPDATES,
    "docker": DOCKER,
    "metadata": METADATA,
    "metadata_unit": METADATA_UNIT,
    "journal": JOURNAL,
}
# In this order: what keeps containers running comes before what may stop with an error.
SCRIPTS = (
    "booted",
    "harden",
    "files",
    "docker_says",
    "harden_docker",
    "harden_metadata",
    "harden_journal",
    "harden_clock",
    "harden_updates",
    "harden_ssh",
)


def values() -> dict[str, str]:
    """The values of the scripts: path and text of each file."""
    return {
        f"{name}_{part}": value
        for name, file in _FILES.items()
        for part, value in (("file", file.path), ("text", file.text))
    }
