"""Secrets are looked for wherever somebody could see them, after an `up` that went well and one that failed."""

import json
from secrets import token_hex

import pytest
from pulumi.automation import ConfigValue

from tests.faults.support.site import Site
from tests.support import processes

# Another for each run: every process of this machine is looked at, somebody else's tests too.
PASSPHRASE = f"correct-horse-{token_hex(8)}"


@pytest.fixture(scope="module")
def watched(site: Site) -> Site:
    """A first `up`, an edit, and one that fails half way; every process seen meanwhile."""
    site.config = {"petbase:backupPassphrase": ConfigValue(PASSPHRASE, secret=True)}
    site.always = {"backups": {"encrypt": True}}
    with processes.watched() as site.seen:
        site.up()
        site.bench.steer("broken", {"postgres:link": "cannot write"})
        site.fails(apps={"fruits": {}, "shop": {}})
        site.bench.steer("broken", None)
        site.bench.steer("stop", {"at": "postgres:link LINKS.bak"})
        site.fails(apps={"fruits": {}, "shop": {}})
        site.up(apps={"fruits": {}, "shop": {}})
        site.engine({}).preview(on_output=site.said.append)
    return site


@pytest.fixture(scope="module")
def secrets(watched: Site) -> dict[str, str]:
    """Every secret of the sandbox, by name."""
    outputs, bench = watched.engine({}).details(), watched.bench
    keys = [path.read_text() for path in (bench.disk / "etc/ssh").glob("ssh_host_*_key")]
    found = {
        "the bucket's secret key": outputs["backups"]["secretAccessKey"],
        "the passphrase": PASSPHRASE,
        "the superuser's password": password(bench.superuser()),
        **{f"the password of {app}": password(bench.env(app)["DATABASE_URL"]) for app in ("fruits", "shop")},
        **{f"host key {n}": key.splitlines()[2] for n, key in enumerate(keys)},
        "the state's passphrase": (watched.root / "passphrase").read_text(),
    }
    assert len(keys) >= 1
    assert all(len(value) > 15 for value in found.values())
    return found


def password(url: str) -> str:
    return url.rpartition("@")[0].rpartition(":")[2]


def seen(places: dict[str, str], secrets: dict[str, str]) -> list[str]:
    return [
        f"{secret} in {place}" for place, text in places.items() for name, secret in secrets.items() if secret in text
    ]


def test_no_secret_is_in_what_the_engine_printed(watched: Site, secrets: dict[str, str]) -> None:
    assert len("".join(watched.said)) > 1000
    assert seen({"the output": "\n".join(watched.said)}, secrets) == []


def test_no_secret_is_in_the_hosts_logs(watched: Site, secrets: dict[str, str]) -> None:
    logs = {path.name: path.read_text(errors="replace") for path in (watched.bench.disk.parent / "log").iterdir()}
    assert "Accepted publickey" in logs["auth.log"]
    logs["verbs.jsonl"] = json.dumps(watched.bench.verbs())
    assert seen(logs, secrets) == []


def test_the_state_holds_secrets_encrypted_only_and_no_password_at_all(watched: Site, secrets: dict[str, str]) -> None:
    text = json.dumps(watched.engine({}).export()) + watched.state()
    assert "4dabf18193072939515e22adb298388d" in text  # the engine's mark of an encrypted value
    assert seen({"the state": text}, secrets) == []


def test_no_secret_is_left_in_a_temporary_file(watched: Site, secrets: dict[str, str]) -> None:
    files = [
        path for name in ("tmp", "run", "var/tmp") for path in (watched.bench.disk / name).rglob("*") if path.is_file()
    ]
    assert seen({str(path): path.read_text(errors="replace") for path in files}, secrets) == []


def test_secrets_stand_in_arguments_only_where_dokku_leaves_no_choice(watched: Site, secrets: dict[str, str]) -> None:
    """backup-auth, backup-set-encryption, and the plugin's own containers (design: 16)."""
    allowed = ("postgres:backup-auth", "postgres:backup-set-encryption")
    others = {line: line for line in watched.seen if not any(verb in line for verb in allowed)}
    assert [line for line in watched.seen if "dokku" in line]
    assert seen(others, secrets) == []
