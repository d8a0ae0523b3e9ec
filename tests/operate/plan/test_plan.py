"""./petbase plan --resources: the real program from the stack files alone; two plans differ where these differ."""

import asyncio
import difflib
import gc
import json
import os
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.components.estates import KEY, estate
from tests.support.operate import Petbase
from tests.support.pulumi import program

SECRET = "v1:9Xg5tLFHfRjkgbmF:+k4c2w5r0Q"


def write(folder: Path, stack: str, held: Any, **config: Any) -> None:
    """A stack file; `config` are further keys of ours."""
    keys = {f"petbase:{key}": value for key, value in config.items()}
    (folder / f"Pulumi.{stack}.yaml").write_text(yaml.safe_dump({"config": {"petbase:estate": held, **keys}}))


def planned(petbase: Petbase, folder: Path, held: Any, **config: Any) -> str:
    """The plan of a stack `live` with this estate."""
    write(folder, "live", held, **config)
    ran = petbase("plan", "--resources", "--stack", "live")
    assert (ran.code, ran.err) == (0, "")
    return ran.out


def changed(before: str, after: str) -> list[str]:
    """The lines that differ, without their indentation."""
    lines = difflib.ndiff(before.splitlines(), after.splitlines())
    return [f"{line[0]} {line[2:].strip()}" for line in lines if line[0] in "+-"]


def alone(*words: str, **environment: str) -> bytes:
    """The verb in a new interpreter, in a network without even a loopback, with nothing in its environment."""
    # Python finds its own installation by this variable where it is no ordinary one.
    own = {name: os.environ[name] for name in ("LD_LIBRARY_PATH",) if name in os.environ}
    command = [str(shutil.which("unshare")), "--user", "--map-root-user", "--net", sys.executable, "-P"]
    return subprocess.run(
        [*command, "-m", "operate", "plan", "--resources", *words],
        env={"PYTHONPATH": str(program.CHECKOUT), **own, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=True,
    ).stdout


def open_loops() -> list[asyncio.AbstractEventLoop]:
    """Those of this process; an earlier test may have left some."""
    loops = [found for found in gc.get_objects() if issubclass(type(found), asyncio.AbstractEventLoop)]
    return [loop for loop in loops if not loop.is_closed()]


def test_a_plan_leaves_no_event_loop_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that the interpreter closes at its end may print a traceback on the terminal."""
    for name, token in program.TOKENS.items():
        monkeypatch.setenv(name, token)
    before = open_loops()
    program.run(estate())
    assert [loop for loop in open_loops() if loop not in before] == []


def test_the_same_files_give_the_same_bytes_without_network_tokens_home_or_a_pulumi_cli() -> None:
    first = alone("--stack", "prod", PYTHONHASHSEED="1")
    token = "t" * 64
    assert alone("--stack", "prod", PYTHONHASHSEED="2", HCLOUD_TOKEN=token, CLOUDFLARE_API_TOKEN="short") == first
    assert b"hcloud:Server prod, in Server prod" in first
    assert token.encode() not in first


def test_every_command_is_printed_as_it_is_sent(
    petbase: Petbase, checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in program.TOKENS.items():
        monkeypatch.setenv(name, value)
    assert checkout.is_dir()
    told = json.loads(petbase("plan", "--stack", "prod", "--json").out)
    (plan,) = told["plans"]
    assert plan["stack"] == "prod"
    commands = {one["name"]: one["inputs"] for one in plan["resources"] if one["type"] == "command:remote:Command"}
    real = program.run(program.stack_file("prod"))
    assert {name: (one["create"], one.get("delete")) for name, one in commands.items()} == {
        made.name: (_unasked(made.inputs["create"]), made.inputs.get("delete")) for made in real.of("Command")
    }
    providers = [made for made in real.resources if not made.type.startswith("petbase:")]
    assert sorted((made.type, made.name) for made in providers) == sorted(
        (one["type"], one["name"]) for one in plan["resources"]
    )


def _unasked(text: str) -> str:
    """A command's text without what Cloudflare alone can tell."""
    networks = " ".join(f"--network {network}" for network in sorted(program.NETWORKS))
    return text.replace(networks, "--network '<networks of Cloudflare>'")


def test_a_command_is_a_line_of_the_plan(petbase: Petbase, checkout: Path) -> None:
    out = planned(petbase, checkout, estate(apps={"fruits": {}}))
    (create,) = [made.inputs["create"] for made in _real(estate(apps={"fruits": {}})) if made.name == "fruits-app"]
    assert f"  create: {create}\n" in out


def _real(held: dict[str, Any]) -> list[program.Made]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in program.TOKENS.items():
            patch.setenv(name, value)
        return program.run(held, stack="live").resources


def test_all_stack_files_but_the_sandbox_s_are_planned_when_none_is_named(petbase: Petbase, checkout: Path) -> None:
    (checkout / "Pulumi.test.yaml").unlink()
    write(checkout, "live", estate(domain="live.example.com", backups={"bucket": "other"}))
    out = petbase("plan", "--resources").out
    heads = [line for line in out.splitlines() if line.startswith("# ")]
    assert [line.split(":")[0] for line in heads] == ["# Stack live", "# Stack prod"]


def test_an_edit_of_one_line_is_one_line_of_the_difference(petbase: Petbase, checkout: Path) -> None:
    before = planned(petbase, checkout, estate())
    server = {"authorized-keys": [KEY], "type": "cx33"}
    assert changed(before, planned(petbase, checkout, estate(server=server))) == [
        "- serverType: cx23",
        "+ serverType: cx33",
    ]


def test_a_raised_generation_is_seen_at_every_command_whose_stdin_is_no_secret(
    petbase: Petbase, checkout: Path
) -> None:
    before = planned(petbase, checkout, estate())
    lines = changed(before, planned(petbase, checkout, estate(generation=2)))
    assert set(lines) == {
        "- | <Server live> 1",
        "+ | <Server live> 2",
        "- | file=/tmp/petbase-live-<Server live>-1.pyz",
        "+ | file=/tmp/petbase-live-<Server live>-2.pyz",
        "- remotePath: /tmp/petbase-live-<Server live>-1.pyz",
        "+ remotePath: /tmp/petbase-live-<Server live>-2.pyz",
    }
    assert len(lines) == 2 * 6  # the program and its file, host, real-ip, database, watch


def test_a_comment_in_the_stack_file_changes_nothing(petbase: Petbase, checkout: Path) -> None:
    before = planned(petbase, checkout, estate())
    file = checkout / "Pulumi.live.yaml"
    file.write_text(f"# a word\n{file.read_text()}")
    assert petbase("plan", "--resources", "--stack", "live").out == before


def test_a_stack_file_without_its_secrets_values_is_planned_and_none_is_shown(petbase: Petbase, checkout: Path) -> None:
    petbase.secrets = [SECRET, "in-the-clear"]
    held = estate(backups={"encrypt": True}, apps={"fruits": {"secrets": ["API_KEY"]}})
    secrets = {name: {"secure": SECRET} for name in ("backupPassphrase", "alertUrl", "sshPrivateKey", "fruits.API_KEY")}
    write(checkout, "live", held, **secrets)
    file = checkout / "Pulumi.live.yaml"
    file.write_text(f"{file.read_text()}  hcloud:token: {{secure: {SECRET}}}\n  cloudflare:apiToken: in-the-clear\n")
    ran = petbase("plan", "--resources", "--stack", "live")
    assert (ran.code, ran.err) == (0, "")
    assert "  stdin: <secret>" in ran.out
    assert "privateKey:" not in ran.out
    assert "secret.invalid" not in ran.out


def test_a_server_that_exists_is_planned_too(petbase: Petbase, checkout: Path) -> None:
    server = {
        "host": "203.0.113.10",
        "host-key": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKgi6Z/Wsr084Und+4ph0VSKLlWBpih44gwS3/vQB4A6",
    }
    write(checkout, "live", estate(server=server), sshPrivateKey={"secure": SECRET})
    ran = petbase("plan", "--resources", "--stack", "live")
    assert (ran.code, ran.err) == (0, "")
    out = ran.out
    assert "  connection: root@203.0.113.10, port 22, host key ssh-ed25519 " in out
    assert "hcloud:" not in out


def test_every_problem_of_every_stack_file_is_said_and_nothing_is_planned(petbase: Petbase, checkout: Path) -> None:
    (checkout / "Pulumi.prod.yaml").unlink()
    write(checkout, "live", estate(domain="Example.com", backups={"encrypt": True, "account-id": "12"}))
    (checkout / "Pulumi.odd.yaml").write_text("config: [")
    write(checkout, "more", estate(domain="more.example.org", backups={"encrypt": True}), alertURL="x")
    ran = petbase("plan", "--resources")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith(
        "petbase: Pulumi.live.yaml: the stack file has 2 problems; nothing was changed:\n"
        '  domain (line 7): "Example.com" is not a domain name; write it in lowercase: example.com\n'
        '  backups.account-id (line 5): "12" is not an account id; copy the 32 hex digits from the address '
        "of your Cloudflare dashboard\n"
        "Pulumi.more.yaml: the stack file has 2 problems; nothing was changed:\n"
        "  petbase:alertURL: unknown key; did you mean petbase:alertUrl?\n"
        "  petbase:backupPassphrase: missing, since backups.encrypt is true; "
        "set it: ./petbase secrets set backupPassphrase --stack more\n"
        "Pulumi.odd.yaml: line 1: a bracket or brace that opens here is not closed, or a comma or a quote is missing\n"
    )
    assert ran.err.endswith(
        "Pulumi.test.yaml: the stack file has 1 problem; nothing was changed:\n"
        "  petbase:estate: missing; ./petbase init writes it; docs/stack-file-example.md shows it\n"
    )


@pytest.mark.parametrize("held", [{"apps": ["fruits"]}, {"apps": {"fruits": "x"}}, ["x"], {"server": 1}])
def test_a_file_of_another_shape_is_said_to_be_so(petbase: Petbase, checkout: Path, held: Any) -> None:
    write(checkout, "live", held)
    ran = petbase("plan", "--resources", "--stack", "live")
    assert ran.code == 1
    assert ran.err.startswith("petbase: Pulumi.live.yaml: the stack file has ")


def test_a_file_with_a_word_for_an_estate_is_said_to_be_so(petbase: Petbase, checkout: Path) -> None:
    write(checkout, "live", "x")
    ran = petbase("plan", "--resources", "--stack", "live")
    assert (ran.code, ran.err) == (
        1,
        "petbase: Pulumi.live.yaml: the stack file has 1 problem; nothing was changed:\n"
        '  petbase:estate: expects keys with values, not "x"; indent them below it\n',
    )


def test_the_plan_is_the_same_on_every_day(petbase: Petbase, checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    short: dict[str, Any] = {"edge": {"validity-days": 90}, "apps": {"fruits": {}}}
    before = planned(petbase, checkout, estate(**short))
    assert "OriginCaCertificate" in before

    class Later(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> "Later":
            return cls(2030, 1, 1, tzinfo=tz)

    monkeypatch.setattr("components.edits.today.datetime", Later)
    assert planned(petbase, checkout, estate(**short)) == before
    for name, value in program.TOKENS.items():
        monkeypatch.setenv(name, value)
    real = program.run(estate(**short), stack="live").one("OriginCaCertificate")
    assert real.name not in before


def test_two_stacks_that_would_make_one_thing_are_refused(petbase: Petbase, checkout: Path) -> None:
    (checkout / "Pulumi.test.yaml").unlink()
    write(checkout, "live", estate())
    ran = petbase("plan", "--resources")
    assert (ran.code, ran.out, ran.err) == (
        1,
        "",
        "petbase: Pulumi.live.yaml and Pulumi.prod.yaml: both make the R2Bucket db-backups; "
        "give one of them another name\n"
        "Pulumi.live.yaml and Pulumi.prod.yaml: both make the DnsRecord *.example.com; give one of them another name\n",
    )


@pytest.mark.parametrize(
    ("path", "refused"), [("/", True), ("same", True), (None, False)], ids=["top", "one folder", "by default"]
)
def test_two_stacks_with_one_place_in_another_store_are_refused(
    petbase: Petbase, checkout: Path, path: str | None, refused: bool
) -> None:
    (checkout / "Pulumi.test.yaml").unlink()
    store = {"store": "s3", "endpoint": "https://s3.example.com", "bucket": "mine", **({"path": path} if path else {})}
    secret = {key: {"secure": SECRET} for key in ("s3AccessKeyId", "s3SecretAccessKey")}
    for stack in ("prod", "live"):
        server = {"authorized-keys": [KEY]}
        write(checkout, stack, {"domain": f"{stack}.example.com", "server": server, "backups": store}, **secret)
    ran = petbase("plan", "--resources")
    place = "mine/" if path == "/" else f"mine/{path}/"
    said = (
        f"petbase: Pulumi.live.yaml and Pulumi.prod.yaml: both write the dumps of db to {place}; give one of them "
        "another backups.path\n"
    )
    assert (ran.code, ran.err) == ((1, said) if refused else (0, ""))


@pytest.mark.parametrize(("path", "refused"), [("same", True), (None, False)], ids=["one folder", "by default"])
def test_two_stacks_with_one_place_in_a_second_store_are_refused(
    petbase: Petbase, checkout: Path, path: str | None, refused: bool
) -> None:
    (checkout / "Pulumi.test.yaml").unlink()
    copy = {"endpoint": "https://s3.example.com", "bucket": "copies", **({"path": path} if path else {})}
    secret = {key: {"secure": SECRET} for key in ("copyAccessKeyId", "copySecretAccessKey")}
    for stack, account in (("prod", "a" * 32), ("live", "b" * 32)):
        sections = {"server": {"authorized-keys": [KEY]}, "backups": {"account-id": account, "copy": copy}}
        write(checkout, stack, {"domain": f"{stack}.example.com", **sections}, **secret)
    ran = petbase("plan", "--resources")
    said = (
        "petbase: Pulumi.live.yaml and Pulumi.prod.yaml: both write the dumps of db to copies/same/; give one of them "
        "another backups.copy.path\n"
    )
    assert (ran.code, ran.err) == ((1, said) if refused else (0, ""))


@pytest.mark.parametrize("backups", [{"bucket": "other"}, {"account-id": "f" * 32}])
def test_another_bucket_or_another_account_is_well(petbase: Petbase, checkout: Path, backups: dict[str, str]) -> None:
    (checkout / "Pulumi.test.yaml").unlink()
    write(checkout, "live", estate(domain="live.example.com", backups=backups))
    assert petbase("plan", "--resources").code == 0


def test_a_stack_without_a_file_is_refused(petbase: Petbase, checkout: Path) -> None:
    assert checkout.is_dir()
    ran = petbase("plan", "--resources", "--stack", "nope")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("petbase: There is no stack file Pulumi.nope.yaml; there is: ")
