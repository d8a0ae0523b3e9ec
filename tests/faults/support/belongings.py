"""What belongs to which of two stacks on one server: every byte that the host, the database and the accounts keep.

The second stack's things all carry its name, and the first one's do not: a file or a row belongs to the second when its
path or its text has the name in it; of a file that both write in, each line to its own.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.faults.support.site import Site

NAME = "staging"
_KEPT = ("etc", "home", "root", "var/lib")
# What PostgreSQL writes by itself is looked at as SQL instead; what was asked of Dokku, and when, changes nothing.
_LEFT_OUT = ("/data/", "/sandbox/containers/", "/sandbox/lock")
STAND_IN = ("var/lib/dokku/sandbox/", "var/lib/systemd/", "var/lib/docker/", "store/", "cloudflare:", "hcloud:")
"""What the stand-ins for Docker, systemd and Dokku write for themselves, and the accounts."""
_DATABASE = (
    "SELECT rolname, rolpassword, rolcanlogin, rolsuper, rolconnlimit FROM pg_authid ORDER BY 1",
    "SELECT setrole::regrole::text, setconfig FROM pg_db_role_setting ORDER BY 1",
    "SELECT datname, datacl::text FROM pg_database ORDER BY 1",
    "SELECT nspname, nspowner::regrole::text, nspacl::text FROM pg_namespace WHERE nspname !~ '^pg_' ORDER BY 1",
    "SELECT oid, oid::regclass::text, relowner::regrole::text, relacl::text, relfilenode FROM pg_class "
    "WHERE relnamespace::regnamespace::text !~ '^(pg_|information_schema)' ORDER BY 1",
    "SELECT xmin::text, xmax::text, name FROM {app}.fruits ORDER BY 3",
    "SELECT pg_postmaster_start_time()",
)


@dataclass
class Belongings:
    """`mine` of the first stack, `theirs` of the second: where it lies, and what it is."""

    mine: dict[str, Any] = field(default_factory=dict)
    theirs: dict[str, Any] = field(default_factory=dict)

    def of(self, stack: str) -> dict[str, Any]:
        """What belongs to that stack."""
        return self.theirs if stack == NAME else self.mine

    def add(self, where: str, mode: int, text: bytes) -> None:
        """A file, given to one of them whole or line by line. The first one's part is there even when it is empty."""
        held = "/store/" in f"/{where}" and NAME.encode() in text
        if NAME in where or held:
            self.theirs[where] = (mode, text)
            return
        table = where.endswith(".json") and "/sandbox/" in where
        lines = [*_leaves(json.loads(text))] if table else text.splitlines()
        ours = [line for line in lines if NAME.encode() in line]
        self.mine[where] = (mode, [line for line in lines if NAME.encode() not in line])
        if ours:
            self.theirs[where] = (mode, ours)


def belongings(site: Site, apps: dict[str, str]) -> Belongings:
    """All that there is now. `apps`: of each service, the app whose table is read row by row."""
    found = Belongings()
    for where, path in _files(site.bench.disk, site.root):
        found.add(where, path.stat().st_mode, path.read_bytes())
    for service, app in apps.items():
        held = found.theirs if NAME in service else found.mine
        with site.bench.database(service=service) as session:
            for query in _DATABASE:
                held[f"{service}: {query}"] = session.execute(query.format(app=f'"{app}"').encode()).fetchall()
    for where, thing in _accounts(site.root):
        (found.theirs if NAME in where + thing else found.mine)[where] = thing
    return found


def changed(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """Where two states differ."""
    return sorted(where for where in before.keys() | after.keys() if before.get(where) != after.get(where))


def _leaves(value: Any, where: str = "") -> Iterator[bytes]:
    """A table of the stand-in's own, which is one line of JSON, as lines: each leaf with the way to it."""
    if isinstance(value, dict):
        for key, held in value.items():
            yield from _leaves(held, f"{where}{key} ")
    else:
        yield f"{where}{value}".encode()


def _files(disk: Path, root: Path) -> Iterator[tuple[str, Path]]:
    for top in [*(disk / name for name in _KEPT), root / "store/buckets", root / "store/tokens"]:
        for path in sorted(top.rglob("*")):
            where = str(path.relative_to(disk if path.is_relative_to(disk) else root))
            if path.is_file() and not path.is_symlink() and not any(part in f"/{where}" for part in _LEFT_OUT):
                yield where, path


def _accounts(root: Path) -> Iterator[tuple[str, str]]:
    """What the pretend Hetzner and Cloudflare hold, thing by thing."""
    for file in sorted((root / "cloud").glob("*.json")):
        for kind, things in json.loads(file.read_text())["things"].items():
            for key, state in things.items():
                yield f"{kind} {key}", json.dumps(state, sort_keys=True)
