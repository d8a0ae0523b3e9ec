"""Origin CA certificates. `cryptography` is imported where one is made: most engine runs make none."""

from collections.abc import Iterable

from sandbox.providers.resource import Stored
from sandbox.providers.schema import Problem
from sandbox.providers.values import UNKNOWN, State

_REQUEST_TYPES = ("origin-rsa", "origin-ecc")
_VALIDITIES = (7, 30, 90, 365, 730, 1095, 5475)


class OriginCaCertificate(Stored):
    """cloudflare.OriginCaCertificate. Every change replaces it; deleting revokes."""

    token = "cloudflare:index/originCaCertificate:OriginCaCertificate"

    def check(self, inputs: State) -> Iterable[Problem]:
        if inputs["requestType"] not in (*_REQUEST_TYPES, UNKNOWN):
            allowed = " ".join(f'"{kind}"' for kind in _REQUEST_TYPES)
            yield "requestType", f'value must be one of: [{allowed}], got: "{inputs["requestType"]}"'
        if inputs.get("requestedValidity", 7) not in (*_VALIDITIES, UNKNOWN):
            yield "requestedValidity", f"value must be one of: {list(_VALIDITIES)}, got: {inputs['requestedValidity']}"

    def create(self, inputs: State) -> tuple[str, State]:
        from . import origin_ca

        key, made = origin_ca.issue(self.world.root / "cloud", {"requestedValidity": 5475} | inputs)
        self.world.cloud.put(self.token, key, made)
        return key, made
