"""What browsers and everyone may do with an R2 bucket: CORS rules and custom domains, in the sandbox's S3 store."""

from http import HTTPStatus

from sandbox.providers.resource import Stored
from sandbox.providers.values import State
from sandbox.store import account, web

from .api import refusal
from .edge import zones
from .r2 import InStore, refused


class R2BucketCors(InStore):
    """cloudflare.R2BucketCors. Unlike the other rules these go with their resource (resource.go calls CORS.Delete)."""

    token = "cloudflare:index/r2BucketCors:R2BucketCors"

    def create(self, inputs: State) -> tuple[str, State]:
        return f"{inputs['accountId']}/{inputs['bucketName']}", self._put(inputs)

    def update(self, inputs: State) -> State:
        return self._put(inputs)

    def read(self) -> State | None:
        bucket = self.call.state["bucketName"]
        rules = web.cors(self.store, bucket) if bucket in account.buckets(self.store) else []
        return self.call.state | {"rules": rules} if rules else None

    def delete(self) -> None:
        self._put(self.call.state | {"rules": []})

    def _put(self, inputs: State) -> State:
        path = f"/accounts/{inputs['accountId']}/r2/buckets/{inputs['bucketName']}/cors"
        self.require_enabled("PUT", path)
        try:
            web.put_cors(self.store, inputs["bucketName"], inputs.get("rules", []))
        except account.AccountError as problem:
            raise refused("PUT", path, problem) from problem
        return inputs


class R2CustomDomain(InStore, Stored):
    """cloudflare.R2CustomDomain. In the real account the zone gets a record and a certificate; here the store answers
    to the name in a request's Host.
    """

    token = "cloudflare:index/r2CustomDomain:R2CustomDomain"

    def create(self, inputs: State) -> tuple[str, State]:
        path = f"/accounts/{inputs['accountId']}/r2/buckets/{inputs['bucketName']}/domains/custom"
        self.require_enabled("POST", path)
        if inputs["zoneId"] not in zones(self.world):
            raise refusal("POST", path, HTTPStatus.NOT_FOUND, 10015, "The zone does not exist in this account.")
        self._set(inputs)
        return super().create(inputs)

    def new_id(self, inputs: State) -> str:
        return str(inputs["domain"])

    def outputs(self, inputs: State) -> State:
        zone = zones(self.world)[inputs["zoneId"]]
        return {"zoneName": zone, "status": {"ownership": "pending", "ssl": "initializing"}}

    def update(self, inputs: State) -> State:
        self._set(inputs)
        return super().update(inputs)

    def delete(self) -> None:
        web.close(self.store, self.call.state["domain"])
        super().delete()

    def _set(self, inputs: State) -> None:
        if inputs["enabled"]:
            web.open_to_all(self.store, inputs["domain"], inputs["bucketName"])
        else:
            web.close(self.store, inputs["domain"])
