"""Questions to Dokku about apps. Absent is not broken: a sick Dokku must never look like an empty one."""

from host.core.errors import HostError
from host.core.host import Host
from host.dokku import env_file

_NO_SUCH_APP = 20  # contract/dokku.jsonl, section apps


def require_dokku(host: Host) -> None:
    """HostError unless Dokku answers; comes before any question whose answer may be "there is none"."""
    app_names(host)


def app_names(host: Host) -> list[str]:
    """Every app of the server. HostError where Dokku does not answer."""
    answer = host.ask("dokku", "--quiet", "apps:list")
    if not answer.ok:
        raise HostError(
            "Dokku does not answer on this server; nothing was changed. Try: dokku apps:list", answer.output
        )
    return answer.stdout.split()


def app_exists(host: Host, app: str) -> bool:
    """Whether the app exists. HostError where Dokku answers neither yes nor no."""
    answer = host.ask("dokku", "apps:exists", app)
    if answer.code in (0, _NO_SUCH_APP):
        return answer.ok
    raise HostError(f"dokku apps:exists {app} answered {answer.code}; nothing was changed", answer.output)


def require_app(host: Host, app: str) -> None:
    """HostError unless the app exists."""
    if not app_exists(host, app):
        raise HostError(
            f"the app {app} is not on this server; nothing was changed. Raise generation in the stack file and run "
            "pulumi up"
        )


def is_deployed(host: Host, app: str) -> bool:
    """Whether the app has ever been deployed; a restart of one that was not does nothing."""
    return host.dokku("ps:report", app, "--deployed").strip() == "true"


def restart(host: Host, app: str) -> bool:
    """Restart an app beside others: if it does not start again, the others do not wait. Whether it did."""
    started = host.ask("dokku", "ps:restart", app).ok
    if not started:
        host.step(f"{app} did not start again. Look at: dokku logs {app}")
    return started


def destroy_app(host: Host, app: str) -> None:
    """Destroy an app, and take it out of nginx first.

    apps:destroy reloads nginx before it removes the app's folder, so nginx would go on answering 502 for its domains,
    also for those that another app has by now (seen).
    """
    host.ask("dokku", "proxy:clear-config", app)
    host.dokku("apps:destroy", app, "--force")
    env_file.sweep(host)
