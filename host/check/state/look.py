"""Petbase's files on this server: are all of them there, and do they hold what they should?"""

from collections.abc import Iterator

from host.check.findings import AGAIN, Findings
from host.check.state.shapes import fits
from host.copy.settings import folder as copy_folder
from host.core import files
from host.core.host import Host
from host.core.ownership import stack_of
from host.dokku import services
from host.files.settings import state_folder
from host.link.record import path as link_path
from host.watch.settings import UNREADABLE, folder, unreadable

_SHOWN = 5


def look_at_state(found: Findings) -> None:
    """A file that is gone or damaged counts as none: an app whose owner was in it would not be looked at any more, and
    a second store whose settings were would get no more dumps.
    """
    state = found.host.state
    own = f"{folder(found.service)}/settings.json"
    if damaged := [name for name in state.damaged(fits) if name != own]:
        found.problem("notes", f"{_shown(damaged)} in {state.folder} cannot be read. Remove what is broken. {AGAIN}")
    if found.settings == UNREADABLE:
        found.problem("settings", unreadable(found.host, found.service))
    if gone := sorted({name for name in _expected(found) if not state.exists(name)}):
        found.problem("missing notes", f"{state.folder} lacks {_shown([f'{name}.json' for name in gone])}. {AGAIN}")


def _shown(names: list[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more


def _expected(found: Findings) -> Iterator[str]:
    """The files that there must be, by what the stack file declares and what the others say."""
    service, settings = found.service, found.settings
    yield f"services/{service}/owner"
    yield from _of_apps(found.host, service)
    if settings == UNREADABLE:
        return
    if not settings.paused:
        yield f"{folder(service)}/since"
    if not settings.paused and not settings.found:
        yield f"services/{service}/passphrase"
    if settings.alarm:
        yield f"{folder(service)}/alert"
    yield from (f"{folder(service)}/channels/{name}/address" for name in settings.channels)
    if settings.copies:
        yield from (f"{copy_folder(service)}/{name}" for name in ("settings", "key"))
    if settings.files:
        yield from (f"{state_folder(service)}/{name}" for name in ("settings", "status"))


def _of_apps(host: Host, service: str) -> Iterator[str]:
    """What is known of an app begins with its owner; of one that is linked there is a record."""
    for app in host.state.names("apps"):
        yield f"apps/{app}/owner"
    for app in files.read(services.folder(host, service) / "LINKS").split():
        if stack_of(host, f"apps/{app}") == host.stack:
            yield link_path(app, service)
