"""`domains:*`: the names of an app and of the host."""

import random
import re

from sandbox.host.dokku.apps import app as apps
from sandbox.host.dokku.config import env
from sandbox.host.dokku.core import files, report, say
from sandbox.host.dokku.core.call import Call, app_named
from sandbox.host.dokku.core.paths import GLOBAL_VHOST
from sandbox.host.dokku.domains import proxy

_NAME = re.compile(r"[A-Za-z0-9*_.-]+")


def first_setup(app: str) -> None:
    """A new app's name below each of the host's; without any its vhost is off and it gets a port."""
    if found := apps.global_vhosts():
        say.step("Creating new app virtual host file...")
        _save(app, [f"{app}.{vhost}" for vhost in found])
        proxy.rebuild(app)
        return
    say.step("Global server virtual host not set, disabling app vhost...")
    env.change(app, lambda values: values.update(NO_VHOST="1"))
    port = random.randint(32768, 60999)
    say.step("No port set, setting to random open high port")
    say.step(f"Random port {port}")
    apps.put(app, "proxy", "proxy-port", str(port))
    proxy.rebuild(app)
    proxy.rebuild(app)


def _save(app: str, names: list[str]) -> None:
    files.write(apps.home(app) / "VHOST", "".join(f"{name}\n" for name in names))


def _enabled(app: str) -> bool:
    return env.read(app).get("NO_VHOST", "0") != "1"


def _words(call: Call) -> tuple[str, list[str]]:
    """The app and the names, checked."""
    app = apps.verified(app_named(call.words))
    names = list(call.words[1:])
    if not names:
        raise say.RefusedError(f"Please specify a domain name. Usage: dokku {app}  <domain> [<domain> ...]")
    for name in names:
        if not _NAME.fullmatch(name):
            raise say.RefusedError(f"{name} is invalid. exiting...")
    return app, names


def set_(call: Call) -> int:
    """`domains:set APP NAME…`"""
    app, names = _words(call)
    was_on = _enabled(app)
    _save(app, names)
    say.step(f"Set {' '.join(names)} for {app}")
    if was_on:
        proxy.rebuild(app)
    else:  # the real one configures the default name, twice, and the new one only with the next change (record 444)
        env.change(app, lambda values: values.update(NO_VHOST="0"))
        for _ in range(2):
            proxy.rebuild(app, [f"{app}.{vhost}" for vhost in apps.global_vhosts()])
    return 0


def add(call: Call) -> int:
    """`domains:add APP NAME…`"""
    app, names = _words(call)
    for name in names:
        found = apps.vhosts(app)
        if name in found:
            say.step(f"Skipping: {name} already added to {app}")
        else:
            _save(app, [*found, name])
            say.step(f"Added {name} to {app}")
    env.change(app, lambda values: values.update(NO_VHOST="0") if "NO_VHOST" in values else None)
    proxy.rebuild(app)
    return 0


def remove(call: Call) -> int:
    """`domains:remove APP NAME…`: 0 whether it was there or not."""
    app, names = _words(call)
    for name in names:
        _save(app, [found for found in apps.vhosts(app) if found != name])
        say.step(f"Removed {name} from {app}")
    proxy.rebuild(app)
    return 0


def clear(call: Call) -> int:
    """`domains:clear APP`"""
    app = apps.verified(app_named(call.words))
    _save(app, [])
    proxy.rebuild(app)
    say.step(f"Cleared domains in {app}")
    return 0


def set_global(call: Call) -> int:
    """`domains:set-global NAME…`"""
    if not call.words:
        raise say.RefusedError("Please specify a domain name. Usage: dokku domains:set-global <domain> [<domain> ...]")
    files.write(GLOBAL_VHOST, "".join(f"{name}\n" for name in call.words))
    say.step(f"Set {' '.join(call.words)}")
    return 0


def clear_global(_: Call) -> int:
    """`domains:clear-global`"""
    GLOBAL_VHOST.unlink(missing_ok=True)
    say.step("Cleared global domains")
    return 0


def show_report(call: Call) -> int:
    """`domains:report APP|--global`"""
    found = apps.global_vhosts()
    values = {"global-enabled": str(bool(found)).lower(), "global-vhosts": " ".join(found)}
    if call.has("--global"):
        return report.show(
            Call(call.verb, ("", *call.rest("--global"))), "--global domains information", "domains", values
        )
    for app in [apps.verified(call.words[0])] if call.words else apps.names():
        own = {"app-enabled": str(_enabled(app)).lower(), "app-vhosts": " ".join(apps.vhosts(app))}
        report.show(call, f"{app} domains information", "domains", {**own, **values})
    return 0


def urls(call: Call) -> int:
    """`url APP`, `urls APP`"""
    for url in urls_of(apps.verified(app_named(call.words))):
        say.out(url)
        if call.verb == "url":
            break
    return 0


def urls_of(app: str) -> list[str]:
    """Where the app answers; the router's port is said when it is not 80."""
    from sandbox.host.dokku.core.addresses import http_port

    port = "" if http_port() == 80 else f":{http_port()}"
    schemes = ["https", "http"] if proxy.has_certificate(app) else ["http"]
    return [f"{scheme}://{name}{port if scheme == 'http' else ''}" for name in apps.vhosts(app) for scheme in schemes]
