"""Keys and answers of a server that is as declared."""

from host.programs.runner import Answer
from host.server.ensure import EnsureServer
from host.server.keys import split_public_key

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKgi6Z/Wsr084Und+4ph0VSKLlWBpih44gwS3/vQB4A6 me@laptop"
OLD = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHPlyhTM2UEKJPLZGUPTC5KM88viwgp1amzoh3BufMN/ old@laptop"
FINGERPRINT, SHORT = split_public_key(KEY).fingerprint, split_public_key(KEY).short
SERVER = EnsureServer(domain="example.com", key=(KEY,))
LISTED = f'{FINGERPRINT} NAME="petbase-prod-{SHORT}" SSHCOMMAND_ALLOWED_KEYS="x"\n'
READY: dict[str, str | Answer] = {
    "version": "dokku version 0.38.27\n",
    "plugin:list": "  nginx-vhosts 0.38.27 enabled x\n  postgres 1.48.0 enabled dokku postgres service plugin\n",
    "domains:report --global": "example.com\n",
    "ssh-keys:list": LISTED,
}
READS = [
    "cloud-init status --wait",
    "version",
    "plugin:installed postgres",
    "plugin:list",
    "domains:report --global --domains-global-vhosts",
    "ssh-keys:list",
]
ROOT_KEYS = "/root/.ssh/authorized_keys"
