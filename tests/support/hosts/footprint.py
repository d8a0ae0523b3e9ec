"""Every byte that a sandbox host keeps, and since when its services run: to show that nothing changed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.faults.support.bench import Bench

_KEPT = ("etc", "home", "root", "usr/local", "var/lib", "var/spool")
# What PostgreSQL writes by itself shows in SQL; the stand-in's own books of containers and locks are no server's files.
_LEFT_OUT = ("/data/", "/sandbox/containers/", "/sandbox/lock")
OWN = ("var/lib/petbase/", "usr/local/lib/petbase/")
_DATABASE = (
    "SELECT rolname, rolpassword, rolcanlogin, rolsuper FROM pg_authid ORDER BY 1",
    "SELECT datname, datacl::text FROM pg_database ORDER BY 1",
    "SELECT nspname, nspowner::regrole::text, nspacl::text FROM pg_namespace WHERE nspname !~ '^pg_' ORDER BY 1",
    "SELECT oid::regclass::text, relacl::text, relfilenode FROM pg_class "
    "WHERE relnamespace::regnamespace::text !~ '^(pg_|information_schema)' ORDER BY 1",
    "SELECT pg_postmaster_start_time()",
)


def footprint(bench: Bench, *services: str) -> dict[str, Any]:
    """Path to mode, owner and bytes; the database's objects, and when each of `services` was started."""
    found: dict[str, Any] = dict(_files(bench.disk))
    for service in services:
        with bench.database(service=service) as session:
            for query in _DATABASE:
                found[f"{service}: {query}"] = session.execute(query.encode()).fetchall()
    return found


def differing(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """What is another now, without Petbase's own program and notes."""
    found = sorted(where for where in before.keys() | after.keys() if before.get(where) != after.get(where))
    return [where for where in found if not where.startswith(OWN)]


def _files(disk: Path) -> Iterator[tuple[str, Any]]:
    for top in _KEPT:
        for path in sorted((disk / top).rglob("*")):
            where = str(path.relative_to(disk))
            if any(part in f"/{where}" for part in _LEFT_OUT):
                continue
            if path.is_symlink():
                yield where, path.readlink()
            elif path.is_file():
                yield where, (path.stat().st_mode, path.read_bytes())
