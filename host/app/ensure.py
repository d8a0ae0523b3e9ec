"""An app that exists and answers to its domains."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import KW_ONLY, dataclass, replace

from host.app.rename import check_schema, clone, take_back
from host.app.rename_state import pending, successor, write
from host.core.command import Command
from host.core.errors import HostError
from host.core.host import Host
from host.core.ownership import FOUND, MADE, MAKING, claim, owner_of, record
from host.dokku.apps import app_exists, destroy_app, require_dokku


@dataclass(frozen=True)
class EnsureApp(Command, noun="app", verb="ensure", lock="app.{app}"):
    """Create an app and give it its domains. An app that was here before keeps its own, unless --declared."""

    app: str
    _: KW_ONLY
    domain: tuple[str, ...] = ()
    declared: bool = False
    """The stack file names the domains, so an app that was found gets them too."""
    take_over: bool = False
    """An app that was here before becomes the stack's, as if it had made it: it goes when its line goes."""
    renamed_from: str = ""
    """Its old name: the app is made of that one, and takes its place when it is built (see settings ensure)."""
    service: str = ""
    schema: str = ""
    """With --renamed-from: where its data is. A schema of the app's own name must still be free there."""

    def run(self, host: Host) -> None:
        """Converge: nothing is sent to Dokku where all is as declared."""
        claim(host, f"apps/{self.app}")
        if self.renamed_from:
            claim(host, f"apps/{self.renamed_from}")
        require_dokku(host)
        self._refuse_renamed(host)
        taken_back = take_back(host, self.app, self.renamed_from)
        if self.renamed_from and not taken_back and not pending(host, self.app):
            self._begin_rename(host)
        if rename := pending(host, self.app):
            # It gets its domains when it is built.
            if self._sets_domains(host):
                write(host, self.app, replace(rename, domains=self.domain))
        else:
            self._ensure(host)

    def _ensure(self, host: Host) -> None:
        if app_exists(host, self.app):
            _adopt(host, self.app, take_over=self.take_over)
            if self._sets_domains(host):
                _set_domains(host, self.app, self.domain)
        else:
            refuse_taken_domains(host, self.app, self.domain)
            with _undone(host, self.app):
                _create(host, self.app)
                _set_domains(host, self.app, self.domain)

    def _begin_rename(self, host: Host) -> None:
        """Nothing to do where the old app has gone: the rename is done."""
        if not app_exists(host, self.renamed_from):
            return
        if self.schema == self.app:
            check_schema(host, self.service, self.schema, self.renamed_from)
        refuse_taken_domains(host, self.app, self.domain, renamed_from=self.renamed_from)
        _adopt(host, self.renamed_from)
        clone(host, self.renamed_from, self.app, self.service, self.schema)

    def _sets_domains(self, host: Host) -> bool:
        owner = owner_of(host, f"apps/{self.app}")
        return self.declared or (owner is not None and owner.how != FOUND)

    def _refuse_renamed(self, host: Host) -> None:
        """An app that the same run is about to remove under this name would be taken for one that was here before."""
        new = successor(host, self.app)
        if new and new != self.renamed_from and not owner_of(host, f"apps/{self.app}"):
            raise HostError(
                f"{self.app} was renamed to {new}, and serves until {new} is built; nothing was changed. To take the "
                f"rename back, write was: {new} under apps.{self.app}"
            )


def refuse_taken_domains(host: Host, app: str, domains: Iterable[str], *, renamed_from: str = "") -> None:
    """HostError where an app of somebody else answers to one of the domains.

    Dokku gives one domain to two apps without a word, and the alphabet decides which of them answers. Apps of one stack
    may swap theirs in any order; the stack file's own rules look at those.
    """
    for domain in domains:
        for other in _apps_with(host, domain):
            # The old self of an app that is being renamed has no state.
            owner = owner_of(host, f"apps/{successor(host, other) or other}")
            if other in {app, renamed_from} or (owner and owner.stack == host.stack):
                continue
            raise HostError(
                f'apps.{app}.domains: "{domain}" leads to the app {other}, which is not of this stack; nothing was '
                f"changed. Name another domain, or take it away there first: dokku domains:report {other}"
            )


def _apps_with(host: Host, domain: str) -> list[str]:
    files = sorted(host.path("/home/dokku").glob("*/VHOST"))
    return [file.parent.name for file in files if domain in file.read_text().splitlines()]


def _adopt(host: Host, app: str, *, take_over: bool = False) -> None:
    owner = owner_of(host, f"apps/{app}")
    if take_over and (owner is None or owner.how == FOUND):
        host.step(f"{app}: was here already, belongs to the stack from now on")
        record(host, f"apps/{app}", MADE)
    elif owner is None:
        host.step(f"{app}: was here already, stays")
        record(host, f"apps/{app}", FOUND)
    elif owner.how == MAKING:
        record(host, f"apps/{app}", MADE)


@contextmanager
def _undone(host: Host, app: str) -> Iterator[None]:
    """A new app goes again where its making fails: Pulumi does not know it then, and would not remove it."""
    owner = owner_of(host, f"apps/{app}")
    try:
        yield
    except HostError:
        if owner and owner.how == MADE:  # one that somebody destroyed by hand
            raise
        with suppress(HostError):
            if app_exists(host, app):
                destroy_app(host, app)
            host.state.remove_all(f"apps/{app}")
        raise


def _create(host: Host, app: str) -> None:
    host.step(f"{app}: creating")
    record(host, f"apps/{app}", MAKING)
    host.dokku("apps:create", app)
    record(host, f"apps/{app}", MADE)


def _set_domains(host: Host, app: str, domains: tuple[str, ...]) -> None:
    present = host.dokku("domains:report", app, "--domains-app-vhosts").split()
    if sorted(present) == sorted(domains):
        return
    refuse_taken_domains(host, app, domains)
    host.step(f"{app}: domains {' '.join(domains)}")
    host.dokku("domains:set", app, *domains)
