"""Verbs of the host as a whole: `version`, `help`, and the three that only the stand-in has."""

import contextlib
from pathlib import Path

from sandbox.host.dokku import table
from sandbox.host.dokku.apps import app as apps
from sandbox.host.dokku.apps import build, deploy
from sandbox.host.dokku.core import files, paths, say
from sandbox.host.dokku.core.call import Call
from sandbox.host.dokku.domains import routes
from sandbox.host.dokku.postgres import service
from sandbox.host.dokku.postgres.server import binaries, cluster, server
from sandbox.host.dokku.processes import processes
from sandbox.host.dokku.system import plugin


def version(_: Call) -> int:
    """`version`"""
    say.out(f"dokku version {plugin.dokku_version()}")
    return 0


def help_(_: Call) -> int:
    """`help`: the verbs that the stand-in has."""
    say.out("Usage: dokku [--quiet|--force] COMMAND <app> [command-specific-options]\n")
    say.out("This is the sandbox's stand-in; it has:\n")
    for verb in table.VERBS:
        say.out(f"    {verb}")
    return 0


def init(_: Call) -> int:
    """`sandbox:init`: lay out what a fresh install of Dokku leaves on a host. Changes nothing twice.

    The postgres plugin is not part of it; it comes by `plugin:install`.
    """
    for folder in (
        paths.DOKKURC,
        paths.HOME / ".ssh",
        paths.CONFIG,
        paths.DATA,
        paths.PLUGINS / "available",
        paths.PLUGINS / "enabled",
    ):
        folder.mkdir(parents=True, exist_ok=True)
    for folder in (paths.SANDBOX, paths.CRON, paths.RUN, paths.LIB / "services"):
        folder.mkdir(parents=True, exist_ok=True)
    paths.HOME.chmod(0o700)
    if not (paths.HOME / ".sshcommand").exists():
        files.write(paths.HOME / ".sshcommand", "/usr/bin/dokku\n")
    if not paths.AUTHORIZED_KEYS.exists():
        files.write(paths.AUTHORIZED_KEYS, "", 0o600)
    _name_postgres()
    routes.publish()
    return 0


def _name_postgres() -> None:
    """`initdb` wants its user id to have a name."""
    passwd = Path("/etc/passwd")
    if not any(row.split(":")[2:3] == [binaries.USER_ID] for row in passwd.read_text().splitlines()):
        with passwd.open("a") as found:
            found.write(
                f"postgres:x:{binaries.USER_ID}:{binaries.USER_ID}:PostgreSQL:/var/lib/postgresql:/usr/sbin/nologin\n"
            )


def start(call: Call) -> int:
    """`sandbox:start`: at boot, start every service and app that ran before; what is broken is said and left alone."""
    init(call)
    for name in service.names():
        if server.container(name).get("state") in {"running", "restarting"}:
            _start_service(name)
    for app in apps.names():
        if apps.is_deployed(app) and not apps.get(app, "sandbox", "stopped") and not deploy.has_no_image(app):
            _start_app(app)
    routes.publish()
    return 0


def _start_service(name: str) -> None:
    # Nothing runs at boot: a lock file names a process of the last time.
    with contextlib.suppress(FileNotFoundError):
        (cluster.data(name, service.read(name, "IMAGE_VERSION")) / "postmaster.pid").unlink()
    try:
        if server.start(name, fresh_container=False):
            server.wait_ready(name)
    except (RuntimeError, OSError) as error:
        say.warn(f"{name}: {error}")


def _start_app(app: str) -> None:
    try:
        process = deploy.start(app, build.image_of(app))
        if not processes.answers(process, 20):
            say.warn(f"{app} does not answer yet")
        processes.adopt(app, process)
    except (say.RefusedError, OSError) as error:
        say.warn(f"{app}: {error}")


def stop(_: Call) -> int:
    """`sandbox:stop`: end everything in good order; what ran is started again by `sandbox:start`."""
    for app in apps.names():
        processes.end(processes.known(app))
    for name in service.names():
        server.halt(name)
    return 0
