"""What an app may say in the stack file, and the sentence for each thing that it may not."""

from typing import Any

import pytest

from tests.components.config import judged
from tests.components.estates import estate


def problems(apps: dict[str, Any], **more: Any) -> list[str]:
    return judged.problems(estate(apps=apps, **more))


WHOLE: dict[str, Any] = {
    "reads": ["blog"],
    "extensions": ["pgcrypto", "uuid-ossp"],
    "connections": 20,
    "statement-timeout": "30s",
    "scale": {"web": 2, "worker": 0},
    "checks": {"disabled": True, "wait-to-retire-seconds": 0},
    "storage": ["uploads:/app/uploads", "/srv/media:/media:ro"],
    "resources": {"memory-mb": 512, "cpu": 0.5},
    "was": "apples",
}


def test_all_that_an_app_may_say() -> None:
    assert problems({"fruits": WHOLE, "blog": {}}) == []


_MOUNT = 'is not a mount; write NAME:/FOLDER or /HOST:/FOLDER, like "uploads:/app/uploads"'
_LIMIT = 'is not a time limit; write a number with ms, s or min, like "30s"'
_OWN = "holds the extensions of all apps; choose another schema name"


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        (
            "extensions",
            ["PostGIS"],
            '.extensions.0: "PostGIS" is not the name of an extension; write one like "pgcrypto" or "uuid-ossp"',
        ),
        ("schema", "extensions", f'.schema: "extensions" {_OWN}'),
        ("connections", 0, ".connections: 0 is too small; the minimum is 1"),
        ("statement-timeout", "30", f'.statement-timeout: "30" {_LIMIT}'),
        (
            "statement-timeout",
            30,
            '.statement-timeout: "30" is not a time limit; write a number with ms, s or min, like "30s"',
        ),
        (
            "scale",
            {"web worker": 1},
            '.scale.web worker: "web worker" is not a process type; write one like "web" or "worker"',
        ),
        ("scale", {"web": -1}, ".scale.web: -1 is too small; the minimum is 0"),
        ("checks", {"wait-to-retire": 30}, ".checks.wait-to-retire: unknown key; did you mean wait-to-retire-seconds?"),
        ("resources", {"memory": 512}, ".resources.memory: unknown key; did you mean memory-mb?"),
        ("storage", ["uploads"], f'.storage.0: "uploads" {_MOUNT}'),
        ("storage", ["a:/b:rw"], f'.storage.0: "a:/b:rw" {_MOUNT}'),
        ("storage", ["a:/up", "b:/up:ro"], ".storage: /up is used 2 times; use it once"),
        ("reads", ["blog"], '.reads: no app of this file has the schema "blog"; there are: none'),
        ("reads", ["fruits"], '.reads: "fruits" is its own schema; remove it'),
    ],
)
def test_what_an_app_may_not_say(key: str, value: object, said: str) -> None:
    assert problems({"fruits": {key: value}}) == [f"apps.fruits{said}"]


def test_a_long_schema_cannot_be_read_by_others() -> None:
    long = "x" * 56
    assert problems({long: {"domains": ["x.example.com"]}, "fruits": {"reads": [long]}}) == [
        f'apps.fruits.reads: "{long}" is too long for reads, which takes at most 55 characters'
    ]
    assert problems({long[1:]: {"domains": ["x.example.com"]}, "fruits": {"reads": [long[1:]]}}) == []


def test_apps_that_share_a_schema_read_the_same() -> None:
    shared: dict[str, Any] = {"web": {"schema": "shop", "reads": ["blog"]}, "worker": {"schema": "shop"}, "blog": {}}
    assert problems(shared) == ['apps.worker.reads: differs from apps.web.reads, and both share the schema "shop"']
    shared["worker"]["reads"] = ["blog"]
    assert problems(shared) == []


def test_a_superusers_link_has_no_schema() -> None:
    superuser = {"access": "superuser", "reads": ["blog"], "connections": 5, "schema": "x"}
    assert problems({"fruits": superuser, "blog": {}}) == [
        "apps.fruits.schema: an app with access: superuser has no schema; remove one of the two",
        "apps.fruits.reads: an app with access: superuser has no schema; remove one of the two",
        "apps.fruits.connections: an app with access: superuser has no schema; remove one of the two",
    ]


def test_the_sum_of_connections_fits_the_server() -> None:
    apps = {"fruits": {"connections": 50}, "blog": {"connections": 41}, "free": {}}
    assert problems(apps) == [
        "apps: connections of fruits (50), blog (41) add up to 91. max_connections is 100, and 10 of them are kept for "
        "dumps and people; lower them, or raise database.config.max_connections"
    ]
    assert problems(apps, database={"config": {"max_connections": 101}}) == []
    assert problems(apps | {"blog": {"connections": 40}}) == []


def test_a_name_is_taken_over_from_nobody_who_is_still_there() -> None:
    assert problems({"fruits": {"was": "blog"}, "blog": {}}) == [
        "apps.fruits.was: blog is still an app of this file; remove one of the two"
    ]
    assert problems({"fruits": {"was": "apples"}, "plums": {"was": "apples"}}) == [
        "apps.plums.was: apps.fruits says the same; remove one of the two"
    ]
