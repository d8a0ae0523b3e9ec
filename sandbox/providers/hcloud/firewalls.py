"""Firewalls at the stand-in for Hetzner's HTTP API: made, applied to servers, taken off, deleted.

They are the project's own, beside those of the engine, which the API shows too. Nothing is filtered on loopback.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from sandbox.providers.cloud import Cloud
from sandbox.providers.values import Json, State

from .network import Firewall
from .project import labels_of, selected

Answer = tuple[int, State]
Act = Callable[[str], State]
Query = Mapping[str, list[str]]
APPLIED = "appliedTo"
"""Ids of servers that the API, not the program, gave this firewall."""


def answer(cloud: Cloud, act: Act, request: tuple[str, list[str]], query: Query, body: State) -> Answer | None:
    """For one request, a method and a path below /firewalls; None for what is not there. `act` notes an action."""
    found = cloud.all(Firewall.token)
    match request:
        case "GET", []:
            shown = [_shown(key, held) for key, held in found.items() if _asked(held, query)]
            return 200, {"firewalls": shown}
        case "POST", []:
            return _make(cloud, act, body)
        case "DELETE", [key] if key in found:
            return _drop(cloud, key)
        case "POST", [key, "actions", verb] if key in found:
            return _change(cloud, act, key, verb, body)
    return None


def _make(cloud: Cloud, act: Act, body: State) -> Answer:
    if any(held["name"] == body["name"] for held in cloud.all(Firewall.token).values()):
        return 409, _error("uniqueness_error", "firewall name is already used")
    key, now = cloud.next_id(), datetime.now(UTC).isoformat()
    held = {**body, APPLIED: _servers(body["apply_to"]), "created": now}
    cloud.put(Firewall.token, key, held)
    return 201, {"firewall": _shown(key, held), "actions": [act("apply_firewall")]}


def _drop(cloud: Cloud, key: str) -> Answer:
    if cloud.all(Firewall.token)[key].get(APPLIED):
        return 409, _error("resource_in_use", "firewall is still in use")
    cloud.drop(Firewall.token, key)
    return 204, {}


def _change(cloud: Cloud, act: Act, key: str, verb: str, body: State) -> Answer:
    held = cloud.all(Firewall.token)[key]
    now, named = set(held.get(APPLIED, [])), set(_servers(body.get("apply_to") or body.get("remove_from") or []))
    left = now | named if verb == "apply_to_resources" else now - named
    cloud.put(Firewall.token, key, {**held, APPLIED: sorted(left)})
    return 201, {"actions": [act(verb)]}


def applied(root: Path, server: str) -> list[int]:
    """The firewalls that the API gave this server."""
    found = Cloud(root, "hcloud").all(Firewall.token)
    return [int(key) for key, held in found.items() if int(server) in held.get(APPLIED, [])]


def _asked(held: State, query: Query) -> bool:
    (selector,) = query.get("label_selector", [""])
    return held["name"] in query.get("name", [held["name"]]) and selected(labels_of(held), selector)


def _shown(key: str, held: State) -> State:
    rules = [_rule(rule) for rule in held.get("rules", [])]
    servers = [{"type": "server", "server": {"id": number}} for number in held.get(APPLIED, [])]
    created = held.get("created", "2025-01-01T00:00:00+00:00")
    same = {"name": held["name"], "labels": labels_of(held), "created": created}
    return {"id": int(key), "rules": rules, "applied_to": servers} | same


def _rule(rule: dict[str, Json]) -> State:
    """By the API's names; the engine's are its own."""
    names = {"source_ips": "sourceIps", "destination_ips": "destinationIps"}
    lists = {ours: rule.get(ours, rule.get(theirs, [])) for ours, theirs in names.items()}
    return {name: rule.get(name) for name in ("direction", "protocol", "port", "description")} | lists


def _servers(resources: list[State]) -> list[int]:
    return [int(one["server"]["id"]) for one in resources]


def _error(code: str, message: str) -> State:
    return {"error": {"code": code, "message": message, "details": None}}
