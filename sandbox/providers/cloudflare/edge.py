"""DNS records, zone settings and the account's zones. Nothing answers to the names; the rules that an apply can break
are kept.
"""

import hashlib
from http import HTTPStatus

from sandbox.providers.resource import ApiError, Stored, World
from sandbox.providers.values import State

from .api import now, refusal, require_permitted

SEEDED = ("example.com", "example.org", "localhost")
"""Zones that the pretend account has from the start; one name a line in .sandbox/cloud/zones.txt adds more."""
_ADDRESSES = ("A", "AAAA")


class DnsRecord(Stored):
    """cloudflare.DnsRecord. A proxied record has ttl 1; a name is a CNAME or has addresses; no two are the same."""

    token = "cloudflare:index/dnsRecord:DnsRecord"

    @property
    def key(self) -> str:
        """The record's id; an import says ZONE/RECORD."""
        return self.call.key.rpartition("/")[2]

    def read(self) -> State | None:
        return self.world.cloud.all(self.token).get(self.key)

    def create(self, inputs: State) -> tuple[str, State]:
        self._require_possible(inputs, "POST")
        return super().create({"proxied": False} | inputs)

    def new_id(self, _inputs: State) -> str:
        return hashlib.sha256(self.world.cloud.next_id().encode()).hexdigest()[:32]

    def outputs(self, inputs: State) -> State:
        proxiable = inputs["type"] in (*_ADDRESSES, "CNAME")
        return {"createdOn": now(), "modifiedOn": now(), "proxiable": proxiable, "meta": "{}"}

    def update(self, inputs: State) -> State:
        self._require_possible(inputs, "PUT")
        return super().update({"proxied": False} | inputs | {"modifiedOn": now()})

    def delete(self) -> None:
        if self.read() is None:
            path = f"/zones/{self.call.state['zoneId']}/dns_records/{self.call.key}"
            raise refusal("DELETE", path, HTTPStatus.NOT_FOUND, 81044, "Record does not exist.")
        super().delete()

    def _require_possible(self, inputs: State, method: str) -> None:
        path = f"/zones/{inputs['zoneId']}/dns_records"
        require_permitted(self.world, method, path)
        if inputs["zoneId"] not in zones(self.world):
            raise refusal(method, path, HTTPStatus.NOT_FOUND, 7003, "Could not route to the zone; it does not exist.")
        if inputs.get("proxied") and inputs["ttl"] != 1:
            raise ApiError("ttl must be set to 1 when `proxied` is true")
        for key, other in self.world.cloud.all(self.token).items():
            if key == self.call.key or (other["zoneId"], other["name"]) != (inputs["zoneId"], inputs["name"]):
                continue
            if (other["type"], other.get("content")) == (inputs["type"], inputs.get("content")):
                raise refusal(method, path, HTTPStatus.BAD_REQUEST, 81058, "An identical record already exists.")
            if "CNAME" in (other["type"], inputs["type"]) and {other["type"], inputs["type"]} <= {*_ADDRESSES, "CNAME"}:
                text = "An A, AAAA, or CNAME record with that host already exists."
                raise refusal(method, path, HTTPStatus.BAD_REQUEST, 81053, text)


class ZoneSetting(Stored):
    """cloudflare.ZoneSetting. Deleting it calls nothing: the setting stays as it is."""

    token = "cloudflare:index/zoneSetting:ZoneSetting"

    def new_id(self, inputs: State) -> str:
        return f"{inputs['zoneId']}/{inputs['settingId']}"

    def outputs(self, _inputs: State) -> State:
        return {"editable": True, "modifiedOn": now()}

    def delete(self) -> None:
        """The API has nothing to call."""


def zone_id(name: str) -> str:
    """The id of a zone, the same in every sandbox."""
    return hashlib.md5(name.encode()).hexdigest()


def zones(world: World) -> dict[str, str]:
    """The name of every zone of the account by its id."""
    extra = world.root / "cloud" / "zones.txt"
    names = [*SEEDED, *(extra.read_text().split() if extra.exists() else ())]
    return {zone_id(name): name for name in names}
