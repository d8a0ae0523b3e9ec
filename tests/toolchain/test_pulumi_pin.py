"""One pin for the Pulumi CLI: toolchain/pulumi.version. Whatever else names a version says the same."""

import re
from pathlib import Path

import yaml

CHECKOUT = Path(__file__).resolve().parents[2]
PINNED = (CHECKOUT / "toolchain/pulumi.version").read_text().strip()


def test_the_go_module_that_builds_it_is_at_the_pin() -> None:
    text = (CHECKOUT / "toolchain/go.mod").read_text()
    assert set(re.findall(r"github.com/pulumi/pulumi/(?:pkg|sdk)/v3 v(\S+)", text)) == {PINNED}


def test_the_program_asks_for_a_cli_that_is_at_least_the_pin() -> None:
    assert yaml.safe_load((CHECKOUT / "Pulumi.yaml").read_text())["requiredPulumiVersion"] == f">={PINNED}"


def test_the_workflows_read_the_pin() -> None:
    action = yaml.safe_load((CHECKOUT / ".github/actions/ready/action.yml").read_text())
    (step,) = [step for step in action["runs"]["steps"] if "pulumi/actions" in step.get("uses", "")]
    assert step["with"] == {"pulumi-version-file": "toolchain/pulumi.version"}
    texts = [path.read_text() for path in (CHECKOUT / ".github").rglob("*.yml")]
    assert not any(re.search(r"pulumi[a-z-]*: *v?\d", text) for text in texts)
