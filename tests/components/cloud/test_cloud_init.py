"""A new server's first boot: keys only, a known identity, and no container at the metadata address."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from components.cloud import cloud_init
from host.server.keys import key_block
from tests.components.estates import KEY

_LIMIT = 32 * 1024
_SCHEMA = json.loads((Path(__file__).parent / "cloud-init/schema-cloud-config-v1.json").read_text())


@pytest.fixture
def config() -> dict[str, Any]:
    text = cloud_init.user_data(
        host_key="-----BEGIN\nPRIVATE\n-----END\n",
        host_key_public="ssh-ed25519 AAAAhost",
        client_key="ssh-ed25519 AAAAclient",
        keys=key_block("prod", [KEY]),
        port=22,
    )
    assert text.startswith("#cloud-config\n")
    assert len(text) < _LIMIT
    loaded: dict[str, Any] = yaml.safe_load(text)
    return loaded


def files(config: dict[str, Any]) -> dict[str, dict[str, str]]:
    return {file["path"]: file for file in config["write_files"]}


def test_the_servers_identity_is_known_before_its_first_connection(config: dict[str, Any]) -> None:
    assert config["ssh_keys"] == {
        "ed25519_private": "-----BEGIN\nPRIVATE\n-----END\n",
        "ed25519_public": "ssh-ed25519 AAAAhost",
    }
    assert config["ssh_deletekeys"] is True


def test_petbase_and_the_authorized_keys_open_root(config: dict[str, Any]) -> None:
    file = files(config)["/root/.ssh/authorized_keys"]
    assert file["permissions"] == "0600"
    assert file["content"] == f"ssh-ed25519 AAAAclient\n# petbase begin prod\n{KEY}\n# petbase end prod\n"


def test_ssh_takes_keys_only(config: dict[str, Any]) -> None:
    text = files(config)["/etc/ssh/sshd_config.d/10-petbase.conf"]["content"]
    assert text.splitlines() == [
        "HostKey /etc/ssh/ssh_host_ed25519_key",
        "PermitRootLogin prohibit-password",
        "Port 22",
    ]
    assert files(config)["/etc/ssh/sshd_config.d/00-petbase-hardening.conf"]["content"].splitlines() == [
        "PasswordAuthentication no",
        "KbdInteractiveAuthentication no",
        "MaxAuthTries 4",
        "LoginGraceTime 60",
    ]
    assert config["ssh_pwauth"] is False


def test_the_port_is_taken_by_a_socket_too(config: dict[str, Any]) -> None:
    """Ubuntu since 22.10: a generator reads the port at the daemon-reload, and then the socket has to start anew."""
    ssh = [words for words in config["runcmd"] if words[-1] in ("daemon-reload", "ssh.socket", "ssh")]
    assert ssh == [
        ["systemctl", "daemon-reload"],
        ["systemctl", "try-restart", "ssh.socket"],
        ["systemctl", "restart", "ssh"],
    ]


def test_containers_are_kept_from_the_metadata_address_after_every_boot(config: dict[str, Any]) -> None:
    """User data holds the host key, and every process may read it at that address (facts: Hetzner)."""
    assert "ip daddr 169.254.169.254 drop" in files(config)["/etc/petbase-metadata.nft"]["content"]
    assert "hook prerouting" in files(config)["/etc/petbase-metadata.nft"]["content"]
    assert "WantedBy=multi-user.target" in files(config)["/etc/systemd/system/petbase-metadata.service"]["content"]
    assert ["systemctl", "enable", "--now", "petbase-metadata.service"] in config["runcmd"]


def test_the_clock_is_utc_and_there_is_swap(config: dict[str, Any]) -> None:
    assert config["timezone"] == "UTC"
    assert config["swap"] == {"filename": "/swapfile", "size": 2147483648}


def refusals(config: dict[str, Any]) -> list[str]:
    """In the schema's words; an unknown key it lets pass, so that is ours."""
    known = {key for module in _SCHEMA["$defs"].values() for key in module.get("properties", {})}
    unknown = [f"no module of cloud-init reads {key}" for key in config if key not in known]
    return [error.message for error in jsonschema.Draft4Validator(_SCHEMA).iter_errors(config)] + unknown


def test_cloud_init_takes_the_text_by_its_own_schema(config: dict[str, Any]) -> None:
    assert refusals(config) == []


@pytest.mark.parametrize(
    ("mistake", "said"),
    [
        ({"swop": {"filename": "/swapfile"}}, "no module of cloud-init reads swop"),
        ({"swap": {"size": "2 GB"}}, "'2 GB' is not valid"),
        ({"write_files": [{"path": "/etc/x", "permissions": 644}]}, "644 is not of type 'string'"),
        ({"ssh_keys": {"ed25519": "x"}}, "'ed25519' does not match"),
    ],
)
def test_a_mistake_in_the_text_would_be_found(config: dict[str, Any], mistake: dict[str, Any], said: str) -> None:
    assert any(said in message for message in refusals(config | mistake)), refusals(config | mistake)
