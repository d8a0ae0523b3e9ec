"""What an app may say in the stack file, and the sentence for each thing that it may not."""

from typing import Any

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
