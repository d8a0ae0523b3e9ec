"""Files in the second store: whole repositories, one after the other, in which nothing is ever deleted.

The key there should not be able to delete, and the store's own rule removes what is older than keep-days. restic keeps
each piece of data once, so by that rule old pieces would go that new snapshots need. So a new repository begins every
third of keep-days: what it holds is no older than that, and each snapshot stays whole for two thirds of keep-days.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from host.copy.settings import CopySettings, find_settings
from host.core.host import Host
from host.files.repository.make import make_repository
from host.files.repository.restic import NO_REPOSITORY, WRONG_PASSPHRASE, Repository, ResticError
from host.files.settings import passphrase_file

_DAY_SECONDS = 86_400


def generation(now: float, keep_days: int) -> str:
    """The folder of the repository that is filled at this moment: the day on which it began."""
    days = max(1, keep_days // 3)
    began = int(now) // _DAY_SECONDS // days * days
    return (date(1970, 1, 1) + timedelta(days=began)).isoformat()


def second_store(host: Host, service: str) -> tuple[Repository, CopySettings] | None:
    """The place of the repositories; None where the stack has no second store."""
    settings = find_settings(host, service)
    if settings is None:
        return None
    return Repository(settings.open(host, service), passphrase_file(host, service)), settings


def current(place: Repository, keep_days: int) -> Repository:
    """The repository of these days, made where it is not there yet.

    A key that cannot delete cannot take a passphrase away either: after a change of it another repository begins.
    """
    name = generation(place.host.now(), keep_days)
    for number in range(1, 100):
        one = replace(place, generation=name if number == 1 else f"{name}-{number}")
        try:
            one.require_opens()
        except ResticError as problem:
            if problem.cause == WRONG_PASSPHRASE:
                continue
            if problem.cause != NO_REPOSITORY:
                raise
            place.host.step(f"{place.bucket.service}: a new repository begins in the second store, {one.url}")
            make_repository(one)
        return one
    raise ResticError(f"no repository of {name} at {place.url} opens. Look at petbase:backupPassphrase")


def all_of_them(place: Repository) -> Iterator[Repository]:
    """The repositories that are there, the youngest first."""
    names = {name.removeprefix(place.under).split("/")[0] for name in place.bucket.sizes(place.under)}
    for name in sorted(names, reverse=True):
        yield replace(place, generation=name)
