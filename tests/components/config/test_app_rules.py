"""What an app may say in the stack file, and the sentence for each thing that it may not."""

from typing import Any

import pytest

from components.config import rules, stack_file
from components.config.stack_file import StackFileError
from tests.components.estates import estate


def problems(apps: dict[str, Any], **more: Any) -> list[str]:
    try:
        return rules.problems(stack_file.parse(estate(apps=apps, **more)))
    except StackFileError as error:
        return error.problems


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


_MOUNT = 'is no mount; NAME:/FOLDER or /HOST:/FOLDER, as in "uploads:/app/uploads"'
_LIMIT = 'is no time limit; a number with ms, s or min, as in "30s"'
_OWN = "is the schema of the extensions, which every app sees; name another schema"


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("extensions", ["PostGIS"], '.extensions.0: "PostGIS" is no extension; as in "pgcrypto", or "uuid-ossp"'),
        ("schema", "extensions", f'.schema: "extensions" {_OWN}'),
        ("connections", 0, ".connections: 0 is too small; at least 1"),
        ("statement-timeout", "30", f'.statement-timeout: "30" {_LIMIT}'),
        ("statement-timeout", 30, '.statement-timeout: "30" is no time limit; a number with ms, s or min, as in "30s"'),
        ("scale", {"web worker": 1}, '.scale.web worker: "web worker" is no process type; as in "web" or "worker"'),
        ("scale", {"web": -1}, ".scale.web: -1 is too small; at least 0"),
        ("checks", {"wait-to-retire": 30}, ".checks.wait-to-retire: unknown key; did you mean wait-to-retire-seconds?"),
        ("resources", {"memory": 512}, ".resources.memory: unknown key; did you mean memory-mb?"),
        ("storage", ["uploads"], f'.storage.0: "uploads" {_MOUNT}'),
        ("storage", ["a:/b:rw"], f'.storage.0: "a:/b:rw" {_MOUNT}'),
        ("storage", ["a:/up", "b:/up:ro"], ".storage: /up is there 2 times; one folder in one place"),
        ("reads", ["blog"], '.reads: no app of this file lives in a schema "blog"; there are: none'),
        ("reads", ["fruits"], '.reads: "fruits" is its own schema; remove it'),
    ],
)
def test_what_an_app_may_not_say(key: str, value: object, said: str) -> None:
    assert problems({"fruits": {key: value}}) == [f"apps.fruits{said}"]


def test_a_long_schema_cannot_be_read_by_others() -> None:
    long = "x" * 56
    assert problems({long: {"domains": ["x.example.com"]}, "fruits": {"reads": [long]}}) == [
        f'apps.fruits.reads: "{long}" is too long to be read by others; at most 55 characters'
    ]
    assert problems({long[1:]: {"domains": ["x.example.com"]}, "fruits": {"reads": [long[1:]]}}) == []


def test_apps_that_share_a_schema_read_the_same() -> None:
    shared: dict[str, Any] = {"web": {"schema": "shop", "reads": ["blog"]}, "worker": {"schema": "shop"}, "blog": {}}
    assert problems(shared) == ['apps.worker.reads: differs from apps.web.reads; both live in "shop"']
    shared["worker"]["reads"] = ["blog"]
    assert problems(shared) == []


def test_a_superusers_link_has_no_room() -> None:
    superuser = {"access": "superuser", "reads": ["blog"], "connections": 5, "schema": "x"}
    assert problems({"fruits": superuser, "blog": {}}) == [
        "apps.fruits.schema: access: superuser has no room of its own; remove one of them",
        "apps.fruits.reads: access: superuser has no room of its own; remove one of them",
        "apps.fruits.connections: access: superuser has no room of its own; remove one of them",
    ]


def test_the_sum_of_connections_fits_the_server() -> None:
    apps = {"fruits": {"connections": 50}, "blog": {"connections": 41}, "free": {}}
    assert problems(apps) == [
        "apps: connections of fruits (50), blog (41) are 91, and max_connections is 100, of which 10 are for dumps and "
        "people; lower them, or raise database.config.max_connections"
    ]
    assert problems(apps, database={"config": {"max_connections": 101}}) == []
    assert problems(apps | {"blog": {"connections": 40}}) == []


def test_a_name_is_taken_over_from_nobody_who_is_still_there() -> None:
    assert problems({"fruits": {"was": "blog"}, "blog": {}}) == [
        "apps.fruits.was: blog is an app of this file; remove one of them"
    ]
    assert problems({"fruits": {"was": "apples"}, "plums": {"was": "apples"}}) == [
        "apps.plums.was: apples became fruits already; remove one of them"
    ]
