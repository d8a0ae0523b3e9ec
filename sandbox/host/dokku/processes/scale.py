"""`ps:scale`: how many processes an app has of each type.

The stand-in runs one process at most, of the type `web`: `web=2` runs one, `web=0` none, other types are only kept.
Records 516-518; the refusals are those of Dokku's plugins/ps/subcommands.go and functions.go.
"""

import re

from sandbox.host.dokku.apps import app as apps
from sandbox.host.dokku.apps import build, deploy
from sandbox.host.dokku.core import say
from sandbox.host.dokku.core.call import Call, app_named
from sandbox.host.dokku.processes import formation


def scale(call: Call) -> int:
    """`ps:scale [--skip-deploy] APP [TYPE=COUNT…]`: of a deployed app, the types whose number changes are deployed."""
    words = call.rest("--skip-deploy")
    app = apps.verified(app_named(words))
    if not words[1:]:
        return _report(app)
    if formation.decided(app):
        text = f"App {app} contains an app.json file with a formations key and cannot be manually scaled"
        raise say.RefusedError(text)
    say.step(f"Scaling {app} processes: {' '.join(words[1:])}")
    wanted, before = _parsed(words[1:]), formation.of(app)
    _check_types(app, wanted)
    formation.save(app, {**before, **wanted})
    changed = wanted.get("web", before.get("web")) != before.get("web")
    if changed and apps.is_deployed(app) and not call.has("--skip-deploy"):
        deploy.run_web(app, build.image_of(app))
    return 0


def _report(app: str) -> int:
    say.step(f"Scaling for {app}")
    if not say.quiet:
        say.out("proctype: qty\n--------: ---")
    for name, count in formation.of(app).items():
        say.out(f"{name + ':':<5} {count}")
    return 0


def _parsed(words: list[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for word in words:
        name, equals, count = word.partition("=")
        if not equals:
            raise say.RefusedError(f"Missing count for process type {word}")
        if not re.fullmatch(r"[+-]?[0-9]+", count.strip()):
            raise say.RefusedError(f"Invalid count for process type {name}")
        found.setdefault(name.strip(), int(count))
    return found


def _check_types(app: str, wanted: dict[str, int]) -> None:
    if known := formation.procfile(app):
        for name, count in wanted.items():
            if name not in known and count:
                raise say.RefusedError(f"{name} is not a valid process name to scale up")
