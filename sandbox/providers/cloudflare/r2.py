"""R2 buckets with their lifecycle and lock rules, in the sandbox's S3 store.

Lifecycle and lock are one PUT of all rules, and their deletion calls nothing, as with the real provider: rules stay.
"""

from http import HTTPStatus
from pathlib import Path
from typing import ClassVar

from sandbox.providers.resource import ApiError, Resource, Stored
from sandbox.providers.values import State
from sandbox.store import account

from .api import now, refusal, require_permitted

NOT_ENABLED = "r2-not-enabled"
"""While .sandbox/cloud has a file of this name, the account is one whose owner never enabled R2."""

_STATUS = {10006: HTTPStatus.NOT_FOUND, 10005: HTTPStatus.BAD_REQUEST, 10042: HTTPStatus.FORBIDDEN}


class InStore(Resource):
    """What is in the store, beside the account."""

    @property
    def store(self) -> Path:
        """Where the S3 store keeps its buckets."""
        return self.world.root / "store"

    def require_enabled(self, method: str, path: str) -> None:
        """R2 has to be enabled on an account once, by hand, with a card; and the token needs its permission."""
        require_permitted(self.world, method, path)
        if (self.world.root / "cloud" / NOT_ENABLED).exists():
            raise refusal(
                method, path, HTTPStatus.FORBIDDEN, 10042, "Please enable R2 through the Cloudflare Dashboard."
            )


class R2Bucket(InStore, Stored):
    """cloudflare.R2Bucket. A changed location is ignored, a changed jurisdiction refused."""

    token = "cloudflare:index/r2Bucket:R2Bucket"

    def create(self, inputs: State) -> tuple[str, State]:
        path = f"/accounts/{inputs['accountId']}/r2/buckets"
        self.require_enabled("POST", path)
        try:
            account.create_bucket(self.store, inputs["name"])
        except account.AccountError as problem:
            raise refused("POST", path, problem) from problem
        return super().create(inputs)

    def new_id(self, inputs: State) -> str:
        return str(inputs["name"])

    def outputs(self, inputs: State) -> State:
        rest = {"jurisdiction": "default", "storageClass": "Standard", "location": "WEUR"}
        return {"creationDate": now()} | {name: value for name, value in rest.items() if name not in inputs}

    @property
    def key(self) -> str:
        """The bucket's name; an import says ACCOUNT/BUCKET/JURISDICTION."""
        return self.call.key.split("/")[1] if "/" in self.call.key else self.call.key

    def read(self) -> State | None:
        known = self.world.cloud.all(self.token).get(self.key)
        return known if self.key in account.buckets(self.store) else None

    def update(self, inputs: State) -> State:
        path = f"/accounts/{inputs['accountId']}/r2/buckets/{inputs['name']}"
        had = self.call.state.get("jurisdiction", "default")
        if inputs.get("jurisdiction", had) != had:
            raise refusal("PATCH", path, HTTPStatus.NOT_FOUND, 10006, "The specified bucket does not exist.")
        return super().update(inputs | {"location": self.call.state.get("location", "WEUR")})

    def delete(self) -> None:
        path = f"/accounts/{self.call.state['accountId']}/r2/buckets/{self.call.key}"
        try:
            account.delete_bucket(self.store, self.call.key)
        except account.AccountError as problem:
            raise refused("DELETE", path, problem) from problem
        super().delete()


class _Rules(InStore):
    """All rules of one kind of a bucket, as one thing."""

    word: ClassVar[str]

    def create(self, inputs: State) -> tuple[str, State]:
        return f"{inputs['accountId']}/{inputs['bucketName']}", self._put(inputs)

    def update(self, inputs: State) -> State:
        return self._put(inputs)

    def read(self) -> State | None:
        """The rules as the bucket has them now; an import knows only the id, ACCOUNT/BUCKET."""
        owner, _, bucket = self.call.key.partition("/")
        if bucket not in account.buckets(self.store):
            return None
        rules = (account.lifecycle if self.word == "lifecycle" else account.lock)(self.store, bucket)
        return {"accountId": owner, "bucketName": bucket} | self.call.state | {"rules": rules}

    def _put(self, inputs: State) -> State:
        path = f"/accounts/{inputs['accountId']}/r2/buckets/{inputs['bucketName']}/{self.word}"
        self.require_enabled("PUT", path)
        put = account.put_lifecycle if self.word == "lifecycle" else account.put_lock
        try:
            put(self.store, inputs["bucketName"], inputs.get("rules", []))
        except account.AccountError as problem:
            raise refused("PUT", path, problem) from problem
        return inputs


class R2BucketLifecycle(_Rules):
    """cloudflare.R2BucketLifecycle: replaces every rule, R2's default one included, and plans, sends and keeps them
    sorted by id (sortRulesByID in the real one, internal/services/r2_bucket_lifecycle/resource.go).
    """

    token = "cloudflare:index/r2BucketLifecycle:R2BucketLifecycle"
    word = "lifecycle"

    def _put(self, inputs: State) -> State:
        return super()._put(inputs | {"rules": sorted(inputs.get("rules", []), key=lambda rule: str(rule["id"]))})


class R2BucketLock(_Rules):
    """cloudflare.R2BucketLock: its rules win over the lifecycle's."""

    token = "cloudflare:index/r2BucketLock:R2BucketLock"
    word = "lock"


def refused(method: str, path: str, problem: account.AccountError) -> ApiError:
    """The account's refusal as the API answers it."""
    return refusal(method, path, _STATUS.get(problem.number, HTTPStatus.CONFLICT), problem.number, str(problem))
