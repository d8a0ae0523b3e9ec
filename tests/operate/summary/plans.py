"""The plan of a stack file, made once: many tests begin with the same one."""

import json
from typing import Any

from operate.plan import plan
from operate.plan.resource import Plan
from operate.stack import stack_files
from tests.operate.plan.test_plan import write

_MADE: dict[str, Plan] = {}


def plan_of(held: Any, *secrets: str) -> Plan:
    """The file of the stack `live` is written each time, for what a test then does with it."""
    write(stack_files.CHECKOUT, "live", held, **{name: {"secure": "v1:x:y"} for name in secrets})
    key = json.dumps([held, secrets])
    return _MADE.get(key) or _MADE.setdefault(key, plan.plan("live"))
