"""The real program on the production stack file, under mocks: what it asks of the accounts and sends to the server."""

import base64
import hashlib
import json
import re
import shlex
from typing import Any

import pytest

from components.cloud import cloudflare, r2_token
from components.config.stack_file import StackFileError
from sandbox.providers import assets, schema
from sandbox.providers.values import SIGNATURE
from tests.components.estates import ACCOUNT, KEY, estate
from tests.support.pulumi import program
from tests.support.pulumi.program import Made, Plan

SECRETS = {"backupPassphrase": "pa55phrase", "alertUrl": "https://hc-ping.com/0123"}
SECRET_KEY = hashlib.sha256(program.TOKEN_VALUE.encode()).hexdigest()


@pytest.fixture(scope="module")
def prod() -> Plan:
    """The production stack file as it is, but encrypted, so that every secret there is takes part."""
    held = program.stack_file("prod")
    held["backups"]["encrypt"] = True
    return program.run(held, secrets=SECRETS)


def children(plan: Plan) -> list[Made]:
    """What a provider makes; the engine keeps its own (pulumi:index:Stash)."""
    return [made for made in plan.resources if not made.type.startswith(("petbase:", "pulumi:"))]


def test_every_property_is_one_that_the_providers_know(prod: Plan) -> None:
    for made in children(prod):
        package = schema.load(made.type.partition(":")[0])
        declared = package.resources[made.type]
        inputs = {name: _on_the_wire(value) for name, value in made.inputs.items()}
        found = list(package.problems(declared["inputs"], declared["required"], inputs))
        assert found == [], made.type


def _on_the_wire(value: Any) -> Any:
    is_file = isinstance(value, dict) and value.keys() == {"sha256"}
    return {SIGNATURE: assets.ASSET, "hash": value["sha256"]} if is_file else value


def test_one_remote_command_for_each_concept(prod: Plan) -> None:
    assert sorted(made.name for made in prod.of("Command")) == [
        "db-backup",
        "db-service",
        "db-watch",
        "fruits-app",
        "fruits-certificate",
        "fruits-link",
        "prod-dokku",
        "prod-program",
        "prod-real-ip",
    ]


def test_no_secret_stands_outside_of_stdin_connections_and_user_data(prod: Plan) -> None:
    secret = [program.TOKEN_VALUE, program.CLIENT_KEY, program.HOST_KEY, *SECRETS.values(), *program.TOKENS.values()]
    secret += [program.ORIGIN_KEY, base64.b64encode(f"{program.ORIGIN_KEY}\n".encode()).decode()]
    secret.append(prod.details["backups"]["secretAccessKey"])
    for made in prod.resources:
        shown = {name: value for name, value in made.inputs.items() if name not in made.secret}
        for value in secret:
            assert value not in json.dumps(shown), f"{made.type} {made.name}"


def test_where_secrets_stand_they_are_marked_secret(prod: Plan) -> None:
    assert "stdin" in prod.one("Command", "db-backup").secret
    assert "userData" in prod.one("Server").secret
    for made in prod.of("Command"):
        assert "connection" in made.secret


def test_secrets_travel_on_stdin_line_by_line(prod: Plan) -> None:
    token = prod.one("AccountToken", "petbase-prod-db-backups")
    server = prod.details["server"]["id"]
    assert prod.one("Command", "db-backup").inputs["stdin"] == (
        f'{server} 1\n"{token.id}"\n"{SECRET_KEY}"\n"pa55phrase"\nend\n'
    )
    watch = f'{server} 1\n"https://hc-ping.com/0123"\n"{{}}"\nend\n'
    assert prod.one("Command", "db-watch").inputs["stdin"] == watch
    assert prod.one("Command", "fruits-link").inputs["stdin"] == f"{server} 1\nend\n"


def test_a_raised_generation_changes_an_input_of_every_command() -> None:
    before, after = program.run(estate()), program.run(estate(generation=2))
    for old, new in zip(before.of("Command"), after.of("Command"), strict=True):
        assert old.inputs["stdin"] != new.inputs["stdin"]


def test_every_connection_is_pinned_and_finite(prod: Plan) -> None:
    dials = {}
    for made in prod.of("Command"):
        connection = made.inputs["connection"]
        assert connection["hostKey"] == "ssh-ed25519 AAAAprod-host"
        assert connection["privateKey"] == program.CLIENT_KEY
        assert (connection["host"], connection["user"], connection["port"]) == ("203.0.113.7", "root", 22)
        dials[made.name] = connection["dialErrorLimit"]
    file = prod.one("CopyToRemote")
    assert file.inputs["connection"]["dialErrorLimit"] == 120
    assert file.request.customTimeouts.create == file.request.customTimeouts.update == "20m"
    assert set(dials.values()) == {15}


def test_no_command_uses_the_environment_or_triggers(prod: Plan) -> None:
    for made in prod.of("Command"):
        assert made.inputs["addPreviousOutputInEnv"] is False
        assert not {"environment", "triggers", "update"} & made.inputs.keys()


def test_commands_go_with_their_server(prod: Plan) -> None:
    for made in prod.of("Command"):
        assert made.request.deletedWith.endswith("hcloud:index/server:Server::prod")


def test_the_database_and_the_host_have_no_script_for_going(prod: Plan) -> None:
    with_delete = {made.name for made in prod.of("Command") if "delete" in made.inputs}
    assert with_delete == {
        *("db-backup", "db-watch", "fruits-app", "fruits-certificate", "fruits-link"),
        *("prod-program", "prod-real-ip"),
    }


def test_what_holds_data_is_protected_and_what_does_not_is_not(prod: Plan) -> None:
    protected = {f"{made.type.rpartition(':')[2]} {made.name}" for made in prod.resources if made.request.protect}
    assert protected == {
        "R2Bucket db-backups",
        "R2BucketLifecycle db-backups-lifecycle",
        "R2BucketLock db-backups-lock",
        "Server prod",
        "PrivateKey prod-client",
        "PrivateKey prod-host",
        "PrimaryIp prod",
        "Command prod-dokku",
        "Command db-service",
        "Command db-backup",
        "Command fruits-app",
    }


def test_a_component_is_free_so_that_one_whose_command_was_refused_can_be_taken_back(prod: Plan) -> None:
    """It is in the state before its command runs; with nothing made, nothing would be lost."""
    assert not [made.name for made in prod.resources if made.type.startswith("petbase:") and made.request.protect]


def test_one_part_can_be_let_go_on_purpose() -> None:
    plan = program.run(estate(apps={"fruits": {"protect": False}, "blog": {}}))
    assert not plan.one("Command", "fruits-app").request.protect
    assert plan.one("Command", "blog-app").request.protect


def test_the_sandbox_protects_nothing() -> None:
    secrets = dict.fromkeys(("backupPassphrase", "copyAccessKeyId", "copySecretAccessKey"), "replaced")
    plan = program.run(program.stack_file("sandbox"), secrets=secrets)
    assert not [made for made in plan.resources if made.request.protect]


def test_user_data_and_keys_never_replace_a_server(prod: Plan) -> None:
    assert list(prod.one("Server").request.ignoreChanges) == ["userData", "sshKeys"]


def test_a_server_is_made_after_the_bucket_and_its_token(prod: Plan) -> None:
    assert any("AccountToken" in urn for urn in prod.one("Server").request.dependencies)


def test_postgres_is_never_open_to_the_outside(prod: Plan) -> None:
    rules = prod.one("Firewall").inputs["rules"]
    assert [(rule["protocol"], rule.get("port")) for rule in rules] == [
        ("tcp", "22"),
        ("tcp", "80"),
        ("tcp", "443"),
        ("icmp", None),
    ]
    assert {rule["direction"] for rule in rules} == {"in"}


def test_ssh_can_be_narrowed() -> None:
    narrow = {"authorized-keys": [KEY], "ssh-from": ["203.0.113.7/32"]}
    rules = program.run({**estate(), "server": narrow}).one("Firewall").inputs["rules"]
    assert rules[0]["sourceIps"] == ["203.0.113.7/32"]


def test_the_address_outlives_the_server(prod: Plan) -> None:
    address = prod.one("PrimaryIp").inputs
    assert (address["autoDelete"], address["type"]) == (False, "ipv4")


def test_whose_an_address_is_says_the_server_that_takes_it(prod: Plan) -> None:
    """Before that the API calls it "unassigned"; "server" here would be a difference at the next up."""
    assert not {"assigneeType", "assigneeId"} & prod.one("PrimaryIp").inputs.keys()


def test_a_key_that_the_project_has_is_reused() -> None:
    present = [{"id": 99, "publicKey": f"{KEY.rpartition(' ')[0]} other-comment", "labels": {}, "name": "x"}]
    plan = program.run(estate(), keys_in_project=present)
    assert plan.of("SshKey") == []
    assert plan.one("Server").inputs["sshKeys"] == ["99"]


def test_the_stacks_own_key_is_not_taken_for_a_found_one() -> None:
    own = [{"id": 99, "publicKey": KEY, "labels": {"petbase": "prod"}, "name": "x"}]
    assert len(program.run(estate(), keys_in_project=own).of("SshKey")) == 1


def test_the_token_opens_this_bucket_and_no_other(prod: Plan) -> None:
    for name, group in (("petbase-prod-db-backups", "write-group"), ("petbase-prod-db-backups-read", "read-group")):
        (policy,) = prod.one("AccountToken", name).inputs["policies"]
        assert json.loads(policy["resources"]) == {f"com.cloudflare.edge.r2.bucket.{ACCOUNT}_default_db-backups": "*"}
        assert policy["permissionGroups"] == [{"id": group}]


def test_a_token_that_may_not_list_permission_groups_uses_their_known_ids(monkeypatch: pytest.MonkeyPatch) -> None:
    async def refused(_: str | None) -> list[dict[str, Any]]:
        raise Exception("Unauthorized to access requested resource")

    monkeypatch.setattr(cloudflare, "permission_groups", refused)
    plan = program.run(estate())
    for end, known in (("", r2_token._IDS["Write"]), ("-read", r2_token._IDS["Read"])):
        (policy,) = plan.one("AccountToken", f"petbase-prod-db-backups{end}").inputs["policies"]
        assert policy["permissionGroups"] == [{"id": known}]


def test_the_writing_token_is_the_servers_alone_and_the_reading_one_is_told(prod: Plan) -> None:
    writer, reader = (prod.one("AccountToken", f"petbase-prod-db-backups{end}") for end in ("", "-read"))
    assert writer.inputs["condition"] == {"requestIp": {"ins": ["203.0.113.7/32", "2001:db8::/64"]}}
    assert "condition" not in reader.inputs
    assert prod.details["backups"]["accessKeyId"] == reader.id
    assert any("::petbase-prod-db-backups-read" in urn for urn in prod.one("Server").request.dependencies)


def test_a_server_that_exists_is_not_guessed_at_but_its_networks_can_be_said() -> None:
    """It may speak from addresses that are not known here (IPv6); a token bound to others would stop the dumps."""
    existing = {"host": "203.0.113.10", "host-key": KEY}
    plan = program.run({**estate(), "server": existing})
    assert "condition" not in plan.one("AccountToken", "petbase-prod-db-backups").inputs
    bound = program.run({**estate(backups={"write-from": ["203.0.113.10/32"]}), "server": existing})
    said = bound.one("AccountToken", "petbase-prod-db-backups").inputs["condition"]
    assert said == {"requestIp": {"ins": ["203.0.113.10/32"]}}


def test_a_raised_token_generation_is_other_tokens_of_other_names() -> None:
    plan = program.run(estate(backups={"token-generation": 2}))
    assert {made.name for made in plan.of("AccountToken")} == {
        "petbase-prod-db-backups-2",
        "petbase-prod-db-backups-2-read",
    }


def test_a_token_of_the_user_instead_of_the_account() -> None:
    plan = program.run(estate(backups={"token-owner": "user", "jurisdiction": "eu"}))
    (policy,) = plan.one("ApiToken", "petbase-prod-db-backups").inputs["policies"]
    assert json.loads(policy["resources"]) == {f"com.cloudflare.edge.r2.bucket.{ACCOUNT}_eu_db-backups": "*"}
    assert plan.details["backups"]["endpoint"] == f"https://{ACCOUNT}.eu.r2.cloudflarestorage.com"


def test_dumps_expire_and_unfinished_uploads_too(prod: Plan) -> None:
    abort, *expire = prod.one("R2BucketLifecycle").inputs["rules"]
    assert [rule["conditions"] for rule in expire] == [{"prefix": "postgres-db-"}, {"prefix": "safety/postgres-db-"}]
    for rule in expire:
        assert rule["deleteObjectsTransition"]["condition"] == {"type": "Age", "maxAge": 35 * 86400}
        assert (rule["enabled"], abort["enabled"]) == (True, True)
    assert abort["abortMultipartUploadsTransition"]["condition"] == {"type": "Age", "maxAge": 7 * 86400}


@pytest.mark.parametrize(("backups", "name"), [({}, "expire-dumps-by-default"), ({"keep-days": 35}, "expire-dumps")])
def test_the_rule_says_whether_the_stack_file_names_keep_days(backups: dict[str, Any], name: str) -> None:
    """The preview refuses a shorter keep-days by it, and no default that a later release changes."""
    rules = program.run(estate(backups=backups)).one("R2BucketLifecycle").inputs["rules"]
    assert [rule["id"] for rule in rules] == ["abort-unfinished-uploads", name, "expire-safety-dumps"]


def test_rules_stand_in_the_order_in_which_the_provider_keeps_them(prod: Plan) -> None:
    """Sorted by id; in another one a refresh reads other inputs than the program gives, each time."""
    for kind in ("R2BucketLifecycle", "R2BucketLock"):
        ids = [rule["id"] for rule in prod.one(kind).inputs["rules"]]
        assert ids == sorted(ids), kind


def test_young_dumps_are_locked(prod: Plan) -> None:
    rules = prod.one("R2BucketLock").inputs["rules"]
    assert {rule["prefix"] for rule in rules} == {"postgres-db-", "safety/postgres-db-", "verified/postgres-db-"}
    for rule in rules:
        assert rule["condition"] == {"type": "Age", "maxAgeSeconds": 7 * 86400}


def test_one_run_may_lift_the_lock_of_the_bucket_that_it_names(monkeypatch: pytest.MonkeyPatch) -> None:
    def made() -> tuple[int, str]:
        plan = program.run(estate())
        (reader,) = [one for one in plan.of("AccountToken") if one.name.endswith("-read")]
        return len(plan.one("R2BucketLock").inputs["rules"]), reader.inputs["policies"][0]["permissionGroups"][0]["id"]

    monkeypatch.setenv("PETBASE_UNLOCK", "other-backups")
    assert made() == (3, "read-group")
    monkeypatch.setenv("PETBASE_UNLOCK", "db-backups")
    assert made() == (0, "write-group")


def test_while_paused_no_dump_expires() -> None:
    rules = program.run(estate(backups={"paused": True})).one("R2BucketLifecycle").inputs["rules"]
    assert [rule["enabled"] for rule in rules] == [True, False, False]


def test_a_path_inside_the_bucket_reaches_rules_and_schedule() -> None:
    plan = program.run(estate(backups={"bucket": "petdb-backups", "path": "prod"}, database={"service": "petdb"}))
    assert plan.one("R2BucketLock").inputs["rules"][0]["prefix"] == "prod/postgres-petdb-"
    assert " --bucket petdb-backups --prefix prod/ " in plan.one("Command", "petdb-backup").inputs["create"]


def test_another_s3_store_makes_no_cloudflare_resource() -> None:
    store = {"store": "s3", "endpoint": "https://nbg1.your-objectstorage.com", "region": "nbg1", "bucket": "mine"}
    keys = {"s3AccessKeyId": "AK1A", "s3SecretAccessKey": "s3cr3t"}
    plan = program.run({**estate(), "backups": store}, secrets=keys)
    assert not [made for made in plan.resources if made.type.startswith("cloudflare:")]
    command = plan.one("Command", "db-backup").inputs
    assert command["stdin"].splitlines()[1:3] == ['"AK1A"', '"s3cr3t"']
    # Another stack's dumps in the same bucket have another place by themselves.
    assert " --bucket mine --prefix prod/ --endpoint https://nbg1.your-objectstorage.com " in command["create"]
    top = program.run({**estate(), "backups": {**store, "path": "/"}}, secrets=keys)
    assert "--prefix" not in top.one("Command", "db-backup").inputs["create"]


def test_dumps_that_were_found_stay_as_they_are_and_only_a_token_to_read_them_is_made() -> None:
    backups = {"found": True, "bucket-exists": True}
    held = estate(backups=backups, apps={"fruits": {"access": "superuser"}}, edge={"dns": "none"})
    plan = program.run({**held, "server": {"host": "203.0.113.10", "host-key": KEY}})
    commands = sorted(made.name for made in plan.of("Command"))
    assert commands == ["db-service", "db-watch", "fruits-app", "fruits-link", "prod-dokku", "prod-program"]
    assert plan.one("Command", "db-watch").inputs["create"].count(" --drill never --found") == 1
    made = sorted(made.type.rpartition(":")[2] for made in children(plan) if made.type.startswith("cloudflare:"))
    assert made == ["AccountToken", "R2Bucket"]
    assert plan.one("AccountToken").name == "petbase-prod-db-backups-read"
    bucket = plan.one("R2Bucket").request
    assert (bucket.importId, bucket.retainOnDelete) == (f"{ACCOUNT}/db-backups/default", True)
    assert plan.details["backups"]["found"] is True


PRIVATE_KEY = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"


def test_a_server_that_exists_is_reached_and_nothing_is_made() -> None:
    existing = {"host": "203.0.113.10", "host-key": KEY, "user": "admin", "ssh-port": 2022}
    held = {**estate(apps={"fruits": {}}, edge={"dns": "none"}), "server": existing}
    plan = program.run(held, secrets={"sshPrivateKey": PRIVATE_KEY})
    assert not [made for made in plan.resources if made.type.startswith(("hcloud:", "tls:"))]
    command = plan.one("Command", "fruits-app")
    assert command.inputs["create"].startswith(
        "sudo --non-interactive /usr/local/lib/petbase/prod/petbase-host app ensure fruits "
    )
    assert command.inputs["connection"]["privateKey"] == PRIVATE_KEY
    assert command.request.deletedWith == ""
    assert plan.details["apps"]["fruits"]["gitRemote"] == "ssh://dokku@203.0.113.10:2022/fruits"


def test_what_hetzner_has_of_a_server_that_exists_is_imported_and_no_input_of_it_counts() -> None:
    imports = {"server": "123", "address": 456, "ssh-keys": {"laptop": "789"}}
    plan = program.run({**estate(), "server": {"host": "203.0.113.10", "host-key": KEY, "import": imports}})
    made = {made.type.rpartition(":")[2]: made for made in plan.resources if made.type.startswith("hcloud:")}
    assert {kind: one.request.importId for kind, one in made.items()} == {
        "Server": "123",
        "PrimaryIp": "456",
        "SshKey": "789",
    }
    package = schema.load("hcloud")
    for one in made.values():
        assert set(one.request.ignoreChanges) == set(package.resources[one.type]["inputs"]), one.type
        assert one.request.retainOnDelete
    # The write token knows from where the server speaks, and a destroy still cleans the server up by its own scripts.
    token = plan.one("AccountToken", "petbase-prod-db-backups")
    assert token.inputs["condition"]["requestIp"]["ins"] != []
    assert {command.request.deletedWith for command in plan.of("Command")} == {""}


def test_an_app_with_settings_gets_a_separate_command_for_them() -> None:
    key = "-----BEGIN KEY-----\ns3cr3t\n-----END KEY-----\n"
    apps = {"fruits": {"env": {"TITLE": "My 'Shop'"}, "secrets": ["API_KEY"], "scale": {"web": 2}}, "plain": {}}
    plan = program.run(estate(apps=apps), secrets={"fruits.API_KEY": key})
    command = plan.one("Command", "fruits-settings")
    variables, end = map(json.loads, [*command.inputs["stdin"].splitlines()[1:2], '"end"'])
    assert (json.loads(variables), end) == ({"API_KEY": key}, "end")
    assert "stdin" in command.secret
    words = shlex.split(command.inputs["create"])
    assert words[1:9] == [
        "settings",
        "ensure",
        "fruits",
        "--env",
        "TITLE=My 'Shop'",
        "--secret-env",
        "API_KEY",
        "--scale",
    ]
    assert "s3cr3t" not in command.inputs["create"]
    assert command.inputs["delete"].endswith(" settings remove fruits")
    assert not [made for made in plan.of("Command") if made.name == "plain-settings"]


def test_a_changed_link_sends_the_settings_too() -> None:
    def create(schema: str) -> str:
        apps = {"fruits": {"env": {"COLOR": "red"}, "schema": schema}}
        text: str = program.run(estate(apps=apps)).one("Command", "fruits-settings").inputs["create"]
        return text

    assert create("fruits") == create("fruits")
    assert create("fruits") != create("shop")


def test_an_app_with_another_name_says_both_and_where_its_data_is() -> None:
    plan = program.run(estate(apps={"shop": {"was": "fruits"}}))
    words = shlex.split(plan.one("Command", "shop-app").inputs["create"])
    assert words[1:-2] == [
        *("app", "ensure", "shop", "--domain", "shop.example.com"),
        *("--renamed-from", "fruits", "--service", "db", "--schema", "shop"),
    ]
    assert plan.one("Command", "shop-settings")


def test_the_outputs_for_people_are_a_line_each_and_the_rest_is_one_secret(prod: Plan) -> None:
    assert {name: value for name, value in prod.outputs.items() if name != "petbase"} == {
        "address": "203.0.113.7",
        "apps": {"fruits": "https://fruits.example.com  git push dokku@203.0.113.7:fruits main"},
        "bucket": "db-backups",
        "next": "./petbase doctor --stack prod",
    }


def test_the_outputs_tell_all_but_passwords(prod: Plan) -> None:
    assert prod.details["server"] == {
        "id": prod.details["server"]["id"],
        "address": "203.0.113.7",
        "user": "root",
        "port": 22,
        "hostKey": "ssh-ed25519 AAAAprod-host",
        "webFrom": "anywhere",
        "hardened": True,
    }
    assert prod.details["apps"]["fruits"] == {
        "urls": ["https://fruits.example.com"],
        "tls": "origin-ca",
        "gitRemote": "dokku@203.0.113.7:fruits",
        "access": "schema",
        "schema": "fruits",
        "role": "fruits",
        "ownSchema": "fruits",
        "link": {"reads": [], "extensions": [], "urlParameters": {}},
        "settings": {},
    }
    assert prod.details["backups"]["bucket"] == "db-backups"
    assert not re.search(r"pass(word|phrase)", json.dumps(prod.outputs))


def test_the_outputs_tell_settings_and_of_a_secret_the_name_alone() -> None:
    said = {"env": {"COLOR": "red"}, "secrets": ["API_KEY"], "ports": ["http:80:5000"], "checks": {"disabled": True}}
    plan = program.run(estate(apps={"shop": said, "plain": {}}), secrets={"shop.API_KEY": "s3cr3t"})
    assert plan.details["apps"]["shop"]["settings"] == {
        "env": {"COLOR": "red"},
        "secret_env": ["API_KEY"],
        "ports": ["http:80:5000", "https:443:5000"],  # as its certificate makes them
        "checks": ["disabled"],
    }
    assert plan.details["apps"]["plain"]["settings"] == {}
    assert "s3cr3t" not in json.dumps(plan.outputs)


def test_every_component_registers_its_outputs(prod: Plan) -> None:
    components = {made.type for made in prod.resources if made.type.startswith("petbase:")}
    assert {urn.split("::")[-2].rpartition("$")[2] for urn in prod.registered} == components
    assert len(components) == 11


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("HCLOUD_TOKEN", "", "HCLOUD_TOKEN: not set; export it, or: pulumi config set --secret hcloud:token"),
        (
            "HCLOUD_TOKEN",
            "short",
            "HCLOUD_TOKEN: 5 characters that cannot be a token, which has exactly 64 characters; copy it again",
        ),
        (
            "CLOUDFLARE_API_TOKEN",
            "c" * 39,
            "CLOUDFLARE_API_TOKEN: 39 characters that cannot be a token, "
            "which has 40 to 80 letters, digits, _ and -; copy it again",
        ),
    ],
)
def test_a_token_that_cannot_be_one(name: str, value: str, problem: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(StackFileError) as caught:
        program.run(estate())
    assert caught.value.problems == [problem]


def test_two_tokens_that_differ() -> None:
    """The environment comes first, but the provider takes its config first: so only one of them may speak."""
    with pytest.raises(StackFileError) as caught:
        program.run(estate(), config={"hcloud:token": "x" * 64})
    assert caught.value.problems == [
        "HCLOUD_TOKEN: differs from hcloud:token, which the provider would take; pulumi config rm hcloud:token"
    ]


@pytest.mark.parametrize(
    ("server", "problem"),
    [
        ({"type": "cx99"}, 'server.type: "cx99" is not offered; Hetzner has '),
        ({"location": "lon1"}, 'server.location: "lon1" is not offered; Hetzner has fsn1, nbg1, hel1, ash, hil, sin'),
        (
            {"type": "cax11", "location": "ash"},
            'server.type: "cax11" is not available in ash; it is in fsn1, nbg1, hel1',
        ),
    ],
)
def test_what_hetzner_does_not_offer(server: dict[str, Any], problem: str) -> None:
    with pytest.raises(StackFileError) as caught:
        program.run({**estate(), "server": {"authorized-keys": [KEY], **server}})
    assert caught.value.problems[0].startswith(problem)


RUNS = {"name": "petbase-prod", "serverType": "cx23", "location": "nbg1", "image": "debian-12"}


def test_a_server_that_runs_is_not_asked_for_what_is_to_be_had_today() -> None:
    """Types are sold out here and there for weeks, and images go out of date; neither is news to what stands."""
    plan = program.run(estate(), servers=[RUNS], sold_out=("nbg1",))
    assert plan.one("Server").inputs["serverType"] == "cx23"
    assert not [call for call in plan.calls if call.endswith(":getImage")]


@pytest.mark.parametrize("servers", [[], [RUNS | {"name": "petbase-staging"}], [RUNS | {"serverType": "cx33"}]])
def test_what_is_to_be_had_today_counts_for_a_new_server_and_a_new_type(servers: list[dict[str, Any]]) -> None:
    with pytest.raises(StackFileError) as caught:
        program.run(estate(), servers=servers, sold_out=("nbg1",))
    assert caught.value.problems == ['server.type: "cx23" is not available in nbg1; it is in fsn1, hel1']


def test_another_image_is_looked_up_and_another_type_of_the_same_server_needs_none() -> None:
    def asked(**runs: str) -> bool:
        calls = program.run(estate(), servers=[RUNS | runs]).calls
        return "hcloud:index/getImage:getImage" in calls

    assert (asked(), asked(image="debian-11"), asked(serverType="cx33"), asked(location="fsn1")) == (
        False,
        True,
        False,
        True,
    )


@pytest.mark.parametrize("stack", ["my_stack", "prod-", "s" * 60])
def test_a_stack_whose_server_hetzner_would_not_name(stack: str) -> None:
    with pytest.raises(StackFileError) as caught:
        program.run(estate(), stack=stack)
    assert caught.value.problems == [
        f'the stack\'s name: its server would be called "petbase-{stack}", which is no host name; letters, digits and '
        '"-", as in prod-eu: pulumi stack rename, and the stack file with it'
    ]


def test_every_command_is_one_line_of_words(prod: Plan) -> None:
    """An error of pulumi-command repeats all of it."""
    for made in prod.of("Command"):
        for text in (made.inputs["create"], made.inputs.get("delete", "")):
            words = shlex.split(text)
            assert "\n" not in text
            assert words[:1] in ([], ["/usr/local/lib/petbase/prod/petbase-host"]) or words[:3] in (
                ["sh", "-s", "--"],
                ["sh", "-c", 'rm -rf "$1"'],
            )
