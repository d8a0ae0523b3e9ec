"""Changes by what they belong to: an app, the server, the database, the backups, the names."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from components.dokku.program import command_in
from host.app.ensure import EnsureApp
from operate.plan.changes import ADDED, CHANGED, REMOVED, Change, renames
from operate.plan.resource import Planned

_OF_AN_APP = ("App", "AppLink", "AppSettings", "AppCertificate", "AppBucket")
_TITLES = {
    "Server": "server",
    "Database": "database",
    "Bucket": "backups",
    "BucketWriter": "backups",
    "Backup": "backups",
    "BackupCopy": "backups",
    "FilesBackup": "backups",
    "Watch": "backups",
    "Edge": "names",
    "Certificates": "names",
}
ORDER = ("server", "database", "backups", "names")


@dataclass
class Group:
    """The changes of one part of the stack. `app` is the app's name, or "" for another part."""

    title: str
    app: str = ""
    changes: list[Change] = field(default_factory=list)

    @property
    def sign(self) -> str:
        """Of an app, what becomes of the app itself; else of all that changes."""
        own = {one.sign for one in self.changes if not self.app or one.one.parent == f"App {self.app}"}
        return own.pop() if len(own) == 1 and own <= {ADDED, REMOVED} else CHANGED


def groups(changes: Sequence[Change], before: Sequence[Planned], after: Sequence[Planned]) -> list[Group]:
    """Every group that has a change; apps last, by their names."""
    owners, renamed = dict(_domains([*before, *after])), {was: app for app, was in renames(after)}
    found: dict[str, Group] = {}
    for one in changes:
        app, title = _place(one.one, owners, renamed)
        if title:
            found.setdefault(title, Group(title, app)).changes.append(one)
    return sorted(found.values(), key=lambda one: (ORDER.index(one.title) if not one.app else len(ORDER), one.title))


def _domains(resources: Sequence[Planned]) -> Iterator[tuple[str, str]]:
    """Each domain of an app, with the app."""
    for one in resources:
        command = command_in(one.inputs)
        if isinstance(command, EnsureApp):
            yield from ((domain, command.app) for domain in command.domain)


def _place(one: Planned, owners: Mapping[str, str], renamed: Mapping[str, str]) -> tuple[str, str]:
    """The app, if it is one's, by its new name, and the title of the group; nothing for the program's own record."""
    kind, _, name = one.parent.partition(" ")
    app = name if kind in _OF_AN_APP else owners.get(_domain(one), "")
    app = renamed.get(app, app)
    return (app, f"app {app}") if app else ("", _TITLES.get(kind, ""))


def _domain(one: Planned) -> str:
    """The name that a record or a certificate is for: `A blog.example.com`, `blog.example.com-origin-5475-270`."""
    if one.kind == "DnsRecord":
        return one.name.partition(" ")[2]
    return one.name.partition("-origin")[0] if one.parent.startswith("Certificates ") else ""
