"""What an app's bucket may say in the stack file, and the sentence for each thing that it may not."""

from typing import Any

from components.config import stack_file
from components.config.rules import bucket_defaults
from components.config.rules.bucket_defaults import Place
from components.config.spec import Estate
from tests.components.config import judged
from tests.components.estates import ACCOUNT, estate

R2 = f"https://{ACCOUNT}.r2.cloudflarestorage.com"
OWN = {"store": "s3", "name": "shop", "endpoint": "https://s3.example.org"}


def problems(bucket: Any, app: Any = None, **more: Any) -> list[str]:
    return judged.problems(estate(apps={"fruits": {**(app or {}), "bucket": bucket}}, **more))


def read(bucket: Any, **more: Any) -> Estate:
    return stack_file.parse(estate(apps={"fruits": {"bucket": bucket}}, **more))


def test_true_is_a_bucket_with_the_defaults_and_false_is_none() -> None:
    assert problems(True) == problems(False) == problems({}) == []
    assert read(True) == read({})
    assert bucket_defaults.place_of(read(False), "fruits") is None
    assert bucket_defaults.place_of(read(True), "fruits") == Place(
        "r2", "fruits-example-com", R2, "auto", ACCOUNT, "default"
    )


def test_the_app_finds_it_by_five_variables() -> None:
    held = read(True)
    assert bucket_defaults.plain_variables(held, "fruits") == {
        "S3_ENDPOINT": R2,
        "S3_BUCKET": "fruits-example-com",
        "S3_REGION": "auto",
    }
    names = bucket_defaults.secret_variables(held.apps["fruits"].bucket)
    assert names == ("S3_ACCESS_KEY_ID", "S3_SECRET_ACCESS_KEY")


def test_the_names_of_the_variables_can_be_chosen() -> None:
    chosen = {"endpoint": "AWS_ENDPOINT_URL_S3", "access-key-id": "AWS_ACCESS_KEY_ID", "public-url": "FILES"}
    held = read({"variables": chosen, "public": "files.example.com"})
    assert bucket_defaults.plain_variables(held, "fruits") == {
        "AWS_ENDPOINT_URL_S3": R2,
        "S3_BUCKET": "fruits-example-com",
        "S3_REGION": "auto",
        "FILES": "https://files.example.com",
    }
    names = bucket_defaults.secret_variables(held.apps["fruits"].bucket)
    assert names == ("AWS_ACCESS_KEY_ID", "S3_SECRET_ACCESS_KEY")


def test_jurisdiction_and_account_are_those_of_the_dumps_unless_it_has_its_own() -> None:
    ours = bucket_defaults.place_of(read(True, backups={"jurisdiction": "eu"}), "fruits")
    assert ours == Place(
        "r2", "fruits-example-com", f"https://{ACCOUNT}.eu.r2.cloudflarestorage.com", "auto", ACCOUNT, "eu"
    )
    other = bucket_defaults.place_of(read({"account-id": "f" * 32, "jurisdiction": "default"}), "fruits")
    assert other is not None
    assert (other.account, other.jurisdiction, other.key) == (
        "f" * 32,
        "default",
        f"{'f' * 32}/fruits-example-com/default",
    )


def test_pages_of_the_app_may_use_it_unless_it_says_which() -> None:
    assert bucket_defaults.origins_of(read(True), "fruits") == ("https://fruits.example.com",)
    assert bucket_defaults.origins_of(read({"origins": ["capacitor://localhost"]}), "fruits") == (
        "capacitor://localhost",
    )
    assert bucket_defaults.origins_of(read({"origins": []}), "fruits") == ()


def test_a_bucket_of_the_users_own() -> None:
    assert problems({**OWN, "region": "eu-central-1"}) == []
    place = bucket_defaults.place_of(read(OWN), "fruits")
    assert place == Place("s3", "shop", "https://s3.example.org", "auto")
    assert place.key == ""


def test_without_dumps_in_r2_it_needs_an_account_and_may_have_its_tokens_rotated() -> None:
    def found(bucket: Any, **backups: Any) -> list[str]:
        held = estate(apps={"fruits": {"bucket": bucket}})
        return judged.problems({**held, "backups": {"store": "s3", "endpoint": "https://s3.example.org", **backups}})

    assert found(True) == [
        "apps.fruits.bucket.account-id: missing; copy the 32 hex digits from the address of your Cloudflare dashboard"
    ]
    assert found({"account-id": ACCOUNT}, **{"token-generation": 2}) == []
    assert found(OWN, **{"token-generation": 2}) == [
        "backups.token-generation: applies to store: r2 only; remove this line"
    ]


def test_a_bucket_keeps_its_name_when_its_app_is_renamed() -> None:
    assert problems(True, {"was": "apples"}) == [
        "apps.fruits.bucket.name: missing; a bucket keeps its name when its app is renamed. Write the name that it "
        "has, which was apples-example-com by default"
    ]
    assert problems({"name": "apples-example-com"}, {"was": "apples"}) == []
