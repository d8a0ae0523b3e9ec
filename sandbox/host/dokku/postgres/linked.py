"""What is linked: `postgres:linked`, `links`, `app-links`; and `promote`, which moves a link to DATABASE_URL."""

from sandbox.host.dokku.apps import app as apps
from sandbox.host.dokku.config import config, env
from sandbox.host.dokku.core import files, say
from sandbox.host.dokku.core.call import Call, app_named
from sandbox.host.dokku.postgres import service
from sandbox.host.dokku.postgres.links import DEFAULT, both, free_color, holders, services_of


def linked(call: Call) -> int:
    """`postgres:linked SERVICE APP`: asks the app's variables, not LINKS."""
    name, app = both(call)
    if not holders(name, app):
        raise say.RefusedError(f"Service {name} is not linked to {app}")
    say.step(f"Service {name} is linked to {app}")
    return 0


def show(call: Call) -> int:
    """`postgres:links SERVICE`: asks LINKS, not the apps."""
    for app in files.lines(service.root(service.of(call)) / "LINKS"):
        say.out(app)
    return 0


def app_links(call: Call) -> int:
    """`postgres:app-links APP`"""
    for name in services_of(apps.verified(app_named(call.words))):
        say.out(name)
    return 0


def promote(call: Call) -> int:
    """`postgres:promote SERVICE APP`: make it DATABASE_URL.

    What was there gets a color, if it has no other name.
    """
    name, app = both(call)
    held = holders(name, app)
    if not held:
        raise say.RefusedError(f"Not linked to app {app}")
    if DEFAULT in held:
        raise say.RefusedError(f"Service {name} already promoted as {DEFAULT}")
    present = env.read(app)
    fresh = {DEFAULT: present[held[0]]}
    before = present.get(DEFAULT)
    if before and not any(value == before for key, value in present.items() if key != DEFAULT):
        fresh[free_color(app)] = before
    config.put(app, fresh)
    return 0 if call.has("--no-restart") else config.restarted(call, app)
