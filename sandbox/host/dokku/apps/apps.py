"""`apps:*`: create, destroy, rename, list."""

import shutil
import subprocess
import time

from sandbox.host.dokku.apps import app, build
from sandbox.host.dokku.core import files, report, say
from sandbox.host.dokku.core.call import Call, app_named
from sandbox.host.dokku.core.paths import CONFIG, DATA, SANDBOX
from sandbox.host.dokku.domains import domains, routes
from sandbox.host.dokku.postgres import links
from sandbox.host.dokku.processes import processes

_NONE_YET = "You haven't deployed any applications yet"
_HOOK = '#!/usr/bin/env bash\nset -e\nset -o pipefail\n\ncat | DOKKU_ROOT="/home/dokku" dokku git-hook {app}\n'


def list_(call: Call) -> int:
    """`apps:list`"""
    found = app.names()
    if call.options(format=("--format",))[1].get("format") == "json":
        say.out(report.to_json(found))
        return 0
    say.title("My Apps")
    for name in found:
        say.out(name)
    if not found:
        say.warn(_NONE_YET)
    return 0


def exists(call: Call) -> int:
    """`apps:exists APP`: 20 when not."""
    app.verified(app_named(call.rest("")))
    return 0


def create(call: Call) -> int:
    """`apps:create APP`"""
    name = app_named(call.words)
    if name.startswith("-"):
        flag = f"unknown flag: {name}" if name.startswith("--") else f"unknown shorthand flag: '{name[1]}' in {name}"
        raise say.RefusedError(f"Usage of apps:create:\n{flag}", 2, bare=True)
    made(app.checked_name(name))
    return 0


def made(name: str) -> None:
    """Make the app: folders, repository, proxy configuration."""
    try:
        app.home(name).mkdir()
    except FileExistsError as error:
        raise say.RefusedError("Name is already taken") from error
    say.step(f"Creating {name}...")
    _layout(name)
    try:
        domains.first_setup(name)
    except say.RefusedError as refusal:  # the trigger's stderr is printed twice (record 587)
        say.err(refusal.text)
        raise say.RefusedError(f" !     No web listeners specified for {name}\n{refusal.text}\n") from refusal


def _layout(name: str) -> None:
    subprocess.run(["git", "init", "--quiet", "--bare", str(app.home(name))], check=True, env=build.GIT_ENVIRONMENT)
    hook = app.home(name) / "hooks" / "pre-receive"
    files.write(hook, _HOOK.format(app=name), 0o755)
    for folder in ("branches", "nginx.conf.d"):
        (app.home(name) / folder).mkdir(exist_ok=True)
    for plugin in app.PROPERTIES:
        (CONFIG / plugin / name).mkdir(parents=True, exist_ok=True)
    app.put(name, "apps", "created-at", str(int(time.time())))
    app.put(name, "proxy", "proxy-port", "80")
    app.put(name, "ps", "scale", "web=1")


def destroy(call: Call) -> int:
    """`apps:destroy APP [--force]`, or the app's name on stdin."""
    name = app.verified(app_named(call.rest("--force", "-f")))
    if not call.has("--force", "-f"):
        _confirmed(name)
    remove(name)
    return 0


def _confirmed(name: str) -> None:
    say.out("> ", end="")
    answer = say.confirm(name, f"app {name}")
    if not answer:
        raise say.RefusedError("EOF")
    if answer.strip() != name:
        raise say.RefusedError("Confirmation did not match test. Aborted.", bare=True)


def remove(name: str) -> None:
    """Take the app away, its links with it; the services and the folders of `storage:*` stay.

    The app's own folder goes last, as on the real one: cut off before that, the app still exists, emptied. nginx was
    reloaded by then, so it goes on answering 502 for the app's names until something reloads it again (seen).
    """
    say.step(f"Destroying {name} (including all add-ons)")
    links.forget_app(name)
    say.step("Cleaning up...")
    say.step("Retiring old containers and images")
    processes.stop(name)
    of_plugins = [folder for folder in DATA.glob(f"*/{name}") if not folder.parent.name.startswith("storage")]
    for folder in (*CONFIG.glob(f"*/{name}"), CONFIG / name, *of_plugins, SANDBOX / "apps" / name):
        shutil.rmtree(folder, ignore_errors=True)
    routes.publish()
    shutil.rmtree(app.home(name), ignore_errors=True)


def show_report(call: Call) -> int:
    """`apps:report [APP]`"""
    wanted = [word for word in call.words[:1] if not word.startswith("--")]
    if not wanted and not app.names():
        say.warn(_NONE_YET)
        return 0
    for name in [app.verified(wanted[0])] if wanted else app.names():
        values = {
            "created-at": app.get(name, "apps", "created-at"),
            "deploy-source": app.get(name, "apps", "deploy-source"),
            "deploy-source-metadata": app.get(name, "apps", "deploy-source-metadata"),
            "dir": str(app.home(name)),
            "global-disable-autocreation": "",
            "locked": str((DATA / "apps" / name / ".deploy.lock").exists()).lower(),
        }
        report.show(call, f"{name} app information", "app", values, both_keys=True)
    return 0
