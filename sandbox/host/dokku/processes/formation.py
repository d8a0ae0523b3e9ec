"""How many processes of each type an app should have: one property, what the Procfile names, what app.json decides.

The rules are those of Dokku's plugins/ps/functions.go (getFormations, updateScale) and its documentation,
docs/processes/process-management.md.
"""

import json
import re

from sandbox.host.dokku.apps import app as apps
from sandbox.host.dokku.apps import build
from sandbox.host.dokku.core import files


def of(app: str) -> dict[str, int]:
    """The app's numbers by type, sorted; a new app has one `web`."""
    pairs = (pair.partition("=") for pair in apps.get(app, "ps", "scale", "web=1").split())
    return dict(sorted((name, int(count)) for name, _, count in pairs))


def save(app: str, numbers: dict[str, int]) -> None:
    """Keep them."""
    apps.put(app, "ps", "scale", " ".join(f"{name}={count}" for name, count in sorted(numbers.items())))


def procfile(app: str) -> list[str]:
    """The types of the Procfile that was deployed last; none without one."""
    return re.findall(r"^([A-Za-z0-9_-]+):", files.text(build.source(app) / "Procfile"), re.M)


def decided(app: str) -> dict[str, int]:
    """The numbers in the deployed app.json; with any, `ps:scale` is refused."""
    found = json.loads(files.text(build.source(app) / "app.json") or "{}").get("formation", {})
    return {name: int(entry["quantity"]) for name, entry in found.items() if "quantity" in entry}


def settle(app: str) -> None:
    """With a deploy: the Procfile's types are there, app.json's numbers count, unknown types of number 0 go."""
    numbers, known = of(app), procfile(app)
    if fixed := decided(app):
        numbers = dict.fromkeys(numbers, 0) | fixed
    kept = {name: count for name, count in numbers.items() if count or name in known}
    save(app, dict.fromkeys(known, 0) | kept)
