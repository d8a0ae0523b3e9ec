"""What Hetzner's API has in common for all its resources: its errors, unique names, label selectors."""

import secrets
from collections.abc import Mapping

from sandbox.providers.resource import ApiError, World
from sandbox.providers.values import Json


def refusal(message: str, code: str) -> ApiError:
    """An error in hcloud-go's form: text, code and the id that support asks for."""
    return ApiError(f"{message} ({code}, {secrets.token_hex(8)})")


def require_unique_name(world: World, token: str, name: str, kind: str, own_id: str = "") -> None:
    """Names are unique per kind in a Hetzner project."""
    if any(thing["name"] == name and key != own_id for key, thing in world.cloud.all(token).items()):
        raise refusal(f"{kind} name is already used", "uniqueness_error")


def selected(labels: Mapping[str, str], selector: str | None) -> bool:
    """Whether labels match a selector; of Hetzner's syntax `key`, `!key`, `key=value` and `key!=value`, with commas."""
    return all(_matches(labels, term.strip()) for term in (selector or "").split(",") if term.strip())


def _matches(labels: Mapping[str, str], term: str) -> bool:
    if "!=" in term:
        key, value = term.split("!=", 1)
        return labels.get(key.strip()) != value.strip()
    if "=" in term:
        key, value = term.replace("==", "=").split("=", 1)
        return labels.get(key.strip()) == value.strip()
    return term[1:] not in labels if term.startswith("!") else term in labels


def labels_of(thing: Mapping[str, Json]) -> dict[str, str]:
    """A thing's labels, none where it has none."""
    return dict(thing.get("labels", {}))
