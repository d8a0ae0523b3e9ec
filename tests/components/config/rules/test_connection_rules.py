"""What the apps may open fits into what the database has."""

from typing import Any

from components.config import stack_file
from components.config.rules import connection_rules
from tests.components.config import judged
from tests.components.estates import estate


def problems(apps: dict[str, Any], **config: int) -> list[str]:
    return judged.problems(estate(apps=apps, database={"config": config}))


def warnings(apps: dict[str, Any], **config: int) -> list[str]:
    return list(connection_rules.warnings(stack_file.parse(estate(apps=apps, database={"config": config}))))


def test_the_sum_of_connections_fits_the_server() -> None:
    apps = {"fruits": {"connections": 50}, "blog": {"connections": 41}, "free": {}}
    assert problems(apps) == [
        "apps: connections of fruits (50), blog (41) add up to 91. max_connections is 100, and 10 of them are kept for "
        "dumps and people; lower them, or raise database.config.max_connections"
    ]
    assert problems(apps, max_connections=101) == []
    assert problems(apps | {"blog": {"connections": 40}}) == []
    assert problems(apps, max_connections=101, reserved_connections=8, superuser_reserved_connections=4) != []


def test_apps_without_a_number_that_cannot_have_a_useful_one_are_a_warning() -> None:
    apps: dict[str, Any] = {f"app{number}": {} for number in range(18)}
    assert warnings(apps) == []
    by_superuser = {"access": "superuser"}
    assert warnings(apps | {"more": {}, "whole": by_superuser}) == [
        "apps: the 19 without a number under connections get 5 each, so the limits add up to 95, more than the 90 that "
        "the database has for apps. Write database: {config: {max_connections: 105}}, or lower apps.APP.connections"
    ]
    assert warnings(apps | {"more": {}}, max_connections=105) == []
    assert len(warnings({"big": {"connections": 86}, "small": {}})) == 1
    assert warnings({"big": {"connections": 90}}) == []
