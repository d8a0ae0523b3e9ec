"""What was tried last is remembered: a failed change that is taken back is one.

With the real engine: tests/faults/stack/test_taken_back.py.
"""

import pytest

from components.resources.app import App
from tests.components.estates import estate
from tests.support.pulumi import program
from tests.support.pulumi.program import Plan

RED, BLUE = {"fruits": {"env": {"COLOR": "red"}}}, {"fruits": {"env": {"COLOR": "blue"}}}


@pytest.fixture(scope="module")
def red() -> Plan:
    return program.run(estate(apps=RED))


def numbers(plan: Plan) -> dict[str, str]:
    """The number of each command's attempt, where it is not the first."""
    lines = {made.name: made.inputs["stdin"].splitlines()[0].split() for made in plan.of("Command")}
    return {name: line[2] for name, line in lines.items() if line[2:]}


def test_the_first_attempt_says_no_number(red: Plan) -> None:
    assert numbers(red) == {}


def test_the_same_again_is_the_same_attempt(red: Plan) -> None:
    assert numbers(program.run(estate(apps=RED), before=red)) == {}


def test_what_changes_and_is_taken_back_is_another_attempt_each_time(red: Plan) -> None:
    blue = program.run(estate(apps=BLUE), before=red)
    assert numbers(blue) == {"fruits-settings": "2"}
    back = program.run(estate(apps=RED), before=blue)
    assert numbers(back) == {"fruits-settings": "3"}
    assert numbers(program.run(estate(apps=RED), before=back)) == {"fruits-settings": "3"}


def test_another_secret_is_another_attempt_and_its_digest_is_secret() -> None:
    """A short one could be guessed from its digest."""
    apps = {"fruits": {"secrets": ["KEY"]}}
    before = program.run(estate(apps=apps), secrets={"fruits.KEY": "0ld"})
    after = program.run(estate(apps=apps), secrets={"fruits.KEY": "n3w"}, before=before)
    assert numbers(after) == {"fruits-settings": "2"}
    hidden = {urn.split("$")[-1].split("::")[-2] for urn, name in after.secret if name == "attempts"}
    assert hidden == {
        f"petbase:{kind}" for kind in ("settings:AppSettings", "app_certificate:AppCertificate", "backup:Backup")
    }


def test_an_app_is_not_named_in_it_since_a_renamed_one_counts_on(red: Plan) -> None:
    (told,) = (told for urn, told in red.registered.items() if urn.endswith("AppSettings::fruits"))
    assert told["attempts"].keys() == {"settings"}


def test_a_constructor_that_raises_after_its_command_ends_the_program_with_its_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def raises(*_: object) -> None:
        raise ValueError("no such port")

    monkeypatch.setattr(App, "register_outputs", raises)
    with pytest.raises(ValueError, match="no such port"):
        program.run(estate(apps=RED))
