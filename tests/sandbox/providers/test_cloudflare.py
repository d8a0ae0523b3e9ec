"""The pretend Cloudflare account: buckets and tokens are real in the store, the rest keeps the API's rules."""

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import pytest

from sandbox.providers.cloudflare.permissions import R2_ITEM_READ, R2_ITEM_WRITE
from sandbox.providers.resource import ApiError
from sandbox.providers.values import State
from sandbox.store import account as store
from tests.support.pulumi.providers import Asking, Made

ACCOUNT = "0123456789abcdef0123456789abcdef"
BUCKET = "cloudflare:index/r2Bucket:R2Bucket"
LIFECYCLE = "cloudflare:index/r2BucketLifecycle:R2BucketLifecycle"
LOCK = "cloudflare:index/r2BucketLock:R2BucketLock"
TOKEN = "cloudflare:index/accountToken:AccountToken"
RECORD = "cloudflare:index/dnsRecord:DnsRecord"
RULE = {
    "id": "keep",
    "enabled": True,
    "conditions": {"prefix": ""},
    "deleteObjectsTransition": {"condition": {"type": "Age", "maxAge": 86400}},
}


def bucket(cloudflare: Asking, name: str = "db-backups") -> Made:
    return cloudflare.create(BUCKET, {"accountId": ACCOUNT, "name": name})


def token_inputs(group: str = R2_ITEM_WRITE, name: str = "db-backups", **more: Any) -> State:
    resources = {f"com.cloudflare.edge.r2.bucket.{ACCOUNT}_default_{name}": "*"}
    policy = {"effect": "allow", "permissionGroups": [{"id": group}], "resources": json.dumps(resources)}
    return {"accountId": ACCOUNT, "name": "backups", "policies": [policy]} | more


# Credentials of the provider


@pytest.mark.parametrize("token", ["x" * 39, "x" * 81, "x" * 39 + "!"])
def test_a_token_of_another_form_is_refused(cloudflare: Asking, token: str) -> None:
    with pytest.raises(ApiError, match=r"^API tokens must be 40-80 characters long"):
        cloudflare.configure(apiToken=token)


def test_the_token_may_come_from_the_environment(cloudflare: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "CLOUDFLARE_API_TOKEN", "x" * 40)
    cloudflare.configure()
    monkeypatch.delitem(os.environ, "CLOUDFLARE_API_TOKEN")
    with pytest.raises(ApiError, match=r"^credentials are not set correctly: "):
        cloudflare.configure()


# Buckets


def test_a_bucket_appears_in_the_store_and_goes(cloudflare: Asking, s3: Path) -> None:
    made = bucket(cloudflare)
    assert store.buckets(s3) == ["db-backups"]
    cloudflare.delete(BUCKET, made)
    assert store.buckets(s3) == []


def test_an_account_without_r2_says_how_to_get_it(cloudflare: Asking, tmp_path: Path, s3: Path) -> None:
    (tmp_path / "cloud").mkdir()
    (tmp_path / "cloud" / "r2-not-enabled").touch()
    with pytest.raises(ApiError) as caught:
        bucket(cloudflare)
    assert str(caught.value) == (
        f'failed to make http request: POST "https://api.cloudflare.com/client/v4/accounts/{ACCOUNT}/r2/buckets": '
        '403 Forbidden {"success":false,"errors":[{"code":10042,"message":'
        '"Please enable R2 through the Cloudflare Dashboard."}],"messages":[],"result":null}'
    )
    assert store.buckets(s3) == []


def test_a_bucket_that_is_there_is_refused(cloudflare: Asking) -> None:
    bucket(cloudflare)
    with pytest.raises(ApiError, match=r"409 Conflict .*\"code\":10073"):
        bucket(cloudflare)


def test_a_full_bucket_is_not_deleted(cloudflare: Asking, s3: Path) -> None:
    made = bucket(cloudflare)
    (s3 / "buckets" / "db-backups" / "objects" / "a").touch()
    with pytest.raises(ApiError, match=r"\"code\":10008"):
        cloudflare.delete(BUCKET, made)


def test_a_bucket_gone_behind_our_back_reads_as_gone_and_fails_a_destroy(cloudflare: Asking, s3: Path) -> None:
    made = bucket(cloudflare)
    store.delete_bucket(s3, "db-backups")
    assert cloudflare.read(BUCKET, made.key, made) is None
    with pytest.raises(ApiError, match=r"404 Not Found .*\"code\":10006"):
        cloudflare.delete(BUCKET, made)


def test_a_changed_jurisdiction_plans_an_update_that_the_api_refuses(cloudflare: Asking) -> None:
    made, new = bucket(cloudflare), {"accountId": ACCOUNT, "name": "db-backups", "jurisdiction": "eu"}
    assert cloudflare.diff(BUCKET, made, new).replaces == []
    with pytest.raises(ApiError, match="404 Not Found"):
        cloudflare.update(BUCKET, made, new)


def test_a_changed_location_is_ignored(cloudflare: Asking) -> None:
    made = bucket(cloudflare)
    changed = cloudflare.update(BUCKET, made, {"accountId": ACCOUNT, "name": "db-backups", "location": "apac"})
    assert changed.state["location"] == "WEUR"


# Lifecycle and lock


def test_a_lifecycle_keeps_its_rules_sorted_by_id(cloudflare: Asking, s3: Path) -> None:
    """As the real one: in another order a refresh reads other inputs than the program gave."""
    bucket(cloudflare)
    rules = [RULE | {"id": "z"}, RULE | {"id": "a"}]
    made = cloudflare.create(LIFECYCLE, {"accountId": ACCOUNT, "bucketName": "db-backups", "rules": rules})
    assert [rule["id"] for rule in made.state["rules"]] == ["a", "z"]
    assert [rule["id"] for rule in store.lifecycle(s3, "db-backups")] == ["a", "z"]


def test_a_lifecycle_replaces_every_rule(cloudflare: Asking, s3: Path) -> None:
    bucket(cloudflare)
    assert [rule["id"] for rule in store.lifecycle(s3, "db-backups")] == ["Default Multipart Abort Rule"]
    cloudflare.create(LIFECYCLE, {"accountId": ACCOUNT, "bucketName": "db-backups", "rules": [RULE]})
    assert [rule["id"] for rule in store.lifecycle(s3, "db-backups")] == ["keep"]


def test_deleting_rules_calls_nothing(cloudflare: Asking, s3: Path) -> None:
    bucket(cloudflare)
    rule = {"id": "l", "enabled": True, "condition": {"type": "Age", "maxAgeSeconds": 60}}
    made = cloudflare.create(LOCK, {"accountId": ACCOUNT, "bucketName": "db-backups", "rules": [rule]})
    cloudflare.delete(LOCK, made)
    assert [one["id"] for one in store.lock(s3, "db-backups")] == ["l"]


def test_rules_changed_behind_our_back_are_seen(cloudflare: Asking, s3: Path) -> None:
    bucket(cloudflare)
    made = cloudflare.create(LIFECYCLE, {"accountId": ACCOUNT, "bucketName": "db-backups", "rules": [RULE]})
    store.put_lifecycle(s3, "db-backups", [])
    found = cloudflare.read(LIFECYCLE, made.key, made)
    assert found is not None
    assert found.inputs["rules"] == []


def test_rules_need_their_bucket(cloudflare: Asking) -> None:
    with pytest.raises(ApiError, match=r"404 Not Found .*\"code\":10006"):
        cloudflare.create(LIFECYCLE, {"accountId": ACCOUNT, "bucketName": "db-backups", "rules": [RULE]})


# Tokens


@pytest.mark.parametrize(("group", "write"), [(R2_ITEM_WRITE, True), (R2_ITEM_READ, False)])
def test_a_token_opens_its_bucket_as_its_group_says(cloudflare: Asking, s3: Path, group: str, write: bool) -> None:
    made = cloudflare.create(TOKEN, token_inputs(group))
    opened = store.token(s3, made.key)
    assert opened is not None
    assert (opened.bucket, opened.write) == ("db-backups", write)
    assert opened.secret == hashlib.sha256(made.state["value"].encode()).hexdigest()


def test_a_token_with_both_groups_writes(cloudflare: Asking, s3: Path) -> None:
    policy = token_inputs()["policies"][0] | {"permissionGroups": [{"id": R2_ITEM_READ}, {"id": R2_ITEM_WRITE}]}
    opened = store.token(s3, cloudflare.create(TOKEN, token_inputs(policies=[policy])).key)
    assert opened is not None
    assert opened.write


def test_two_tokens_of_one_bucket_are_two(cloudflare: Asking, s3: Path) -> None:
    writer, reader = cloudflare.create(TOKEN, token_inputs()), cloudflare.create(TOKEN, token_inputs(R2_ITEM_READ))
    cloudflare.delete(TOKEN, writer)
    opened = store.token(s3, reader.key)
    assert opened is not None
    assert (opened.bucket, opened.write) == ("db-backups", False)


def test_a_token_may_be_bound_to_an_address_later_and_keeps_its_value(cloudflare: Asking, s3: Path) -> None:
    made = cloudflare.create(TOKEN, token_inputs())
    bound = token_inputs(condition={"requestIp": {"ins": ["203.0.113.7", "2001:db8::/64"]}})
    assert cloudflare.diff(TOKEN, made, bound).replaces == []
    changed = cloudflare.update(TOKEN, made, bound)
    opened = store.token(s3, made.key)
    assert opened is not None
    assert list(opened.only_from) == ["203.0.113.7", "2001:db8::/64"]
    assert (changed.state["value"], changed.state["condition"]) == (made.state["value"], bound["condition"])
    cloudflare.update(TOKEN, changed, token_inputs())
    freed = store.token(s3, made.key)
    assert freed is not None
    assert list(freed.only_from) == []


@pytest.mark.parametrize("which", ["ins", "notIns"])
def test_a_condition_names_networks(cloudflare: Asking, s3: Path, which: str) -> None:
    wrong = token_inputs(condition={"requestIp": {which: ["server.example.com"]}})
    text = r"^\(stand-in\) condition\.requestIp: 'server\.example\.com' is no address and no network$"
    with pytest.raises(ApiError, match=text):
        cloudflare.create(TOKEN, wrong)
    assert list((s3 / "tokens").glob("*.json")) == []


def test_an_update_changes_what_a_token_may_do(cloudflare: Asking, s3: Path) -> None:
    made = cloudflare.create(TOKEN, token_inputs())
    changed = cloudflare.update(TOKEN, made, token_inputs(R2_ITEM_READ))
    opened = store.token(s3, made.key)
    assert opened is not None
    assert not opened.write
    assert changed.state["value"] == made.state["value"]


def test_the_value_is_secret_and_kept_over_a_refresh(cloudflare: Asking) -> None:
    made = cloudflare.create(TOKEN, token_inputs())
    found = cloudflare.read(TOKEN, made.key, made)
    assert made.secret == {"value"}
    assert found is not None
    assert found.state["value"] == made.state["value"]


def test_a_deleted_token_opens_nothing(cloudflare: Asking, s3: Path) -> None:
    made = cloudflare.create(TOKEN, token_inputs())
    cloudflare.delete(TOKEN, made)
    assert store.token(s3, made.key) is None
    with pytest.raises(ApiError, match="404 Not Found"):
        cloudflare.delete(TOKEN, made)


def test_a_disabled_token_opens_nothing_until_it_is_active_again(cloudflare: Asking, s3: Path) -> None:
    made = cloudflare.create(TOKEN, token_inputs())
    changed = cloudflare.update(TOKEN, made, token_inputs(status="disabled"))
    assert store.token(s3, made.key) is None
    again = cloudflare.update(TOKEN, changed, token_inputs(status="active"))
    assert store.token(s3, made.key) is not None
    assert again.state["value"] == made.state["value"]


def test_a_token_for_something_else_opens_no_bucket(cloudflare: Asking, s3: Path) -> None:
    policy = token_inputs()["policies"][0] | {"resources": json.dumps({f"com.cloudflare.api.account.{ACCOUNT}": "*"})}
    made = cloudflare.create(TOKEN, token_inputs(policies=[policy]))
    assert store.token(s3, made.key) is None


def test_resources_are_json_in_a_string(cloudflare: Asking) -> None:
    policy = token_inputs()["policies"][0]
    assert cloudflare.check(TOKEN, token_inputs(policies=[policy | {"resources": "x"}]))[1] == [
        "policies[0].resources: is no JSON object in a string"
    ]
    assert cloudflare.check(TOKEN, token_inputs(policies=[policy | {"resources": {"a": "*"}}]))[1] == [
        "policies[0].resources: expected string, got object"
    ]


def test_an_unknown_permission_group_is_refused(cloudflare: Asking) -> None:
    with pytest.raises(ApiError, match=r"400 Bad Request .*permission group 'abc' does not exist"):
        cloudflare.create(TOKEN, token_inputs("abc"))


@pytest.mark.parametrize("function", ["getAccountApiTokenPermissionGroupsList", "getApiTokenPermissionGroupsList"])
def test_the_groups_are_found_by_name_among_others(cloudflare: Asking, function: str) -> None:
    groups = cloudflare.invoke(f"cloudflare:index/{function}:{function}", {})["results"]
    found = {group["name"]: group["id"] for group in groups}
    assert found["Workers R2 Storage Bucket Item Write"] == R2_ITEM_WRITE
    assert found["Workers R2 Storage Bucket Item Read"] == R2_ITEM_READ
    assert len(found) > 5


# DNS


def record(cloudflare: Asking, **more: Any) -> State:
    zone = cloudflare.invoke("cloudflare:index/getZones:getZones", {"name": "example.com"})["results"][0]["id"]
    return {"zoneId": zone, "name": "a.example.com", "type": "A", "content": "203.0.113.7", "ttl": 1} | more


def test_a_proxied_record_needs_ttl_1_at_the_apply_only(cloudflare: Asking) -> None:
    wrong = record(cloudflare, proxied=True, ttl=300)
    assert cloudflare.preview(RECORD, wrong)["ttl"] == 300
    with pytest.raises(ApiError, match=r"^ttl must be set to 1 when `proxied` is true$"):
        cloudflare.create(RECORD, wrong)
    assert cloudflare.create(RECORD, record(cloudflare, proxied=True)).state["proxied"] is True


def test_the_same_record_twice_is_refused(cloudflare: Asking) -> None:
    cloudflare.create(RECORD, record(cloudflare))
    with pytest.raises(ApiError, match=r"\"code\":81058,\"message\":\"An identical record already exists.\""):
        cloudflare.create(RECORD, record(cloudflare))
    assert cloudflare.create(RECORD, record(cloudflare, content="203.0.113.8"))


def test_a_cname_stands_alone(cloudflare: Asking) -> None:
    cloudflare.create(RECORD, record(cloudflare))
    with pytest.raises(ApiError, match=r"\"code\":81053"):
        cloudflare.create(RECORD, record(cloudflare, type="CNAME", content="b.example.com"))


def test_a_changed_type_replaces_a_record(cloudflare: Asking) -> None:
    made = cloudflare.create(RECORD, record(cloudflare))
    assert cloudflare.diff(RECORD, made, record(cloudflare, type="AAAA")).replaces == ["type"]


def test_a_record_needs_its_zone(cloudflare: Asking) -> None:
    with pytest.raises(ApiError, match=r"404 Not Found .*\"code\":7003"):
        cloudflare.create(RECORD, record(cloudflare, zoneId="0" * 32))


def test_a_zone_that_the_account_lacks_is_not_found(cloudflare: Asking, tmp_path: Path) -> None:
    args = {"name": "mine.test"}
    assert cloudflare.invoke("cloudflare:index/getZones:getZones", args)["results"] == []
    (tmp_path / "cloud").mkdir(exist_ok=True)
    (tmp_path / "cloud" / "zones.txt").write_text("mine.test\n")
    assert cloudflare.invoke("cloudflare:index/getZones:getZones", args)["results"][0]["status"] == "active"
