"""`postgres:link` and `unlink`. Nothing is locked: links of one service at once lose some (records 605, 612)."""

from sandbox.host.dokku.apps import app as apps
from sandbox.host.dokku.config import config, docker_options, env
from sandbox.host.dokku.core import fault, files, say
from sandbox.host.dokku.core.call import Call, app_named
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
DEFAULT = "DATABASE_URL"


def both(call: Call) -> tuple[str, str]:
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


def holders(name: str, app: str) -> list[str]:
    """The app's variables that hold the service's URL."""
    url = _url(name, app)
    return [key for key, value in env.read(app).items() if url in value]


def free_color(app: str) -> str:
    taken = env.read(app)
    return next(alias for color in _COLORS if (alias := f"DOKKU_POSTGRES_{color}_URL") not in taken)


def link(call: Call) -> int:
    """`postgres:link SERVICE APP [--alias A] [--querystring Q] [--no-restart]`.

    It gives the superuser's URL, to every app the same.
    """
    name, app = both(call)
    options = call.options(alias=("--alias", "-a"), querystring=("--querystring", "-q"))[1]
    present = env.read(app)
    if "alias" in options:
        variable = options["alias"].upper() + "_URL"
        if variable in present:
            raise say.RefusedError(f"Specified alias {options['alias'].upper()} already in use")
    else:
        variable = free_color(app) if any(DEFAULT in key for key in present) else DEFAULT
    if held := holders(name, app):
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
    """Write the app into LINKS in the plugin's three steps: a copy without it, the line, the order."""
    links = service.root(name) / "LINKS"
    _without(name, app)
    with links.open("a") as found:
        found.write(app + "\n")
    files.write(links, "".join(f"{line}\n" for line in sorted(set(files.lines(links)))))


def _without(name: str, app: str) -> None:
    links, backup = service.root(name) / "LINKS", service.root(name) / "LINKS.bak"
    backup.write_text(links.read_text())
    if app in files.lines(backup):
        files.write(links, "".join(f"{line}\n" for line in files.lines(backup) if line != app))
    fault.place("postgres:link LINKS.bak")
    try:
        backup.unlink()
    except FileNotFoundError as error:
        raise say.RefusedError(f"rm: cannot remove '{backup}': No such file or directory", bare=True) from error


def forget_app(app: str) -> None:
    """Before an app is destroyed: out of every service's LINKS, and every service is named (record 590)."""
    for name in service.names():
        say.detail(f"Unlinking from {name}")
        _without(name, app)


def unlink(call: Call) -> int:
    """`postgres:unlink SERVICE APP [--no-restart]`: every variable that holds the URL goes."""
    name, app = both(call)
    held = holders(name, app)
    if not held:
        raise say.RefusedError(f"Not linked to app {app}")
    _without(name, app)
    docker_options.remove(app, _option(name))
    for key in held:
        config.take(app, [key])
    return _finished(call, app)


def services_of(app: str) -> list[str]:
    """The services whose LINKS name the app."""
    return [name for name in service.names() if app in files.lines(service.root(name) / "LINKS")]
