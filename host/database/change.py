"""A running service gets other settings or another minor version, and its old ones back where that fails.

A minor version reads the same data: a dump first, then another image. Pulumi keeps the inputs of the last success:
after a change that failed, taking the line out of the stack file again is no change to it. So the way back is here, in
the command that failed.
"""

from host.core.errors import HostError
from host.core.host import Host
from host.database import address, health, settings, trial
from host.database.settings import Settings
from host.dokku import services
from host.postgres.psql import container


def change(host: Host, service: str, wanted: Settings) -> None:
    """Bring the service from its present settings to others, of the same major version, and wait until it answers.

    A run that was cut off is finished by the next: the note of what was before stays until the service answers.
    """
    present = settings.read(host, service)
    if present != wanted:
        upgrades = present.version != wanted.version
        if upgrades:
            _require_dumps(host, service, present.version)
        trial.require_start(host, service, wanted)
        if upgrades:
            _dump(host, service, present.version, wanted.version)
        settings.remember(host, service, present)
    try:
        _bring(host, service, wanted)
    except HostError as problem:
        _put_back(host, service, problem)
    settings.forget(host, service)


def _bring(host: Host, service: str, wanted: Settings) -> None:
    if settings.read(host, service).version != wanted.version:
        _upgrade(host, service, wanted)
    if settings.read(host, service) != wanted:
        host.step(f"{service}: new settings, restarting PostgreSQL")
        _stop_and_write(host, service, wanted)
    health.require_answer(host, service)


def _stop_and_write(host: Host, service: str, wanted: Settings) -> None:
    # `upgrade` to the running version does nothing, so the settings go where `start` reads them. The stop comes first:
    # cut off behind it, the next run finds the old settings and begins again.
    address.note_address(host, service)
    host.dokku("postgres:stop", service)
    settings.write(host, service, wanted)


def _put_back(host: Host, service: str, problem: HostError) -> None:
    """Bring back what was before the change, then fail with the reason; where nothing was changed, just fail."""
    before, failed = settings.remembered(host, service), settings.read(host, service)
    if before is None or before == failed:
        raise problem
    host.step(f"{service}: does not answer; putting back what was before")
    log = host.ask("docker", "logs", "--tail", "6", container(service))
    try:
        if before.version != failed.version:
            _upgrade(host, service, before)
        _stop_and_write(host, service, before)
        health.require_answer(host, service)
    except HostError as again:
        raise HostError(
            f"{service} answers neither after the change nor with what was before, which is in place again; its data "
            f"was not touched. Look at: dokku postgres:logs {service}",
            f"{problem.tail or problem}\n{again.tail or again}",
        ) from None
    settings.forget(host, service)
    address.restart_apps_if_moved(host, service)
    raise HostError(
        f"{service} did not answer after the change, so it is as before again and answers. In the stack file, correct "
        f"{_changed(before, failed)}",
        log.output if log.ok else problem.tail,
    )


def _changed(before: Settings, failed: Settings) -> str:
    """The keys of the stack file that made the difference."""
    keys = {
        "database.version": before.version != failed.version,
        "database.config": settings.reserving(before).options != settings.reserving(failed).options,
        "database.memory-mb": before.memory != failed.memory,
    }
    return " and ".join(key for key, differs in keys.items() if differs)


def _require_dumps(host: Host, service: str, running: str) -> None:
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


def _dump(host: Host, service: str, running: str, version: str) -> None:
    """A dump to where the scheduled ones go."""
    health.require_answer(host, service)
    host.step(f"{service}: a dump, then PostgreSQL {running} becomes {version}, a minute without a database")
    host.dokku("postgres:backup", service, _dump_target(host, service))


def _upgrade(host: Host, service: str, wanted: Settings) -> None:
    """Give the service another image.

    `upgrade` forgets settings and variables of the container unless they are given again (contract 692), and goes back
    to the plugin's own image. The variables can be given in no other way.
    """
    address.note_address(host, service)
    variables = ";".join(settings.environment(host, service))
    custom = ["--custom-env", variables] if variables else []
    host.dokku("postgres:upgrade", service, *wanted.words, *custom)


def _dump_target(host: Host, service: str) -> str:
    """BUCKET or BUCKET/PATH of the schedule, for which the plugin has the credentials; "" where there is none."""
    answer = host.ask("dokku", "postgres:backup-schedule-cat", service)
    _, _, words = answer.stdout.partition(f"postgres:backup {service} ")
    return next(iter(words.split()), "") if answer.ok else ""
