"""CORS rules and custom domains of the pretend Cloudflare account."""

from pathlib import Path
from typing import Any

import pytest

from sandbox.providers.cloudflare.edge import zone_id
from sandbox.providers.resource import ApiError
from sandbox.store import web
from tests.sandbox.providers.test_cloudflare import ACCOUNT, LIFECYCLE, RULE, bucket, token_inputs
from tests.support.pulumi.providers import Asking

CORS = "cloudflare:index/r2BucketCors:R2BucketCors"
DOMAIN = "cloudflare:index/r2CustomDomain:R2CustomDomain"
RULES = [{"allowed": {"methods": ["PUT"], "origins": ["https://a.example"]}, "maxAgeSeconds": 60}]
OF = {"accountId": ACCOUNT, "bucketName": "db-backups"}


def test_cors_rules_are_one_put_and_go_with_their_resource(cloudflare: Asking, s3: Path) -> None:
    bucket(cloudflare)
    made = cloudflare.create(CORS, {**OF, "rules": RULES})
    assert web.cors(s3, "db-backups") == RULES
    cloudflare.delete(CORS, made)
    assert web.cors(s3, "db-backups") == []


def test_cors_of_a_bucket_that_is_not_there_is_refused(cloudflare: Asking) -> None:
    with pytest.raises(ApiError, match=r"/cors\": 404 Not Found .*10006"):
        cloudflare.create(CORS, {**OF, "rules": RULES})


def domain(**more: Any) -> dict[str, Any]:
    return {**OF, "domain": "files.example.com", "enabled": True, "zoneId": zone_id("example.com"), **more}


def test_a_custom_domain_opens_the_bucket_and_closes_it_when_it_goes(cloudflare: Asking, s3: Path) -> None:
    bucket(cloudflare)
    made = cloudflare.create(DOMAIN, domain())
    assert web.bucket_of(s3, "files.example.com") == "db-backups"
    assert made.state["zoneName"] == "example.com"
    cloudflare.delete(DOMAIN, made)
    assert web.bucket_of(s3, "files.example.com") is None


def test_a_custom_domain_of_a_strange_zone_is_refused(cloudflare: Asking) -> None:
    bucket(cloudflare)
    with pytest.raises(ApiError, match="The zone does not exist"):
        cloudflare.create(DOMAIN, domain(zoneId="0" * 32))


def test_tokens_are_listed_by_owner_without_their_values(cloudflare: Asking) -> None:
    cloudflare.create("cloudflare:index/accountToken:AccountToken", token_inputs())
    listed = cloudflare.invoke("cloudflare:index/getAccountTokens:getAccountTokens", {"accountId": ACCOUNT})["results"]
    assert [(one["name"], "value" in one) for one in listed] == [("backups", False)]
    assert cloudflare.invoke("cloudflare:index/getApiTokens:getApiTokens", {})["results"] == []


def test_the_lifecycle_of_a_bucket_is_looked_up_and_one_that_is_not_there_is_an_error(cloudflare: Asking) -> None:
    token = "cloudflare:index/getR2BucketLifecycle:getR2BucketLifecycle"
    with pytest.raises(ApiError, match="10006"):
        cloudflare.invoke(token, OF)
    bucket(cloudflare)
    cloudflare.create(LIFECYCLE, {**OF, "rules": [RULE]})
    assert cloudflare.invoke(token, OF)["rules"] == [RULE]
