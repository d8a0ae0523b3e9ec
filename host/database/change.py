"""A running service gets other settings or another minor version, and its old ones back where that fails.

Pulumi keeps the inputs of the last success: after a change that failed, taking the line out of the stack file again is
no change to it. So the way back is here, in the command that failed.
"""

from __future__ import annotations

from host.core.errors import HostError
from host.core.host import Host
from host.database import address, health, minor, settings, trial
from host.database.settings import Settings
from host.postgres.psql import container


def change(host: Host, service: str, wanted: Settings) -> None:
    """Bring the service from its present settings to others, of the same major version, and wait until it answers.

    A run that was cut off is finished by the next: the note of what was before stays until the service answers.
    """
    present = settings.read(host, service)
    if present != wanted:
        upgrades = present.version != wanted.version
        if upgrades:
            minor.require_dumps(host, service, present.version)
        trial.require_start(host, service, wanted)
        if upgrades:
            minor.dump(host, service, present.version, wanted.version)
        settings.remember(host, service, present)
    try:
        _bring(host, service, wanted)
    except HostError as problem:
        _put_back(host, service, problem)
    settings.forget(host, service)


def _bring(host: Host, service: str, wanted: Settings) -> None:
    if settings.read(host, service).version != wanted.version:
        minor.upgrade(host, service, wanted)
    if settings.read(host, service) != wanted:
        host.step(f"{service}: new settings, restarting PostgreSQL")
        _stop_and_write(host, service, wanted)
    health.start(host, service)
    health.wait_until_it_answers(host, service)


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
            minor.upgrade(host, service, before)
        _stop_and_write(host, service, before)
        health.start(host, service)
        health.wait_until_it_answers(host, service)
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
        "database.config": before.options != failed.options,
        "database.memory-mb": before.memory != failed.memory,
    }
    return " and ".join(key for key, differs in keys.items() if differs)
