"""The files of a hardened server: what its first boot writes (components.cloud.cloud_init) and what keeps them so."""

import json

from host.server.config_file import ConfigFile

# sshd takes the first value that it reads, and 50-cloud-init.conf may have another.
SSHD = ConfigFile(
    "/etc/ssh/sshd_config.d/00-petbase-hardening.conf",
    """\
PasswordAuthentication no
KbdInteractiveAuthentication no
MaxAuthTries 4
LoginGraceTime 60
""",
)

# Prefixes, as unattended-upgrades matches them (its conffile 50unattended-upgrades). A new Docker or Dokku comes by the
# stack file only. No hold: that would stop the stack file, too.
_HELD_BACK = (
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
UPDATES = ConfigFile(
    "/etc/apt/apt.conf.d/52petbase-unattended-upgrades",
    "\n".join(
        [
            'APT::Periodic::Update-Package-Lists "1";',
            'APT::Periodic::Unattended-Upgrade "1";',
            "Unattended-Upgrade::Package-Blacklist {",
            *(f'  "{name}";' for name in _HELD_BACK),
            "};\n",
        ]
    ),
)

# live-restore: containers go on while Docker itself is restarted.
DOCKER_LOG_OPTIONS = {"max-size": "10m", "max-file": "3"}
DOCKER_SETTINGS = {"live-restore": True, "log-driver": "json-file", "log-opts": DOCKER_LOG_OPTIONS}
DOCKER = ConfigFile("/etc/docker/daemon.json", json.dumps(DOCKER_SETTINGS, indent=2) + "\n")

# User data holds the host key, and every process may read it at that address. Containers' packets pass prerouting, the
# server's own do not: cloud-init itself reads there at every boot. Docker leaves the tables of others alone.
METADATA_TABLE = "petbase_metadata"
METADATA_RULE = "169.254.169.254 drop"
METADATA = ConfigFile(
    "/etc/petbase-metadata.nft",
    f"""\
table inet {METADATA_TABLE}
delete table inet {METADATA_TABLE}
table inet {METADATA_TABLE} {{
  chain prerouting {{
    type filter hook prerouting priority raw;
    ip daddr {METADATA_RULE}
  }}
}}
""",
)
METADATA_SERVICE = "petbase-metadata.service"
# After nftables.service, whose usual file begins by flushing every table.
METADATA_UNIT = ConfigFile(
    f"/etc/systemd/system/{METADATA_SERVICE}",
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
WantedBy=multi-user.target
""",
)

JOURNAL = ConfigFile("/etc/systemd/journald.conf.d/petbase.conf", "[Journal]\nSystemMaxUse=500M\n")

UPDATES_PACKAGE = "unattended-upgrades"
