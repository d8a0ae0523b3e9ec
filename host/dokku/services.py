"""Questions to the dokku-postgres plugin about database services."""

from pathlib import Path

from host.core.errors import HostError
from host.core.host import Host


def service_exists(host: Host, service: str) -> bool:
    """Whether there is a service of that name. HostError where the plugin does not answer."""
    return service in service_names(host)


def service_names(host: Host) -> list[str]:
    """Every service of the server. HostError where the plugin does not answer."""
    answer = host.ask("dokku", "--quiet", "postgres:list")
    if not answer.ok:
        raise HostError("the plugin does not answer (dokku postgres:list); nothing was changed", answer.output)
    return answer.stdout.split()


def require_service(host: Host, service: str) -> None:
    """HostError unless the service exists."""
    if not service_exists(host, service):
        raise HostError(
            f"the database {service} is not on this server; nothing was changed. Raise generation in the stack file "
            "and run pulumi up"
        )


def linked_apps(host: Host, service: str) -> list[str]:
    """The apps in the plugin's LINKS file. `linked` compares URLs instead, and is wrong once a URL was changed."""
    answer = host.ask("dokku", "postgres:links", service)
    if not answer.ok:
        raise HostError("dokku postgres:links did not answer; nothing was changed", answer.output)
    return answer.stdout.split()


def superuser_url(host: Host, service: str) -> str:
    """The URL that opens everything. It is hidden in all output from here on."""
    url = host.dokku("postgres:info", service, "--dsn").strip()
    host.out.hide(url, url.partition("://")[2].partition("@")[0].partition(":")[2])
    return url


def schedule_file(service: str) -> str:
    """The file of cron's that makes the service's dumps, as the plugin writes it."""
    return f"/etc/cron.d/dokku-postgres-{service}"


def scheduled(host: Host, service: str) -> str:
    """The line of the schedule of the service's dumps; "" where there is none."""
    answer = host.ask("dokku", "postgres:backup-schedule-cat", service)
    return answer.stdout.strip() if answer.ok else ""


def folder(host: Host, service: str) -> Path:
    """Where the plugin keeps the service."""
    return host.path(f"/var/lib/dokku/services/postgres/{service}")
