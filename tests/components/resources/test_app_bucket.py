"""An app's bucket: what the program asks Cloudflare for, and what reaches the app."""

import json
from typing import Any

import pytest

from host.core import stdin as host_stdin
from tests.components.estates import ACCOUNT, estate
from tests.support.pulumi import program
from tests.support.pulumi.program import TOKEN_VALUE, Plan

NAME = "fruits-example-com"
MARK = "petbase-prod-abort-unfinished-uploads"
KEY = f"{ACCOUNT}/{NAME}/default"
OF = {"accountId": ACCOUNT, "bucketName": NAME, "jurisdiction": "default"}


def plan(bucket: Any = True, *, app: Any = None, secrets: Any = None, account: Any = None, **sections: Any) -> Plan:
    apps = {"fruits": {**(app or {}), "bucket": bucket}, "blog": {}}
    return program.run(estate(apps=apps, **sections), secrets=secrets, **(account or {}))


def children(found: Plan) -> list[str]:
    ours = [made for made in found.resources if "petbase:app_bucket:AppBucket" in made.request.parent]
    return sorted(f"{made.type.rpartition(':')[2]} {made.name}" for made in ours)


def test_only_an_app_with_a_bucket_pays_for_one() -> None:
    assert children(plan(False)) == []
    assert children(plan()) == [
        f"AccountToken petbase-prod-{NAME}",
        f"R2Bucket {NAME}",
        f"R2BucketCors {NAME}-cors",
        f"R2BucketLifecycle {NAME}-lifecycle",
    ]
    without = program.run(estate(apps={"fruits": {}, "blog": {}}))
    assert not [call for call in without.calls if call.endswith((":getAccountTokens", ":getR2BucketLifecycle"))]


def test_the_bucket_stays_when_it_leaves_the_stack_and_cannot_leave_by_accident() -> None:
    made = plan().one("R2Bucket", NAME)
    assert (made.request.retainOnDelete, made.request.protect) == (True, True)
    assert made.inputs == {"accountId": ACCOUNT, "name": NAME, "jurisdiction": "default"}
    freed = plan(app={"protect": False}).one("R2Bucket", NAME)
    assert (freed.request.retainOnDelete, freed.request.protect) == (True, False)


def test_its_key_opens_it_from_any_address_and_no_other_bucket() -> None:
    token = plan().one("AccountToken", f"petbase-prod-{NAME}")
    resources = json.dumps({f"com.cloudflare.edge.r2.bucket.{ACCOUNT}_default_{NAME}": "*"}, separators=(",", ":"))
    assert token.inputs == {
        "accountId": ACCOUNT,
        "name": f"petbase-prod-{NAME}",
        "policies": [{"effect": "allow", "permissionGroups": [{"id": "write-group"}], "resources": resources}],
    }
    assert not token.request.protect


def test_the_token_is_the_users_where_the_dumps_is() -> None:
    assert plan(backups={"token-owner": "user"}).one("ApiToken", f"petbase-prod-{NAME}")


def test_a_raised_generation_is_another_token_of_the_same_bucket() -> None:
    found = plan(backups={"token-generation": 2})
    assert f"AccountToken petbase-prod-{NAME}-2" in children(found)
    assert f"R2Bucket {NAME}" in children(found)


def test_unfinished_uploads_end_after_a_week() -> None:
    rule = {
        "id": MARK,
        "enabled": True,
        "conditions": {"prefix": ""},
        "abortMultipartUploadsTransition": {"condition": {"type": "Age", "maxAge": 604800}},
    }
    assert plan().one("R2BucketLifecycle", f"{NAME}-lifecycle").inputs == {**OF, "rules": [rule]}


def test_pages_of_the_app_may_upload_and_download() -> None:
    rule = {
        "id": "browsers",
        "allowed": {"methods": ["GET", "HEAD", "PUT"], "origins": ["https://fruits.example.com"], "headers": ["*"]},
        "exposeHeaders": ["ETag"],
        "maxAgeSeconds": 3600,
    }
    assert plan().one("R2BucketCors").inputs == {**OF, "rules": [rule]}
    other = plan({"origins": ["capacitor://localhost"]}).one("R2BucketCors")
    assert other.inputs["rules"][0]["allowed"]["origins"] == ["capacitor://localhost"]
    assert plan({"origins": []}).of("R2BucketCors") == []


def test_everyone_can_read_it_under_a_name_where_that_is_said() -> None:
    assert plan().of("R2CustomDomain") == []
    made = plan({"public": "files.example.com"}, edge={"dns": "none"}).one("R2CustomDomain", "files.example.com")
    wanted = {"domain": "files.example.com", "zoneId": "zone-of-example.com", "enabled": True, "minTls": "1.2"}
    assert made.inputs == {**OF, **wanted}


def test_a_public_name_outside_of_the_account_is_refused() -> None:
    with pytest.raises(Exception, match=r'apps\.fruits\.bucket\.public: "files\.example\.net" lies in no zone'):
        plan({"public": "files.example.net"})


def test_the_key_travels_on_standard_input_and_nowhere_else() -> None:
    found = plan(app={"env": {"COLOR": "red"}})
    command = found.one("Command", "fruits-settings")
    assert command.inputs["create"].startswith(
        "/usr/local/lib/petbase/prod/petbase-host settings ensure fruits --env COLOR=red "
        f"--env S3_ENDPOINT=https://{ACCOUNT}.r2.cloudflarestorage.com --env S3_BUCKET={NAME} --env S3_REGION=auto "
        "--secret-env S3_ACCESS_KEY_ID --secret-env S3_SECRET_ACCESS_KEY --link "
    )
    assert f" --bucket {KEY} " in command.inputs["create"]
    (text,) = host_stdin.read(_lines(command.inputs["stdin"]), ("variables",)).values()
    values = json.loads(text)
    assert sorted(values) == ["S3_ACCESS_KEY_ID", "S3_SECRET_ACCESS_KEY"]
    secret = values["S3_SECRET_ACCESS_KEY"]
    assert {"stdin"} <= command.secret
    for made in found.resources:
        shown = json.dumps({name: held for name, held in made.inputs.items() if name not in made.secret}, default=str)
        assert secret not in shown
        assert TOKEN_VALUE not in shown


def _lines(text: str) -> Any:
    from io import StringIO

    return StringIO(text)


def test_the_stack_tells_how_to_open_it_in_its_secret_output() -> None:
    told = plan({"public": "files.example.com"}).details["apps"]["fruits"]["bucket"]
    secret = told.pop("secretAccessKey")
    assert len(secret) == 64
    assert told.pop("accessKeyId")
    assert told == {
        "name": NAME,
        "endpoint": f"https://{ACCOUNT}.r2.cloudflarestorage.com",
        "region": "auto",
        "key": KEY,
        "public": "files.example.com",
        "origins": ["https://fruits.example.com"],
        "secrets": [],
    }
    assert "bucket" not in plan().details["apps"]["blog"]


def test_a_bucket_of_the_users_own_makes_nothing_and_takes_two_secrets() -> None:
    own = {"store": "s3", "name": "shop", "endpoint": "https://s3.example.org", "region": "eu-central-1"}
    secrets = {"fruits.S3_ACCESS_KEY_ID": "mine", "fruits.S3_SECRET_ACCESS_KEY": "hidden"}
    found = plan(own, secrets=secrets)
    assert children(found) == []
    command = found.one("Command", "fruits-settings")
    assert (
        "--env S3_ENDPOINT=https://s3.example.org --env S3_BUCKET=shop --env S3_REGION=eu-central-1 "
        in (command.inputs["create"])
    )
    assert "--bucket" not in command.inputs["create"]
    assert found.details["apps"]["fruits"]["bucket"] == {
        "name": "shop",
        "endpoint": "https://s3.example.org",
        "region": "eu-central-1",
        "key": "",
        "origins": [],
        "secrets": ["fruits.S3_ACCESS_KEY_ID", "fruits.S3_SECRET_ACCESS_KEY"],
        "accessKeyId": "mine",
        "secretAccessKey": "hidden",
    }
    assert (
        json.dumps(json.dumps({"S3_ACCESS_KEY_ID": "mine", "S3_SECRET_ACCESS_KEY": "hidden"}))
        in (command.inputs["stdin"])
    )


def test_the_secrets_of_a_bucket_of_the_users_own_are_asked_for() -> None:
    own = {"store": "s3", "name": "shop", "endpoint": "https://s3.example.org"}
    with pytest.raises(
        Exception, match=r"petbase:fruits\.S3_ACCESS_KEY_ID: missing, since apps\.fruits\.bucket\.store is s3"
    ):
        plan(own)


# A bucket that the account has already


def known(*, key: str = "", rules: tuple[str, ...] = (MARK,)) -> dict[str, Any]:
    return {"tokens": (key,) if key else (), "buckets": {NAME: rules}}


def test_an_app_that_comes_back_finds_its_bucket_again() -> None:
    made = plan(account=known()).one("R2Bucket", NAME)
    assert made.request.importId == KEY
    assert set(made.request.ignoreChanges) == {"location", "storageClass"}


def test_a_run_of_other_resources_alone_imports_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PETBASE_TARGETED", "1")
    assert plan(account=known()).one("R2Bucket", NAME).request.importId == ""
    assert plan({"exists": True}, account=known()).one("R2Bucket", NAME).request.importId == ""


@pytest.mark.parametrize("key", [f"petbase-prod-{NAME}", f"petbase-prod-{NAME}-2"])
@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_bucket_that_the_stack_has_is_not_imported_again(key: str, number: int) -> None:
    found = plan(account=known(key=key), backups={"token-generation": number})
    assert found.one("R2Bucket", NAME).request.importId == ""
    assert not [call for call in found.calls if call.endswith(":getR2BucketLifecycle")]


def test_a_bucket_of_another_stack_is_not_taken_over_unasked() -> None:
    made = plan(account=known(rules=("petbase-staging-abort-unfinished-uploads",))).one("R2Bucket", NAME)
    assert made.request.importId == ""
    assert made.request.hooks.before_create == ["petbase:taken-bucket-fruits"]
    fresh = plan().one("R2Bucket", NAME)
    assert list(fresh.request.hooks.before_create) == []


def test_a_bucket_that_exists_is_taken_over_with_its_own_rules_where_that_is_said() -> None:
    found = plan({"exists": True}, account=known(rules=("expire-thumbnails",)))
    assert found.one("R2Bucket", NAME).request.importId == KEY
    assert f"R2BucketLifecycle {NAME}-lifecycle" not in children(found)


def test_the_state_keeps_whose_bucket_is_whose() -> None:
    assert plan().one("Stash", "apps").inputs["input"] == {
        "fruits": "fruits",
        "blog": "blog",
        "bucket of fruits": NAME,
        "protected fruits": "",
        "protected blog": "",
        "backups.protect": "",
    }


def test_a_renamed_app_keeps_its_bucket() -> None:
    found = program.run(estate(apps={"pears": {"was": "fruits", "bucket": {"name": NAME}}}))
    (alias,) = found.component("app_bucket:AppBucket", "pears").request.aliases
    assert alias.spec.name == "fruits"
    assert f"R2Bucket {NAME}" in children(found)


# The runs of ./petbase drop-data


def test_a_bucket_is_opened_and_deleted_only_by_the_run_that_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "dropped" not in plan(False).details
    monkeypatch.setenv("PETBASE_OPEN_BUCKET", KEY)
    assert [made.name for made in plan(False).of("R2Bucket")] == ["db-backups"]
    monkeypatch.setenv("PETBASE_DELETE_BUCKET", KEY)
    found = plan(False)
    made = found.one("R2Bucket", f"petbase-drop-{NAME}")
    assert (made.request.importId, made.request.retainOnDelete, made.request.protect) == (KEY, False, False)
    assert found.one("AccountToken", f"petbase-drop-{NAME}-key")
    assert found.details["dropped"]["name"] == NAME
