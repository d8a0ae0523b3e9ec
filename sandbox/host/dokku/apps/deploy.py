"""Start an app's new process beside the old one, look whether it answers, switch over; the lines are the real one's."""

import secrets
import time
from pathlib import Path
from typing import Any

from sandbox.host.dokku.apps import app as apps
from sandbox.host.dokku.apps import build
from sandbox.host.dokku.apps.dockerfile import Image
from sandbox.host.dokku.config import env
from sandbox.host.dokku.core import files, say
from sandbox.host.dokku.docker import variables
from sandbox.host.dokku.domains import domains, proxy
from sandbox.host.dokku.processes import formation, processes

# The real one waits ten seconds for every container and thirty before it ends the old one.
_ANSWER_SECONDS = 20.0


def redeploy(app: str, image: Image | None = None) -> int:
    """Release and deploy what was built last."""
    _must_have_image(app)
    formation.settle(app)
    _release(app, first=image is not None)
    say.title("Processing deployment checks")
    say.out("\x1b[1m\x1b[31m !     \x1b[0m\x1b[0mNo healthchecks found in app.json for web process type")
    say.detail("No web healthchecks found in app.json. Simple container checks will be performed.")
    say.detail(
        "For more efficient zero downtime deployments, add healthchecks to your app.json. "
        "See https://dokku.com/docs/deployment/zero-downtime-deploys/ for examples"
    )
    say.step(f"Deploying {app} via the docker-local scheduler...")
    run_web(app, image or build.image_of(app))
    say.title("Application deployed:")
    for url in domains.urls_of(app):
        say.detail(url)
    say.out()
    return 0


def _release(app: str, *, first: bool) -> None:
    say.step(f"Releasing {app}...")
    for task in ("predeploy", "release", *(["heroku.postdeploy"] if first else [])):
        say.step(f"Checking for {task} task")
        say.detail(f"No {task} task found, skipping")


def run_web(app: str, image: Image) -> None:
    """The part that a plain restart does as well. One process is started, whatever number of them is asked for."""
    _must_have_image(app)
    count = formation.of(app).get("web", 0)
    say.step(f"Deploying web (count={count})")
    if count > 0:
        _run_one(app, image)
    else:
        _run_none(app)


def _run_one(app: str, image: Image) -> None:
    say.detail("Attempting pre-flight checks (web.1)")
    say.step("Executing 2 healthchecks")
    say.detail("Running healthcheck name='default' type='uptime' uptime=10")
    say.detail(
        f"Running healthcheck name='port listening check' attempts=3 port={image.port} "
        "retries=2 timeout=5 type='listening' wait=5"
    )
    process = start(app, image)
    _check(process)
    _show_output(app, process)
    before = processes.known(app)
    processes.adopt(app, process)
    apps.put(app, "sandbox", "stopped", "")
    apps.put(app, "ps", "restore", "true")
    apps.put(app, "common", "deployed", "true")
    _switch_over(app, process, before)


def _must_have_image(app: str) -> None:
    """A renamed app has none under its new name until it is built (`apps_copy.rename`)."""
    if has_no_image(app):
        raise say.RefusedError(f"App image (dokku/{app}:latest) not found")


def has_no_image(app: str) -> bool:
    """Whether it was deployed under another name and not built since."""
    return apps.get(app, "sandbox", "no-image") == "true"


def _run_none(app: str) -> None:
    processes.stop(app)
    processes.container_file(app).unlink(missing_ok=True)
    apps.put(app, "sandbox", "stopped", "true")
    apps.put(app, "common", "deployed", "true")
    proxy.rebuild(app)


def start(app: str, image: Image) -> dict[str, Any]:
    """A new process of the app, with everything its container would find in its environment."""
    name = f"{app}.web.1.upcoming-{secrets.randbelow(32768)}"
    environment = {
        "PATH": build.PATH,
        "HOME": "/root",
        "LANG": "C.UTF-8",
        **image.env,
        **variables.given(app, name, "deploy"),
        **env.read("--global"),
        **env.read(app),
        "DYNO": "web.1",
    }
    return processes.start(app, build.start_words(app, image), build.source(app), environment, image.port)


def _check(process: dict[str, Any]) -> None:
    if processes.answers(process, _ANSWER_SECONDS):
        say.detail("Healthcheck succeeded name='port listening check'")
    elif processes.runs(process):  # a container on the wrong port is deployed all the same, and serves 502
        say.detail("Healthcheck failed name='port listening check' error='container not listening on expected port'")
    else:
        say.title(f"Start of container output ({process['id'][:12]} web.1)")
        for row in files.lines(Path(process["log"])):
            say.detail(row)
        say.title(f"End of container output ({process['id'][:12]} web.1)")
        raise say.RefusedError(f"App container failed to start ({process['id'][:12]} web.1)")
    say.detail("Healthcheck succeeded name='default'")
    say.detail("All checks successful (web.1)")


def _show_output(app: str, process: dict[str, Any]) -> None:
    short = process["id"][:12]
    say.title(f"Start of {app} container output ({short} web.1)")
    for row in files.lines(Path(process["log"])):
        say.detail(row)
    say.title(f"End of {app} container output ({short} web.1)")


def _switch_over(app: str, process: dict[str, Any], before: dict[str, Any]) -> None:
    if before:
        say.detail("Scheduling old container shutdown in 60 seconds (web.1)")
    for heading in ("=====> Triggering early nginx proxy rebuild", "-----> Running post-deploy"):
        say.out(heading)
        say.step(f"Ensuring network configuration is in sync for {app}")
        proxy.rebuild(app)
    say.step("Renaming containers")
    if before:
        old = before["id"][:12]
        say.detail(f"Found previous container(s) ({old}) named {app}.web.1")
        say.detail(f"Renaming container ({old}) {app}.web.1 to {app}.web.1.{int(time.time())}")
    fresh = f"{app}.web.1.upcoming-{secrets.randbelow(32768)} ({process['id'][:12]})"
    say.detail(f"Renaming container {fresh} to {app}.web.1")
    say.step("Checking for postdeploy task")
    say.detail("No postdeploy task found, skipping")
    if before:
        say.step("Shutting down old containers in 60 seconds")
