"""`postgres:link` and its kin. Nothing here is locked: links of one service at the same time lose some (records
605, 612).
"""

from __future__ import annotations

import subprocess

from sandbox.host.dokku import app as apps
from sandbox.host.dokku import config, docker_options, env, fault, files, say
from sandbox.host.dokku.call import Call, app_named
from sandbox.host.dokku.postgres import service

_COLORS = [
    "AQUA",
    "BLACK",
    "BLUE",
    "FUCHSIA",
    "GRAY",
    "GREEN",
    "LIME",
    "MAROON",
    "NAVY",
    "OLIVE",
    "PURPLE",
    "RED",
    "SILVER",
    "TEAL",
    "WHITE",
    "YELLOW",
]
_DEFAULT = "DATABASE_URL"


def _both(call: Call) -> tuple[str, str]:
    """The service and the app; a missing app is found first."""
    plain, _ = call.options(alias=("--alias", "-a"), querystring=("--querystring", "-q"))
    words = [word for word in plain if word != "-n"]
    app = apps.verified(app_named(words[1:])) if len(words) > 1 else ""
    name = service.named(words)
    if not app:
        raise say.RefusedError("Please specify an app to run the command on")
    return name, app


def _url(name: str, app: str) -> str:
    return service.url(name, env.read(app).get("POSTGRES_DATABASE_SCHEME", "postgres"))


def _holders(name: str, app: str) -> list[str]:
    """The app's variables that hold the service's URL."""
    url = _url(name, app)
    return [key for key, value in env.read(app).items() if url in value]


def _free_color(app: str) -> str:
    taken = env.read(app)
    return next(alias for color in _COLORS if (alias := f"DOKKU_POSTGRES_{color}_URL") not in taken)


def link(call: Call) -> int:
    """`postgres:link SERVICE APP [--alias A] [--querystring Q] [--no-restart]`:
    the superuser's URL, for every app the same.
    """
    name, app = _both(call)
    options = call.options(alias=("--alias", "-a"), querystring=("--querystring", "-q"))[1]
    present = env.read(app)
    if "alias" in options:
        variable = options["alias"].upper() + "_URL"
        if variable in present:
            raise say.RefusedError(f"Specified alias {options['alias'].upper()} already in use")
    else:
        variable = _free_color(app) if any(_DEFAULT in key for key in present) else _DEFAULT
    if held := _holders(name, app):
        raise say.RefusedError("Already linked as " + "\n".join(held))
    add(name, app)
    docker_options.add(app, _option(name))
    query = f"?{options['querystring']}" if options.get("querystring") else ""
    config.put(app, {variable: _url(name, app) + query})
    return _finished(call, app)


def _option(name: str) -> str:
    return f"--link {service.container(name)}:{service.host_name(name)}"


def _finished(call: Call, app: str) -> int:
    if call.has("--no-restart", "-n"):
        say.detail("Skipping restart of linked app")
        return 0
    return config.restarted(call, app)


def add(name: str, app: str) -> None:
    """Write the app into LINKS with the tools that the plugin uses, gaps between them included."""
    links = service.root(name) / "LINKS"
    _without(name, app)
    with links.open("a") as found:
        found.write(app + "\n")
    subprocess.run(["sort", "-u", str(links), "-o", str(links)], check=True)


def _without(name: str, app: str) -> None:
    links = service.root(name) / "LINKS"
    subprocess.run(["sed", "-i.bak", f"/^{app}$/d", str(links)], check=True)
    fault.place("postgres:link LINKS.bak")
    removed = subprocess.run(["rm", f"{links}.bak"], check=False)
    if removed.returncode:
        raise SystemExit(removed.returncode)


def forget_app(app: str) -> None:
    """Before an app is destroyed: out of every service's LINKS, and every service is named (record 590)."""
    for name in service.names():
        say.detail(f"Unlinking from {name}")
        _without(name, app)


def unlink(call: Call) -> int:
    """`postgres:unlink SERVICE APP [--no-restart]`: every variable that holds the URL goes."""
    name, app = _both(call)
    held = _holders(name, app)
    if not held:
        raise say.RefusedError(f"Not linked to app {app}")
    _without(name, app)
    docker_options.remove(app, _option(name))
    for key in held:
        config.take(app, [key])
    return _finished(call, app)


def linked(call: Call) -> int:
    """`postgres:linked SERVICE APP`: asks the app's variables, not LINKS."""
    name, app = _both(call)
    if not _holders(name, app):
        raise say.RefusedError(f"Service {name} is not linked to {app}")
    say.step(f"Service {name} is linked to {app}")
    return 0


def show(call: Call) -> int:
    """`postgres:links SERVICE`: asks LINKS, not the apps."""
    for app in files.lines(service.root(service.of(call)) / "LINKS"):
        say.out(app)
    return 0


def services_of(app: str) -> list[str]:
    """The services whose LINKS name the app."""
    return [name for name in service.names() if app in files.lines(service.root(name) / "LINKS")]


def app_links(call: Call) -> int:
    """`postgres:app-links APP`"""
    for name in services_of(apps.verified(app_named(call.words))):
        say.out(name)
    return 0


def promote(call: Call) -> int:
    """`postgres:promote SERVICE APP`: make it DATABASE_URL; what was there gets a color of its own, if it has no
    other name.
    """
    name, app = _both(call)
    held = _holders(name, app)
    if not held:
        raise say.RefusedError(f"Not linked to app {app}")
    if _DEFAULT in held:
        raise say.RefusedError(f"Service {name} already promoted as {_DEFAULT}")
    present = env.read(app)
    fresh = {_DEFAULT: present[held[0]]}
    before = present.get(_DEFAULT)
    if before and not any(value == before for key, value in present.items() if key != _DEFAULT):
        fresh[_free_color(app)] = before
    config.put(app, fresh)
    return 0 if call.has("--no-restart") else config.restarted(call, app)
