"""What doctor sees of apps' buckets from outside, against the sandbox's S3 store."""

from typing import Any

from operate.files import usage
from operate.files.usage import Usage
from operate.stack.parse_outputs import parse
from sandbox.store import Store as Running
from sandbox.store import account, web
from tests.support.operate import outputs

PAGE, KEY, SECRET = "https://fruits.example.com", "f" * 32, "e" * 64
OWN = ["fruits.S3_ACCESS_KEY_ID", "fruits.S3_SECRET_ACCESS_KEY"]


def looked_at(store: Running, **more: Any) -> Usage:
    bucket: dict[str, Any] = {
        "name": "photos",
        "endpoint": store.endpoint,
        "region": "auto",
        "key": "a/photos/default",
        "public": None,
    }
    bucket |= {"accessKeyId": KEY, "secretAccessKey": SECRET, "origins": [PAGE], **more}
    told = outputs()
    told["apps"]["fruits"]["bucket"] = bucket
    (found,) = usage.looked_at(parse("test", told))
    return found


def test_pages_that_its_rules_shut_out_are_seen_as_a_browser_sees_them(store: Running) -> None:
    account.create_bucket(store.root, "photos")
    account.put_token(store.root, KEY, SECRET, "photos", write=True)
    assert looked_at(store).shut_out == (PAGE,)
    rule = {"allowed": {"methods": ["GET"], "origins": [PAGE], "headers": ["*"]}}
    web.put_cors(store.root, "photos", [rule])
    assert looked_at(store).shut_out == (PAGE,)
    web.put_cors(store.root, "photos", [{"allowed": {**rule["allowed"], "methods": ["GET", "PUT"]}}])
    assert looked_at(store) == Usage("fruits", "photos")
    assert looked_at(store, origins=[]).shut_out == ()


def test_a_revoked_key_a_bucket_that_is_gone_and_a_store_that_is_not_reached(store: Running) -> None:
    revoked, other = {"name": "gone", "accessKeyId": "0" * 32}, {"name": "gone", "accessKeyId": "1" * 32}
    account.put_token(store.root, "1" * 32, SECRET, "gone", write=True)
    assert looked_at(store, **revoked).problem == "InvalidAccessKeyId"
    assert looked_at(store, **other).problem == "NoSuchBucket"
    found = looked_at(store, endpoint="http://127.0.0.1:9", key="", origins=[], secrets=OWN)
    assert (found.problem, found.secrets) == ("not reached (EndpointConnectionError)", tuple(OWN))
