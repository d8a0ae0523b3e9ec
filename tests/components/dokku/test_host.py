"""The server's own command: Dokku where absent, left alone where present, keys that may push."""

import hashlib
from pathlib import Path

import pytest

from components.cloud.cloud_init import key_block
from components.config.spec import Dokku
from components.config.types import parse_public_key
from components.dokku import lifecycle
from tests.components.dokku.recorder import Answer, Recorder

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKgi6Z/Wsr084Und+4ph0VSKLlWBpih44gwS3/vQB4A6 me@laptop"
OLD = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHPlyhTM2UEKJPLZGUPTC5KM88viwgp1amzoh3BufMN/ old@laptop"
FINGERPRINT, SHORT = parse_public_key(KEY).fingerprint, parse_public_key(KEY).short
HOST = lifecycle.host("petbase/prod", Dokku(), "example.com", [KEY], root_keys=True)
READY: dict[str, Answer] = {
    "version": (0, "dokku version 0.38.27\n"),
    "plugin:list": (0, "  nginx-vhosts 0.38.27 enabled x\n  postgres 1.48.0 enabled dokku postgres service plugin\n"),
    "domains:report --global --domains-global-vhosts": (0, "example.com\n"),
    "ssh-keys:list": (0, f'{FINGERPRINT} NAME="petbase-prod-{SHORT}" SSHCOMMAND_ALLOWED_KEYS="x"\n'),
}
READS = [
    "cloud-init status --wait",
    "version",
    "plugin:installed postgres",
    "plugin:list",
    "domains:report --global --domains-global-vhosts",
    "ssh-keys:list",
]


@pytest.fixture(autouse=True)
def root_keys(host: Recorder) -> Path:
    """As cloud-init leaves it: Petbase's own way in, and the block."""
    path = host.file("/root/.ssh/authorized_keys")
    path.write_text("ssh-ed25519 AAAAclient\n" + key_block("petbase/prod", [KEY]))
    return path


def test_a_server_that_is_as_declared_gets_no_verb_that_writes(host: Recorder, root_keys: Path) -> None:
    before = root_keys.stat()
    assert host.run(HOST.here, READY) == READS
    assert root_keys.stat().st_ino == before.st_ino


def test_the_plugin_is_installed_where_absent(host: Recorder) -> None:
    verbs = host.run(HOST.here, {**READY, "plugin:installed postgres": (1, "")})
    url = "https://github.com/dokku/dokku-postgres.git"
    assert f"plugin:install {url} --committish 1.48.0 --name postgres" in verbs


def test_versions_that_nobody_wrote_upgrade_nothing(host: Recorder) -> None:
    plugin = (0, "  postgres 1.49.0 enabled dokku postgres service plugin\n")
    done = host.attempt(HOST.here, {**READY, "version": (0, "dokku version 0.37.1\n"), "plugin:list": plugin})
    assert done.returncode == 0
    assert done.stdout.splitlines()[1:3] == [
        "Dokku 0.37.1 stays; Petbase's default is 0.38.27. To upgrade, write dokku.version: 0.38.27",
        "dokku-postgres 1.49.0 stays; Petbase's default is 1.48.0. To upgrade, write dokku.postgres-plugin: 1.48.0",
    ]
    assert host.verbs == READS


def test_the_global_domain_is_set_where_it_differs(host: Recorder) -> None:
    verbs = host.run(HOST.here, {**READY, "domains:report --global --domains-global-vhosts": (0, "\n")})
    assert "domains:set-global example.com" in verbs


def test_a_second_stack_leaves_the_global_domain_to_the_first(host: Recorder) -> None:
    host.run(HOST.here, READY)
    second = lifecycle.host("petbase/staging", Dokku(), "staging.example.com", [], root_keys=False)
    assert "domains:set-global staging.example.com" not in host.run(second.here, READY)


def test_a_new_key_may_push(host: Recorder) -> None:
    host.run(HOST.here, {**READY, "ssh-keys:list": (1, "")})
    assert (f"ssh-keys:add petbase-prod-{SHORT}", f"{KEY}\n") in host.sent


def test_a_key_that_dokku_has_under_another_name_is_left(host: Recorder) -> None:
    verbs = host.run(HOST.here, {**READY, "ssh-keys:list": (0, f'{FINGERPRINT} NAME="admin" X="y"\n')})
    assert verbs == READS


def test_a_key_that_went_may_no_longer_push_or_enter(host: Recorder, root_keys: Path) -> None:
    old = parse_public_key(OLD)
    root_keys.write_text("ssh-ed25519 AAAAclient\n" + key_block("petbase/prod", [OLD, KEY]))
    listed = f'{old.fingerprint} NAME="petbase-prod-{old.short}" X="y"\n' + READY["ssh-keys:list"][1]
    verbs = host.run(HOST.here, {**READY, "ssh-keys:list": (0, listed)})
    assert verbs[-1] == f"ssh-keys:remove petbase-prod-{old.short}"
    assert root_keys.read_text() == "ssh-ed25519 AAAAclient\n" + key_block("petbase/prod", [KEY])


def test_a_root_that_never_had_keys_gets_them(host: Recorder, root_keys: Path) -> None:
    """As on a server that is reached as a user with sudo."""
    root_keys.unlink()
    root_keys.parent.rmdir()
    assert host.run(HOST.here, READY) == READS
    assert root_keys.read_text() == key_block("petbase/prod", [KEY])
    assert [path.stat().st_mode & 0o777 for path in (root_keys.parent, root_keys)] == [0o700, 0o600]


def test_keys_of_other_stacks_and_of_people_stay(host: Recorder) -> None:
    old = parse_public_key(OLD)
    for name in ("admin", f"petbase-prod-eu-{old.short}", f"petbase-staging-{old.short}"):
        listed = f'{old.fingerprint} NAME="{name}" X="y"\n' + READY["ssh-keys:list"][1]
        assert host.run(HOST.here, {**READY, "ssh-keys:list": (0, listed)}) == READS


def test_a_first_boot_that_failed_ends_it(host: Recorder) -> None:
    host.file("/bin/dokku").unlink()
    done = host.attempt(HOST.here, {**READY, "cloud-init status --wait": (1, "")})
    assert "cloud-init ended with 1; on the server, see: cloud-init status --long" in done.stdout
    assert done.returncode == 1
    assert host.verbs == ["cloud-init status --wait"]


def test_a_later_boot_that_failed_is_told_of_a_server_that_has_dokku(host: Recorder) -> None:
    done = host.attempt(HOST.here, {**READY, "cloud-init status --wait": (1, "")})
    assert done.returncode == 0
    assert "the last boot's cloud-init ended with 1; on the server, see: cloud-init status --long" in done.stdout
    assert host.verbs == READS


def test_cloud_init_with_warnings_is_done(host: Recorder) -> None:
    assert host.run(HOST.here, {**READY, "cloud-init status --wait": (2, "")}) == READS


def test_dokku_that_does_not_answer_is_an_error(host: Recorder) -> None:
    done = host.attempt(HOST.here, {**READY, "version": (1, "")})
    assert "Dokku is on this server but does not answer; nothing was changed. Try: dokku version" in done.stdout


def test_dokku_is_installed_where_it_is_not_on_the_server(host: Recorder) -> None:
    """The prelude has a shell function of that name, which must not be taken for the program."""
    host.file("/bin/dokku").unlink()
    done = host.attempt(HOST.here, READY)
    assert "installing Dokku 0.38.27, five to ten minutes" in done.stdout
    assert [verb for verb in host.verbs if "https://dokku.com/install/v0.38.27/bootstrap.sh" in verb]


def installing(host: Recorder, sha256: str | None) -> lifecycle.Noun:
    """A host on which an install was begun, so that it is begun again; curl writes an empty script."""
    host.file("/var/lib/petbase/installing").touch()
    return lifecycle.host(
        "petbase/prod", Dokku.model_validate({"bootstrap-sha256": sha256}), "example.com", [], root_keys=False
    )


def test_an_install_that_was_cut_off_is_begun_again(host: Recorder) -> None:
    noun = installing(host, hashlib.sha256(b"").hexdigest())
    verbs = host.run(noun.here, READY)
    assert verbs[1] == "dpkg --force-confold --configure --pending"
    assert "https://dokku.com/install/v0.38.27/bootstrap.sh" in verbs[2]
    assert not host.file("/var/lib/petbase/installing").exists()


def test_a_bootstrap_script_with_another_checksum_is_not_run(host: Recorder) -> None:
    done = host.attempt(installing(host, "0" * 64).here, READY)
    assert done.returncode == 1
    assert (
        f"has SHA-256 {hashlib.sha256(b'').hexdigest()} and the stack file says {'0' * 64}; it was not run"
        in done.stdout
    )
    assert "debconf-set-selections" not in host.verbs


def test_a_bootstrap_script_without_a_pin_says_its_checksum(host: Recorder) -> None:
    done = host.attempt(installing(host, None).here, READY)
    line = f"bootstrap.sh has SHA-256 {hashlib.sha256(b'').hexdigest()}; write it down as dokku.bootstrap-sha256"
    assert line in done.stdout
