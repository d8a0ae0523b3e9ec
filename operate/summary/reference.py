"""What a plan is compared with: what is deployed, or a plan that was kept as JSON."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from components.edits.today import today
from operate.core.errors import PetbaseError, RefusedError
from operate.plan import deployed
from operate.plan import plan as planning
from operate.plan.resource import Plan, Planned
from operate.stack import stack_files
from operate.stack.pulumi_cli import NoStackError

Kept = Mapping[str, Sequence[Planned]]
"""The resources of each stack."""


@dataclass(frozen=True)
class Reference:
    """The resources before, the sentence that says where they come from, and what it cannot tell."""

    resources: Sequence[Planned]
    heading: str
    notes: tuple[str, ...] = ()


def stacks(name: str | None) -> list[str]:
    """The stack that is named; else all that are filled in; else the sandbox, where there is one; else the examples."""
    if name:
        return [stack_files.chosen(name)]
    found = [one for one in stack_files.with_a_file() if one != stack_files.SANDBOX]
    filled = [one for one in found if not _is_example(one)]
    has_sandbox = (stack_files.sandbox_root() / "project").exists()
    return filled or ([stack_files.SANDBOX] if has_sandbox else found)


def against_deployed(stack: str) -> tuple[Plan, Reference]:
    """The plan as of today, and what is deployed; nothing where that cannot be told."""
    plan = planning.plan(stack, today())
    if _is_example(stack):
        return plan, Reference((), f"Stack {stack}, an example that is not filled in. pulumi up would create:")
    try:
        return plan, Reference(deployed.read(stack), f"Stack {stack}, compared with what is deployed:", _unseen(stack))
    except NoStackError:
        return plan, Reference((), f"Stack {stack}, of which nothing is deployed. pulumi up creates:")
    except PetbaseError as problem:
        note = f"The state could not be read, so nothing was compared: {problem}"
        return plan, Reference((), f"Stack {stack}, everything that the stack file describes:", (note,))


def against_kept(stack: str, held: Kept) -> tuple[Plan, Reference]:
    """The plan, and what an earlier `plan --json` had of the same stack."""
    plan = planning.plan(stack)
    if stack in held:
        return plan, Reference(held[stack], f"Stack {stack}, compared with the plan before:", _unseen(stack))
    return plan, Reference((), f"Stack {stack}, which the plan before does not have. pulumi up creates:")


def as_json(plans: Sequence[Plan]) -> str:
    """The plans as one object."""
    told = [
        {"stack": one.stack, "example": _is_example(one.stack), "resources": [asdict(each) for each in one.resources]}
        for one in plans
    ]
    return json.dumps({"plans": told})


def kept(file: Path) -> Kept:
    """What an earlier `plan --json` wrote, without examples. RefusedError for another file."""
    try:
        plans: Any = json.loads(file.read_text())["plans"]
        filled = [plan for plan in plans if not plan.get("example")]
        return {plan["stack"]: [Planned(**one) for one in plan["resources"]] for plan in filled}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise RefusedError(f"--compare {file}: not the output of ./petbase plan --json") from None


def _is_example(stack: str) -> bool:
    return stack_files.is_example(stack_files.stack_file(stack)) and stack != stack_files.SANDBOX


def _unseen(stack: str) -> tuple[str, ...]:
    secret = "secure:" in stack_files.config_file(stack).read_text()
    return ("New values of secrets are not seen here; pulumi preview sees them.",) if secret else ()
