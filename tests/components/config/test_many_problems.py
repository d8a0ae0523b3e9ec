"""An error of the stack file has twelve lines at most, however much is wrong."""

from typing import Any

import pytest

from components.config import stack_file
from components.config.stack_file import StackFileError
from tests.components.estates import estate


def said(apps: dict[str, Any]) -> list[str]:
    with pytest.raises(StackFileError) as caught:
        stack_file.parse(estate(apps=apps))
    return str(caught.value).splitlines()


def test_of_one_kind_the_first_three_are_named_and_the_others_counted() -> None:
    domains = [f"https://a{n}.example.com" for n in range(30)]
    assert said({"fruits": {"domains": domains}}) == [
        "the stack file has 30 problems; nothing was changed:",
        '  apps.fruits.domains.0: "https://a0.example.com" is a web address; write the name alone: a0.example.com',
        '  apps.fruits.domains.1: "https://a1.example.com" is a web address; write the name alone: a1.example.com',
        '  apps.fruits.domains.2: "https://a2.example.com" is a web address; write the name alone: a2.example.com',
        "  apps.fruits.domains: and 27 more of this kind",
    ]


def test_a_fourth_one_is_named_as_well() -> None:
    assert len(said({f"a{n}": None for n in range(4)})) == 5


def test_many_kinds_are_cut_off_with_their_number() -> None:
    lines = said({f"a{n}": {"scale": {"web": -1}, "colour": "red"} for n in range(20)})
    assert (len(lines), lines[-1]) == (12, "  and 30 more; correct these first")
