"""`apps:rename` and `apps:clone`: a new app with the old one's settings, but for its names and checks.

Both follow Dokku's own order (plugins/apps/subcommands.go): make the new app, copy or move what each plugin has,
destroy the old one (rename only), build the new one from git. What no plugin copies is lost: own names (seen), the
checks (plugins/checks has no trigger for either verb), and with a clone the certificate, which a rename
keeps (seen). A rename ends the old process before
the new one is built. Records 58-65, 592-596.
"""

import shutil

from sandbox.host.dokku.apps import app, build, deploy
from sandbox.host.dokku.apps.apps import made, remove
from sandbox.host.dokku.config import env
from sandbox.host.dokku.core import fault, say
from sandbox.host.dokku.core.call import Call, app_named
from sandbox.host.dokku.core.paths import CONFIG
from sandbox.host.dokku.postgres import links
from sandbox.host.dokku.processes import processes

_PLUGINS = (
    "apps",
    "docker-options",
    "git",
    "network",
    "nginx",
    "ports",
    "proxy",
    "ps",
    "registry",
    "resource",
    "storage",
)
_REPOSITORY = ("HEAD", "objects", "refs", "packed-refs")


def rename(call: Call) -> int:
    """`apps:rename [--skip-deploy] OLD NEW`: with the flag there is no image until `ps:rebuild NEW`."""
    old, new = _two_names(call)
    say.step(f"Renaming {old} to {new}")
    deployed = app.is_deployed(old)
    made(new)
    _copied(old, new)
    if (certificate := app.home(old) / "tls").exists():
        shutil.copytree(certificate, app.home(new) / "tls", dirs_exist_ok=True)
    for plugin in _PLUGINS:
        shutil.rmtree(CONFIG / plugin / old, ignore_errors=True)
    if deployed:
        app.put(new, "common", "deployed", "true")
        app.put(new, "sandbox", "no-image", "true")
    remove(old)
    return _built(call, new) if deployed else 0


def clone(call: Call) -> int:
    """`apps:clone [--skip-deploy] [--ignore-existing] OLD NEW`: the old app is not touched."""
    try:
        old, new = _two_names(call)
    except say.RefusedError as refusal:
        if call.has("--ignore-existing") and refusal.code == 1:
            say.warn(refusal.text)
            return 0
        raise
    say.step(f"Cloning {old} to {new}")
    made(new)
    fault.place("apps:clone made")
    _copied(old, new)
    return _built(call, new) if app.is_deployed(old) else 0


def _built(call: Call, new: str) -> int:
    if call.has("--skip-deploy"):
        return 0
    image = build.image_of(new)
    build.announce(new, image)
    app.put(new, "sandbox", "no-image", "")
    return deploy.redeploy(new)


def _two_names(call: Call) -> tuple[str, str]:
    words = call.rest("--ignore-existing", "--skip-deploy")
    old, new = app.verified(app_named(words)), app.checked_name(app_named(words[1:]))
    if app.exists(new):
        raise say.RefusedError("Name is already taken")
    return old, new


def _copied(old: str, new: str) -> None:
    env.change(new, lambda found: found.update(env.read(old)))
    for plugin in _PLUGINS:
        if (folder := CONFIG / plugin / old).exists():
            shutil.copytree(folder, CONFIG / plugin / new, dirs_exist_ok=True)
    for name in _REPOSITORY:
        if (path := app.home(old) / name).is_dir():
            shutil.copytree(path, app.home(new) / name, dirs_exist_ok=True)
        elif path.exists():
            shutil.copy2(path, app.home(new) / name)
    if build.source(old).exists():
        processes.folder(new).mkdir(parents=True, exist_ok=True)
        shutil.copytree(build.source(old), build.source(new), symlinks=True, dirs_exist_ok=True)
    for service in links.services_of(old):
        links.add(service, new)
