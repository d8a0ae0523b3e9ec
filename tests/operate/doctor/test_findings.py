"""Findings: what they come to, and for which stack their repairs are."""

from operate.doctor import examine, findings
from operate.doctor.findings import Finding
from tests.operate.doctor.faults import stack, wrong
from tests.support.report import WELL


def test_a_server_as_declared_has_nothing_wrong() -> None:
    assert wrong(examine.of_server(stack(), WELL)) == []


def test_each_command_of_a_repair_names_the_stack_that_was_looked_at() -> None:
    found = findings.bad("hardening", "x", "./petbase doctor --repair, then: ./petbase ssh systemctl reload docker")
    assert findings.with_stack("staging", found).repair == (
        "./petbase doctor --stack staging --repair, then: ./petbase ssh --stack staging systemctl reload docker"
    )
    nested = findings.hint("alert", "x", "./petbase secrets set alertUrl, and pulumi up")
    assert findings.with_stack("staging", nested).repair == (
        "./petbase secrets set --stack staging alertUrl, and pulumi up --stack staging"
    )
    refreshed = findings.bad("bucket of shop", "x", "pulumi refresh, pulumi up")
    assert findings.with_stack("staging", refreshed).repair == (
        "pulumi refresh --stack staging, pulumi up --stack staging"
    )
    assert findings.with_stack("sandbox", refreshed).repair == (
        "pulumi refresh --cwd .sandbox/project --stack sandbox, ./petbase sandbox up"
    )
    by_hand = findings.hint("hetzner", "x", "docs/server.md")
    assert findings.with_stack("staging", by_hand) == by_hand


def test_the_exit_code_is_the_worst_of_all() -> None:
    one: dict[str, Finding] = {level: Finding(level, "", "") for level in ("well", "hint", "bad", "unknown")}
    assert findings.exit_code([one["well"], one["hint"]]) == 0
    assert findings.exit_code([one["well"], one["unknown"]]) == 1
    assert findings.exit_code([one["unknown"], one["bad"]]) == 2
