"""`logs`, `run`, `enter`: what an app wrote, and commands in its files and environment."""

import subprocess
import time
from pathlib import Path

from sandbox.host.dokku.apps import app as apps
from sandbox.host.dokku.apps import build
from sandbox.host.dokku.config import env
from sandbox.host.dokku.core import say
from sandbox.host.dokku.core.call import Call, app_named
from sandbox.host.dokku.docker import variables
from sandbox.host.dokku.processes import processes


def logs(call: Call) -> int:
    """`logs APP [--num N] [--ps NAME] [--tail]`: what the app's process wrote (the stand-in knows no times)."""
    plain, options = call.options(num=("--num", "-n"), ps=("--ps", "-p"))
    process = processes.known(_deployed(app_named(plain)))
    if not process or options.get("ps", "web.1") not in ("web", "web.1"):
        return 0
    with Path(process["log"]).open(errors="replace") as log:
        _log_lines(log.read().splitlines()[-int(options.get("num", "100")) :])
        while call.has("--tail", "-t"):
            _log_lines(log.read().splitlines())
            time.sleep(0.2)
    return 0


def _log_lines(rows: list[str]) -> None:
    for row in rows:
        say.out(f"app[web.1]: {row}")


def run(call: Call) -> int:
    """`run APP COMMAND…`: once, in the app's files and environment."""
    app = apps.verified(app_named(call.words))
    if not apps.is_deployed(app):
        say.warn(f"App image (dokku/{app}:latest) not found")
        say.err("Error: No such image: ")
        say.warn("Invalid image stage detected: expected 'release', got ''")
        raise say.RefusedError("Successfully deploy your app to fix dokku run calls")
    return _in_environment(app, list(call.words[1:]), f"{app}.run")


def enter(call: Call) -> int:
    """`enter APP [web] COMMAND…`: the stand-in has no container to enter, only its files and environment."""
    app = _deployed(app_named(call.words))
    return _in_environment(app, list(call.words[2:]) or ["sh"], f"{app}.web.1")


def _deployed(app: str) -> str:
    if not apps.is_deployed(apps.verified(app)):
        raise say.RefusedError(f"App {app} has not been deployed")
    return app


def _in_environment(app: str, words: list[str], container: str) -> int:
    given = variables.given(app, container, "run")
    environment = {"PATH": build.PATH, "HOME": "/root", **given, **env.read(app)}
    try:
        return subprocess.run(words, cwd=build.source(app), env=environment, check=False).returncode
    except FileNotFoundError as error:
        raise say.RefusedError(f'exec: "{words[0]}": executable file not found in $PATH', 127, bare=True) from error
