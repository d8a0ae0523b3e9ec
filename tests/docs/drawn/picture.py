"""The picture in docs/architecture.md, drawn from what the program registers under mocks.

`make docs` writes it; a test compares it. Boxes are components with the resources in them; an arrow leads from what
must be there first to what waits for it. An arrow that another way already tells is left out.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.components.estates import estate
from tests.support.pulumi import program
from tests.support.pulumi.program import Made, Plan

_PAGE = Path(__file__).resolve().parents[3] / "docs/architecture.md"
Key = tuple[str, str]
"""A type and a name."""
_BLOCK = re.compile(r"```mermaid\n.*?```", re.DOTALL)
_ESTATE: dict[str, Any] = {"apps": {"fruits": {"env": {"COLOR": "red"}}}}


def page() -> str:
    """The page with the picture drawn anew; what stands around it is written by hand."""
    return _BLOCK.sub(lambda _: f"```mermaid\n{picture()}\n```", _PAGE.read_text())


def picture() -> str:
    before = {name: os.environ.get(name) for name in program.TOKENS}
    os.environ.update(program.TOKENS)
    try:
        return "\n".join(_drawn(program.run(estate(**_ESTATE))))
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})


def _drawn(plan: Plan) -> Iterator[str]:
    boxes = {_key(made): made for made in plan.resources if made.type.startswith("petbase:")}
    real = {_key(made): made for made in plan.resources if _key(made) not in boxes}
    home = {key: _of_urn(made.request.parent) for key, made in real.items()}
    waits = {(_of_urn(urn), key) for key, made in real.items() for urn in made.request.dependencies}
    waits = {(one, other) for one, other in waits if one in real}
    yield "flowchart TD"
    for box in sorted(boxes):
        inside = {key for key in real if home[key] == box}
        yield f'  subgraph {_id(box)}["{_title(box)}"]'
        yield from (f'    {_id(key)}["{_title(key)}"]' for key in sorted(inside))
        yield from _arrows({(one, other) for one, other in waits if {one, other} <= inside}, "    ")
        yield "  end"
    yield from (f'  {_id(key)}["{_title(key)}"]' for key in sorted(real) if home[key] not in boxes)
    ends = {key: home[key] if home[key] in boxes else key for key in real}
    yield from _arrows({(ends[one], ends[other]) for one, other in waits if ends[one] != ends[other]}, "  ")


def _arrows(waits: set[tuple[Key, Key]], indent: str) -> Iterator[str]:
    """Each arrow that no way over others tells."""
    first = {key: {one for one, other in waits if other == key} for pair in waits for key in pair}

    def before(key: Key) -> set[Key]:
        return first[key].union(*(before(one) for one in first[key]))

    for one, other in sorted(waits):
        if not any(one in before(between) for between in first[other]):
            yield f"{indent}{_id(one)} --> {_id(other)}"


def _key(made: Made) -> Key:
    return _of_urn(f"{made.type}::{made.name}")


def _of_urn(urn: str) -> Key:
    kind, _, name = urn.rpartition("::")
    # A certificate's name carries its days and its period, which the calendar moves on.
    return re.split(r"[$]|::", kind)[-1], re.sub(r"-origin-\d+-\d+$", "-origin", name)


def _id(key: Key) -> str:
    prefix = "in_" if key[0].startswith("petbase:") else ""
    return re.sub(r"\W", "_", f"{prefix}{key[0].rpartition(':')[2]}_{key[1]}")


def _title(key: Key) -> str:
    kind = key[0].rpartition(":")[2]
    return f"{'command' if kind == 'Command' else kind} {key[1]}"
