"""`apps:rename` and `apps:clone`: a new app with the old one's variables and links, never its names."""

from __future__ import annotations

import shutil

from sandbox.host.dokku import app, build, deploy, env, say
from sandbox.host.dokku.apps import made, remove
from sandbox.host.dokku.call import Call, app_named
from sandbox.host.dokku.paths import CONFIG
from sandbox.host.dokku.postgres import links


def rename(call: Call) -> int:
    """`apps:rename OLD NEW`: domains and certificate are lost on the way."""
    old, new = _two_names(call)
    say.step(f"Renaming {old} to {new}")
    linked = links.services_of(old)
    _copied(old, new)
    deployed = app.is_deployed(old)
    if deployed:
        shutil.copytree(build.source(old), build.source(new), symlinks=True)
        app.put(new, "sandbox", "deployed", "true")
    remove(old)
    for service in linked:
        links.add(service, new)
    return deploy.redeploy(new) if deployed else 0


def clone(call: Call) -> int:
    """`apps:clone [--ignore-existing] OLD NEW`: variables only."""
    try:
        old, new = _two_names(call)
    except say.RefusedError as refusal:
        if call.has("--ignore-existing") and refusal.code == 1:
            say.warn(refusal.text)
            return 0
        raise
    say.step(f"Cloning {old} to {new}")
    _copied(old, new)
    return 0


def _two_names(call: Call) -> tuple[str, str]:
    words = call.rest("--ignore-existing", "--skip-deploy")
    old, new = app.verified(app_named(words)), app.checked_name(app_named(words[1:]))
    if app.exists(new):
        raise say.RefusedError("Name is already taken")
    return old, new


def _copied(old: str, new: str) -> None:
    made(new)
    env.change(new, lambda found: found.update(env.read(old)))
    options = CONFIG / "docker-options" / old
    if options.exists():
        shutil.copytree(options, CONFIG / "docker-options" / new, dirs_exist_ok=True)
