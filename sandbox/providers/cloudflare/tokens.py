"""API tokens, owned by the account or the user. A token for an R2 bucket opens exactly that bucket in the S3 store.

As with R2: the access key id is the token's id, the secret key the SHA-256 of its value, which an update leaves as it
is. `condition.requestIp` is read, kept and shown by the store's token, and keeps no address out: on loopback the server
and the operator come from the same address. That R2 refuses another address (403) is therefore not seen here.
"""

import hashlib
import ipaddress
import json
import re
import secrets
from collections.abc import Iterable
from http import HTTPStatus

from sandbox.providers.resource import ApiError, Stored
from sandbox.providers.schema import Problem
from sandbox.providers.values import UNKNOWN, State
from sandbox.store import account

from .api import new_id, now, refusal, require_permitted
from .permissions import GROUPS, R2_ITEM_READ, R2_ITEM_WRITE

_BUCKET = re.compile(r"com\.cloudflare\.edge\.r2\.bucket\.([0-9a-f]{32})_(default|eu|fedramp)_(.+)")


class _Token(Stored):
    """What both kinds share."""

    def check(self, inputs: State) -> Iterable[Problem]:
        for index, policy in enumerate(inputs["policies"] if isinstance(inputs["policies"], list) else ()):
            if policy == UNKNOWN:
                continue
            if policy["effect"] not in ("allow", "deny", UNKNOWN):
                yield f"policies[{index}].effect", f'value must be one of: ["allow" "deny"], got: "{policy["effect"]}"'
            if policy["resources"] != UNKNOWN and not _is_object(policy["resources"]):
                yield f"policies[{index}].resources", "is no JSON object in a string"

    def create(self, inputs: State) -> tuple[str, State]:
        self._require(inputs, "POST", self._path(inputs))
        key, value = new_id(), secrets.token_urlsafe(30)
        state = {"status": "active"} | inputs | {"value": value, "issuedOn": now(), "modifiedOn": now()}
        self._open_store(key, state)
        self.world.cloud.put(self.token, key, state)
        return key, state

    def update(self, inputs: State) -> State:
        self._require(inputs, "PUT", f"{self._path(inputs)}/{self.call.key}")
        state = super().update(inputs | {"modifiedOn": now()})
        self._open_store(self.call.key, state)
        return state

    def delete(self) -> None:
        if self.read() is None:
            path = f"{self._path(self.call.state)}/{self.call.key}"
            raise refusal("DELETE", path, HTTPStatus.NOT_FOUND, 1003, "API Token not found")
        account.delete_token(self.world.root / "store", self.call.key)
        super().delete()

    def _path(self, _state: State) -> str:
        return "/user/tokens"

    def _require(self, inputs: State, method: str, path: str) -> None:
        """Refuse what the API refuses: a group that does not exist, a condition that names no network."""
        require_permitted(self.world, method, path)
        known = {group["id"] for group in GROUPS}
        for group in (group["id"] for policy in inputs["policies"] for group in policy["permissionGroups"]):
            if group not in known:
                raise refusal(method, path, HTTPStatus.BAD_REQUEST, 1001, f"permission group {group!r} does not exist")

        for network in [*_networks(inputs, "ins"), *_networks(inputs, "notIns")]:
            try:
                ipaddress.ip_network(network, strict=False)
            except ValueError as error:
                raise ApiError(f"(stand-in) condition.requestIp: {network!r} is no address and no network") from error

    def _open_store(self, key: str, state: State) -> None:
        """Give the token what its policies say about buckets; nothing while it is disabled."""
        store = self.world.root / "store"
        account.delete_token(store, key)
        rights = _bucket_rights(state) if state.get("status", "active") == "active" else {}
        if len(rights) > 1:
            raise ApiError("the sandbox's store knows tokens for one bucket only")
        for bucket, write in rights.items():
            secret = hashlib.sha256(state["value"].encode()).hexdigest()
            account.put_token(store, key, secret, bucket, write, only_from=_networks(state, "ins"))


class AccountToken(_Token):
    """cloudflare.AccountToken: owned by the account, so it outlives the people."""

    token = "cloudflare:index/accountToken:AccountToken"

    def _path(self, state: State) -> str:
        return f"/accounts/{state['accountId']}/tokens"


class ApiToken(_Token):
    """cloudflare.ApiToken: owned by the user whose token the program has."""

    token = "cloudflare:index/apiToken:ApiToken"


def _networks(state: State, which: str) -> list[str]:
    """What `condition.requestIp` names; empty is everywhere."""
    condition = state.get("condition") or {}
    return list((condition.get("requestIp") or {}).get(which) or [])


def _bucket_rights(state: State) -> dict[str, bool]:
    """Bucket by bucket, whether the token may write there."""
    rights: dict[str, bool] = {}
    for policy in state["policies"]:
        groups = {group["id"] for group in policy["permissionGroups"]}
        for resource in json.loads(policy["resources"]):
            match = _BUCKET.fullmatch(resource)
            if match and policy["effect"] == "allow" and groups & {R2_ITEM_READ, R2_ITEM_WRITE}:
                rights[match[3]] = rights.get(match[3], False) or R2_ITEM_WRITE in groups
    return rights


def _is_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False
