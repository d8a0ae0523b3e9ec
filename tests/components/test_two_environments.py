"""prod and staging as they are committed: two stacks of one Hetzner project and one Cloudflare account."""

import pytest

from components.config.spec import Estate
from tests.support.pulumi import program
from tests.support.pulumi.program import Made, Plan

STACKS = ("prod", "staging")


@pytest.fixture(scope="module")
def plans() -> dict[str, Plan]:
    return {stack: program.run(program.stack_file(stack), stack=stack) for stack in STACKS}


def named(plan: Plan) -> set[tuple[str, str]]:
    """What the accounts know each thing by: its kind and its name."""
    ours = [made for made in plan.resources if made.type.startswith(("hcloud:", "cloudflare:"))]
    return {(made.type, str(value)) for made in ours for value in _names(made)}


def _names(made: Made) -> list[str]:
    return [made.inputs[key] for key in ("name", "bucketName") if key in made.inputs]


def test_they_share_no_name_in_their_accounts(plans: dict[str, Plan]) -> None:
    prod, staging = (named(plans[stack]) for stack in STACKS)
    assert prod & staging == set()
    kinds = {kind.rpartition(":")[2] for kind, _ in prod}
    assert kinds >= {"Server", "Firewall", "PrimaryIp", "SshKey", "R2Bucket", "R2BucketLock", "AccountToken"}


def test_a_label_says_whose_each_thing_at_hetzner_is(plans: dict[str, Plan]) -> None:
    for stack, plan in plans.items():
        labels = [made.inputs.get("labels") for made in plan.resources if made.type.startswith("hcloud:")]
        assert len(labels) == 4
        assert all(label == {"petbase": stack} for label in labels)


def test_each_token_opens_its_own_bucket_only(plans: dict[str, Plan]) -> None:
    opened = {
        stack: {str(made.inputs["policies"]) for made in plan.of("AccountToken")} for stack, plan in plans.items()
    }
    assert opened["prod"] & opened["staging"] == set()


def test_a_key_that_the_other_stack_brought_to_the_project_is_used_and_not_made_again(plans: dict[str, Plan]) -> None:
    """Hetzner refuses the same key a second time, by whatever name."""
    brought = plans["prod"].one("SshKey").inputs
    fields = {"id": 7, "fingerprint": "", "name": brought["name"], "labels": brought["labels"]}
    held = [{**fields, "publicKey": brought["publicKey"]}]
    plan = program.run(program.stack_file("staging"), stack="staging", keys_in_project=held)
    assert plan.of("SshKey") == []
    assert plan.one("Server").inputs["sshKeys"] == ["7"]


def test_names_on_the_web_are_two(plans: dict[str, Plan]) -> None:
    assert set(plans) == set(STACKS)
    estates = [Estate.model_validate(program.stack_file(stack)) for stack in STACKS]
    prod, staging = ({name for app in estate.apps for name in estate.domains_of(app)} for estate in estates)
    assert prod & staging == set()


def test_staging_says_only_what_differs() -> None:
    held = program.stack_file("staging")
    plain = Estate.model_validate(held)
    for section in ("server", "backups", "dokku", "database"):
        model = type(getattr(plain, section))
        for key, value in held.get(section, {}).items():
            field = next(f for name, f in model.model_fields.items() if (f.alias or name) == key)
            assert field.is_required() or field.default != value, f"{section}.{key}"
