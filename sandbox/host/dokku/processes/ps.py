"""`ps:*`, `logs`, `run`, `enter`: an app's processes. An app that was never deployed is no error for most of them."""

from sandbox.host.dokku.apps import app as apps
from sandbox.host.dokku.apps import build, deploy
from sandbox.host.dokku.core import report, say
from sandbox.host.dokku.core.call import Call, app_named
from sandbox.host.dokku.domains import proxy, routes
from sandbox.host.dokku.processes import formation, processes

_BLANK = (
    "computed-dockerfile-start-cmd computed-start-cmd dockerfile-start-cmd global-procfile-path global-restart-policy "
    "global-skip-deploy global-stop-timeout-seconds procfile-path restart-policy skip-deploy start-cmd "
    "stop-timeout-seconds"
)


def show_report(call: Call) -> int:
    """`ps:report APP`"""
    app = apps.verified(app_named(call.words))
    process = processes.known(app)
    values = {
        **dict.fromkeys(_BLANK.split(), ""),
        "can-scale": str(not formation.decided(app)).lower(),
        "computed-procfile-path": "Procfile",
        "computed-restart-policy": "on-failure:10",
        "computed-skip-deploy": "false",
        "computed-stop-timeout-seconds": "30",
    }
    full = {f"--ps-{key}": value for key, value in values.items()}
    full |= {
        "--deployed": str(apps.is_deployed(app)).lower(),
        "--processes": "1" if apps.is_deployed(app) else "0",
        "--restore": "true",
        "--running": str(bool(process)).lower(),
    }
    if apps.is_deployed(app):
        state = f"running (CID: {process['id'][:11]})" if process else "exited"
        full["--status-web.1"] = state
    return report.show(call, f"{app} ps information", "ps", full, both_keys=True)


def restart(call: Call) -> int:
    """`ps:restart APP`"""
    try:
        app = apps.verified(app_named(call.words))
    except say.RefusedError as refusal:  # this one noun says it on stdout (record 81)
        say.out(f" !     {refusal.text}")
        return refusal.code
    if not apps.is_deployed(app):
        say.out(f" !     App {app} has not been deployed")
        return 0
    deploy.run_web(app, build.image_of(app))
    return 0


def rebuild(call: Call) -> int:
    """`ps:rebuild APP`"""
    app = apps.verified(app_named(call.words))
    if not build.source(app).exists():
        say.out(
            "\x1b[1G\x1b[K-----> WARNING: Cannot build from 'master' as there are no commits stored at that branch."
        )
        return 1
    image = build.image_of(app)
    build.announce(app, image)
    apps.put(app, "sandbox", "no-image", "")
    return deploy.redeploy(app, image)


def start(call: Call) -> int:
    """`ps:start APP`"""
    app = apps.verified(app_named(call.words))
    if not apps.is_deployed(app):
        say.warn(f"App {app} has not been deployed")
    elif processes.known(app):
        say.step(f"Ensuring network configuration is in sync for {app}")
        proxy.rebuild(app)
        say.warn(f"App {app} already running")
    else:
        deploy.run_web(app, build.image_of(app))
    return 0


def stop(call: Call) -> int:
    """`ps:stop APP`: stays stopped over a restart of the host."""
    app = apps.verified(app_named(call.words))
    if not apps.is_deployed(app):
        say.warn(f"App {app} has not been deployed")
        return 0
    say.step(f"Stopping {app}")
    processes.stop(app)
    apps.put(app, "sandbox", "stopped", "true")
    apps.put(app, "ps", "restore", "false")
    routes.publish()
    return 0
