"""A bucket whose app has gone, for the run that deletes it (components/edits/bucket_drop.py)."""

from typing import Any

import pulumi

from components.cloud import cloudflare, r2_token
from components.cloud.r2_token import Scope
from components.config.rules.bucket_defaults import r2_endpoint
from components.config.spec import Estate
from components.edits import bucket_drop


def export(estate: Estate) -> dict[str, Any]:
    """What that run tells beside its other outputs: how to open the bucket. Nothing in every other run.

    The bucket comes into the state by an import and may be deleted from there; without a component, since what is
    targeted alone can have no parent that is not.
    """
    key = bucket_drop.opened()
    if not key:
        return {}
    account, name, jurisdiction = key.split("/")
    # An import happens whatever is targeted, so it gets a separate run.
    if bucket_drop.deleted():
        cloudflare.R2Bucket(
            bucket_drop.bucket_of_run(name),
            {"accountId": account, "name": name, "jurisdiction": jurisdiction},
            pulumi.ResourceOptions(import_=key, ignore_changes=["location", "storageClass"]),
        )
    scope = Scope(account, jurisdiction, name, estate.backups.token_owner)
    group = r2_token.group("Write", scope.listed_for)
    keys = r2_token.make(bucket_drop.key_of_run(name), scope, group, [], pulumi.ResourceOptions())
    pretended = estate.backups.endpoint if estate.backups.store == "r2" else None
    return {
        "dropped": {
            "name": name,
            "endpoint": pretended or r2_endpoint(account, jurisdiction),
            "region": "auto",
            "key": key,
            "public": None,
            "accessKeyId": keys.access_key_id,
            "secretAccessKey": keys.secret_access_key,
        }
    }
