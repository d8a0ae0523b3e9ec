"""The program's nouns as these tests use them, and what is true of an app when each has come or gone."""

from typing import Any

from host.app.ensure import EnsureApp
from host.app.remove import RemoveApp
from host.core.command import Command
from host.database.ensure import EnsureDatabase
from host.link.ensure import EnsureLink, RemoveLink
from tests.faults.support.bench import NAME, SERVICE, Bench

ROWS = [("apple",), ("banana",)]

OPTION = "--link dokku.postgres.db:dokku-postgres-db"
ROLE = {
    "rolcanlogin": True,
    "mighty": False,
    "password": True,
    "settings": [
        "idle_in_transaction_session_timeout=10min",
        "search_path=APP, extensions",
        "temp_file_limit=2GB",
    ],
    "schemas": ["APP"],
    "tables": ["fruits"],
    "connects": True,
}
OWNER: dict[str, Any] = {"how": "made", "stack": NAME}
LINK: dict[str, Any] = {
    "access": "schema",
    "stack": NAME,
    "found": False,
    "schema": "APP",
    "role": "APP",
    "scheme": "",
    "parameters": {},
    "connections": None,
}
LINKED = {
    "state": {"owner": OWNER, "links/db": LINK, "restart": None},
    "links": 1,
    "left": [],
    "role": ROLE,
    "exists": True,
    "domains": ["APP.example.com"],
    "options": {"build": [], "deploy": [OPTION], "run": [OPTION]},
    "env": {
        "DATABASE_URL": "APP:48 hex@dokku-postgres-db:5432/db",
        "DOKKU_POSTGRES_DB_ENV_POSTGRES_PASSWORD": "hidden",
    },
}
NO_OPTIONS: dict[str, list[str]] = {"build": [], "deploy": [], "run": []}
UNLINKED = {
    **LINKED,
    "state": {"owner": OWNER, "links/db": None, "restart": None},
    "links": 0,
    "role": {**ROLE, "rolcanlogin": False, "password": False},
    "options": NO_OPTIONS,
    "env": {},
}
GONE = {
    **UNLINKED,
    "state": {"owner": None, "links/db": None, "restart": None},
    "exists": False,
    "domains": [],
}


def app(name: str) -> EnsureApp:
    return EnsureApp(name, domain=(f"{name}.example.com",), declared=True)


def link(name: str, schema: str = "", service: str = SERVICE, **more: Any) -> EnsureLink:
    return EnsureLink(name, service=service, schema=schema or name, **more)


def database(name: str, version: str = "18.4", **config: str) -> EnsureDatabase:
    return EnsureDatabase(name, version=version, config=config)


def gone(command: EnsureApp | EnsureLink) -> Command:
    """What the stack sends when this leaves it."""
    if isinstance(command, EnsureApp):
        return RemoveApp(command.app)
    return RemoveLink(command.app, service=command.service)


def fill(bench: Bench, name: str) -> None:
    """A table with rows, made by the app itself."""
    with bench.database(bench.env(name)["DATABASE_URL"]) as session:
        session.execute("CREATE TABLE fruits (name text); INSERT INTO fruits VALUES ('apple'), ('banana')")


def rows(bench: Bench, name: str) -> list[Any]:
    """What lies in the app's schema."""
    with bench.database() as session:
        return session.execute(f'SELECT name FROM "{name}".fruits ORDER BY name').fetchall()


def destroy(bench: Bench, service: str) -> None:
    """A service and all that is known of it, away."""
    bench.root(f"dokku postgres:destroy {service} --force; rm -rf /var/lib/petbase/services/{service}")
