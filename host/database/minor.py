"""Another minor version of PostgreSQL, which reads the same data: a dump first, then another image."""

from __future__ import annotations

from host.core.errors import HostError
from host.core.host import Host
from host.database import address, health, settings
from host.database.settings import OWN_IMAGE, Settings
from host.dokku import services


def require_dumps(host: Host, service: str, running: str) -> None:
    """HostError unless a dump can come before the upgrade, and everything can be given to `upgrade` again."""
    has_keys = (services.folder(host, service) / "backup/AWS_ACCESS_KEY_ID").exists()
    if not has_keys or not _dump_target(host, service):
        raise HostError(
            f"{service} has no dumps yet, and one comes before an upgrade; nothing was changed. "
            f'Write database.version: "{running}", run pulumi up, and raise it then'
        )
    if any(";" in variable for variable in settings.environment(host, service)):
        raise HostError(
            f"{service} has a variable with a semicolon, which dokku postgres:upgrade cannot be given again; nothing "
            f'was changed. Write database.version: "{running}"'
        )


def dump(host: Host, service: str, running: str, version: str) -> None:
    """A dump to where the scheduled ones go."""
    health.start(host, service)
    health.wait_until_it_answers(host, service)
    host.step(f"{service}: a dump, then PostgreSQL {running} becomes {version}, a minute without a database")
    host.dokku("postgres:backup", service, _dump_target(host, service))


def upgrade(host: Host, service: str, wanted: Settings) -> None:
    """Give the service another image.

    `upgrade` forgets settings and variables of the container unless they are given again (contract 692), and goes back
    to the plugin's own image. The variables can be given in no other way.
    """
    address.note_address(host, service)
    image = ["--image", wanted.image] if wanted.image != OWN_IMAGE else []
    options = ["--config-options", wanted.options] if wanted.options else []
    variables = ";".join(settings.environment(host, service))
    custom = ["--custom-env", variables] if variables else []
    host.dokku("postgres:upgrade", service, *image, "--image-version", wanted.version, *options, *custom)


def _dump_target(host: Host, service: str) -> str:
    """BUCKET or BUCKET/PATH of the schedule, for which the plugin has the credentials; "" where there is none."""
    answer = host.ask("dokku", "postgres:backup-schedule-cat", service)
    _, _, words = answer.stdout.partition(f"postgres:backup {service} ")
    return next(iter(words.split()), "") if answer.ok else ""
