"""`ports:*`: which port of the host leads to which port of the app."""

from sandbox.host.dokku.apps import app as apps
from sandbox.host.dokku.apps import build
from sandbox.host.dokku.core import report, say
from sandbox.host.dokku.core.call import Call, app_named
from sandbox.host.dokku.domains import proxy


def saved(app: str) -> list[str]:
    """The mappings that were set, as `scheme:host:container`."""
    return apps.get(app, "ports", "map").split()


def _save(app: str, mappings: list[str]) -> None:
    """In the order of their bytes, as Dokku's setPortMaps keeps them: http:8080:5000 comes before http:80:5000."""
    apps.put(app, "ports", "map", " ".join(sorted(set(mappings))))


def add_https(app: str) -> None:
    """A certificate brings https:443 to the app's own port."""
    mappings = saved(app)
    if not any(mapping.startswith("https:443:") for mapping in mappings):
        _save(app, [*mappings, f"https:443:{mappings[0].rpartition(':')[2]}"])


def _checked(words: list[str]) -> list[str]:
    for word in words:
        parts = word.split(":")
        for part in parts[1:] if len(parts) == 3 else parts[:1]:
            if not part.isdigit():
                raise say.RefusedError(f'Invalid port map {word} [err=strconv.Atoi: parsing "{part}": invalid syntax]')
    return words


def _rebuild(app: str) -> int:
    if not proxy.has_certificate(app):
        for mapping in saved(app):
            if mapping.startswith("https:"):
                say.warn(f"Ignoring detected https port mapping without an accompanying ssl certificate ({mapping})")
    proxy.rebuild(app)
    return 0


def set_(call: Call) -> int:
    """`ports:set APP SCHEME:HOST:CONTAINER…`"""
    app = apps.verified(app_named(call.words))
    _save(app, _checked(list(call.words[1:])))
    return _rebuild(app)


def add(call: Call) -> int:
    """`ports:add APP …`: 1 for one that is there."""
    app = apps.verified(app_named(call.words))
    fresh, there = _checked(list(call.words[1:])), {mapping.rpartition(":")[0] for mapping in saved(app)}
    for mapping in fresh:
        if (key := mapping.rpartition(":")[0]) in there:
            raise say.RefusedError(
                f"Error validating all port mappings: The same scheme:host-port is being reused: {key}"
            )
    _save(app, [*saved(app), *fresh])
    return _rebuild(app)


def remove(call: Call) -> int:
    """`ports:remove APP …`"""
    app = apps.verified(app_named(call.words))
    _save(app, [mapping for mapping in saved(app) if mapping not in call.words[1:]])
    return _rebuild(app)


def clear(call: Call) -> int:
    """`ports:clear APP`"""
    app = apps.verified(app_named(call.words))
    _save(app, [])
    return _rebuild(app)


def list_(call: Call) -> int:
    """`ports:list APP`"""
    app = apps.verified(app_named(call.words))
    if not (found := saved(app) or (_detected(app) if apps.is_deployed(app) else [])):
        raise say.RefusedError("No port mappings configured for app")
    say.step(f"Port mappings for {app}")
    say.out("    -----> scheme  host port  container port")
    for mapping in found:
        scheme, host, container = mapping.split(":")
        say.out(f"    {scheme:<13}  {host:<9}  {container}")
    return 0


def _detected(app: str) -> list[str]:
    port = build.image_of(app).port if apps.is_deployed(app) else 5000
    return [f"http:80:{port}", *([f"https:443:{port}"] if proxy.has_certificate(app) else [])]


def _json(mappings: list[str]) -> str:
    rows = [
        {"container_port": int(container), "host_port": int(host), "scheme": scheme}
        for scheme, host, container in (mapping.split(":") for mapping in mappings)
    ]
    return report.to_json(rows or None)


def show_report(call: Call) -> int:
    """`ports:report APP`"""
    app = apps.verified(app_named(call.words))
    values = {
        "map": " ".join(saved(app)),
        "map-detected": " ".join(_detected(app)),
        "map-detected-json": _json(_detected(app)),
        "map-json": _json(saved(app)),
    }
    return report.show(call, f"{app} ports information", "ports", values)
