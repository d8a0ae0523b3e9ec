"""./petbase plan against the state: what the engine and the providers add is no change; without a state it says so."""

from typing import Any

import pytest

from components.edits.today import today
from operate.plan import plan as planning
from operate.plan.deployed import without_attempt
from operate.plan.resource import SECRET, Planned
from tests.components.estates import estate
from tests.operate.plan.test_plan import write
from tests.support.operate import Petbase, Pulumi

_MARK, _IS_SECRET, _IS_FILE = (
    "4dabf18193072939515e22adb298388d",
    "1b47061264138c4ac30d75fd1eb44270",
    "c44067f5952c0a294b673a41bacd8c17",
)
APPS: dict[str, Any] = {"fruits": {}, "notes": {}}


def stack_file(checkout: Any, **sections: Any) -> None:
    """The stack file of `live`, without an SSL mode to warn of."""
    held = {"domain": "example.org", "apps": APPS, "edge": {"ssl": "strict"}, **sections}
    write(checkout, "live", estate(**held))


def in_the_state(one: Planned) -> dict[str, Any]:
    """A resource as `pulumi stack export` has it: real values, secrets encrypted, defaults of the provider."""
    kind, _, name = one.parent.partition(" ")
    parent = f"urn:pulumi:live::petbase::petbase:x:{kind}::{name}" if kind else "urn:pulumi:live::petbase::s::s"
    inputs = {key: _value(key, value) for key, value in one.inputs.items()}
    if one.type.startswith("hcloud:"):
        inputs |= {"deleteProtection": False, "__defaults": ["deleteProtection"]}
    protect = {"protect": True} if one.protected else {}
    return {"urn": f"urn:pulumi:live::petbase::{one.type}::{one.name}", "type": one.type, "parent": parent} | {
        "inputs": inputs,
        **protect,
    }


def _value(key: str, value: Any) -> Any:
    if value == SECRET or key == "connection":
        return {_MARK: _IS_SECRET, "ciphertext": "v1:x:y"}
    if isinstance(value, dict) and set(value) == {"sha256"}:
        return {_MARK: _IS_FILE, "hash": value["sha256"], "path": "/tmp/petbase.pyz"}
    if isinstance(value, dict):
        return {name: _value(name, held) for name, held in value.items()} | {"__defaults": []}
    if isinstance(value, list):
        return [_value(key, held) for held in value]
    if isinstance(value, str):
        for said, real in (("'<networks of Cloudflare>'", "103.21.244.0/22"), ("<Server live>", "4711")):
            value = value.replace(said, real)
        return "203.0.113.7" if value.startswith("<") else value
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


@pytest.fixture
def deployed(checkout: Any, pulumi: Pulumi) -> Pulumi:
    """A stack `live` that was brought up, and its stack file."""
    stack_file(checkout)
    made = [in_the_state(one) for one in planning.plan("live", today()).resources]
    engine = {"urn": "urn:pulumi:live::petbase::pulumi:pulumi:Stack::s", "type": "pulumi:pulumi:Stack"}
    leaving = {**made[0], "delete": True}
    pulumi.deployed("live", [engine, *made, leaving])
    return pulumi


def plan(petbase: Petbase) -> list[str]:
    """What the verb prints, without its heading."""
    ran = petbase("plan", "--stack", "live")
    assert ran.err == ""
    return ran.out.splitlines()[2:]


@pytest.mark.usefixtures("deployed")
def test_what_is_deployed_as_declared_is_nothing_to_do(petbase: Petbase) -> None:
    assert plan(petbase) == ["Nothing to do."]


@pytest.mark.usefixtures("deployed")
def test_a_line_more_is_compared_with_what_is_deployed(petbase: Petbase, checkout: Any) -> None:
    stack_file(checkout, apps={**APPS, "fruits": {"env": {"LOG_LEVEL": "debug"}}})
    assert plan(petbase) == ["~ app fruits: variable LOG_LEVEL; restarts fruits", "", "Restarts fruits."]


@pytest.mark.usefixtures("deployed")
def test_what_the_state_protects_is_refused_also_where_the_file_says_otherwise_now(
    petbase: Petbase, checkout: Any
) -> None:
    stack_file(checkout, apps={"fruits": {}}, protect=False)
    ran = petbase("plan", "--stack", "live")
    assert ran.code == 2
    assert "apps.notes: protected" in ran.out


@pytest.mark.usefixtures("deployed")
def test_a_raised_generation_is_seen_behind_the_server_s_id(petbase: Petbase, checkout: Any) -> None:
    stack_file(checkout, generation=2)
    assert plan(petbase)[0].startswith("~ Petbase: generation changed, so ")


def test_the_state_is_read_without_a_token(petbase: Petbase, deployed: Pulumi, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HCLOUD_TOKEN", raising=False)
    monkeypatch.delenv("PULUMI_CONFIG_PASSPHRASE", raising=False)
    plan(petbase)
    words = deployed.seen["argv"]
    assert words[words.index("stack") :] == ["stack", "export", "--stack", "live"]


@pytest.mark.usefixtures("pulumi")
def test_a_stack_of_which_nothing_is_deployed_is_all_new(petbase: Petbase, checkout: Any) -> None:
    stack_file(checkout)
    ran = petbase("plan", "--stack", "live")
    assert ran.code == 0
    assert ran.out.startswith("Stack live, of which nothing is deployed. pulumi up creates:\n\n+ server: ")


def test_a_state_that_cannot_be_read_is_said_and_the_file_is_told(
    petbase: Petbase, checkout: Any, pulumi: Pulumi
) -> None:
    stack_file(checkout)
    pulumi.fails("error: PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions")
    ran = petbase("plan", "--stack", "live")
    assert ran.code == 0
    assert ran.out.startswith("Stack live, everything that the stack file describes:\n\n+ server: ")
    told = " ".join(ran.out.split())
    assert (
        "Note: The state could not be read, so nothing was compared: Pulumi does not know where the state is." in told
    )


@pytest.mark.usefixtures("pulumi")
def test_an_example_is_said_to_be_one(petbase: Petbase) -> None:
    ran = petbase("plan", "--stack", "prod")
    assert ran.out.startswith("Stack prod, an example that is not filled in. pulumi up would create:\n")


def test_what_tells_one_attempt_from_another_is_no_change() -> None:
    stdin = '4711 1 0b6c5a8e-1f0a-4f43-9d3f-0c3f7c6a1b2d\n"x"\nend\n'
    assert without_attempt({"stdin": stdin}) == {"stdin": '4711 1\n"x"\nend\n'}
    assert without_attempt({"create": "x"}) == {"create": "x"}
