"""./petbase plan of apps' buckets: what comes, what restarts, what stays, what is refused."""

from typing import Any

import pytest

from tests.operate.summary.test_summary import APPS, QUIET, edited

FILES = {**APPS, "fruits": {"bucket": True}}
VARIABLES = (
    "variable S3_ENDPOINT, variable S3_BUCKET, variable S3_REGION, secret S3_ACCESS_KEY_ID, secret S3_SECRET_ACCESS_KEY"
)


@pytest.fixture(autouse=True)
def _in_a_checkout(checkout: Any) -> None:
    assert checkout.is_dir()


def said(before: Any, after: Any) -> str:
    return " ".join(line.strip() for line in edited({"apps": before}, apps=after))


def test_a_bucket_for_an_app_restarts_that_app_alone() -> None:
    found = said(APPS, FILES)
    assert found.startswith("~ app fruits: bucket fruits-example-org, ")
    assert VARIABLES in found
    assert found.endswith("restarts fruits  Restarts fruits.")


def test_a_new_app_with_a_bucket_names_it() -> None:
    assert "bucket fruits-example-org" in said({"notes": {}}, FILES)


def test_a_bucket_stays_when_its_app_goes() -> None:
    before = {**FILES, "fruits": {"bucket": True, "protect": False}}
    found = said(before, {"notes": {}})
    assert "its bucket fruits-example-org stays, with the files" in found


def test_other_pages_restart_nothing() -> None:
    after = {**APPS, "fruits": {"bucket": {"origins": ["capacitor://localhost"]}}}
    assert edited({"apps": FILES}, apps=after) == [
        "~ app fruits: web pages that may use the bucket changed; restarts nothing",
        *QUIET,
    ]


def test_another_name_is_refused() -> None:
    found = said(FILES, {**APPS, "fruits": {"bucket": {"name": "other"}}})
    assert (
        "apps.fruits.bucket.name: fruits-example-org to other leaves the files of fruits in fruits-example-org" in found
    )
