"""The program's nouns as these tests use them, and what is true of an app when each has come or gone."""

from typing import Any

from components.dokku import lifecycle
from components.dokku.lifecycle import Noun
from components.dokku.shell import Script
from host.database.ensure import EnsureDatabase
from tests.faults.bench import SERVICE, STACK, Bench

ROWS = [("apple",), ("banana",)]

OPTION = "--link dokku.postgres.db:dokku-postgres-db"
ROLE = {
    "rolcanlogin": True,
    "mighty": False,
    "password": True,
    "settings": ["search_path=APP, extensions"],
    "schemas": ["APP"],
    "tables": ["fruits"],
    "connects": True,
}
LINKED = {
    "marks": {"apps": f"made {STACK}", "links/db": f"schema {STACK}", "restarts": ""},
    "links": 1,
    "left": [],
    "role": ROLE,
    "exists": True,
    "domains": ["APP.example.com"],
    "options": {"build": [OPTION], "deploy": [OPTION], "run": [OPTION]},
    "env": {
        "DATABASE_URL": "APP:48 hex@dokku-postgres-db:5432/db",
        "DOKKU_POSTGRES_DB_ENV_POSTGRES_PASSWORD": "hidden",
    },
}
NO_OPTIONS: dict[str, list[str]] = {"build": [], "deploy": [], "run": []}
UNLINKED = {
    **LINKED,
    "marks": {"apps": f"made {STACK}", "links/db": "", "restarts": ""},
    "links": 0,
    "role": {**ROLE, "rolcanlogin": False, "password": False},
    "options": NO_OPTIONS,
    "env": {},
}
GONE = {
    **UNLINKED,
    "marks": {"apps": "", "links/db": "", "restarts": ""},
    "exists": False,
    "domains": [],
}


def app(name: str) -> Noun:
    return lifecycle.app(STACK, name, [f"{name}.example.com"], named=True)


def link(name: str) -> Noun:
    return lifecycle.link(STACK, SERVICE, name, name, "schema")


def database(name: str, version: str = "18.4", **config: str) -> EnsureDatabase:
    return EnsureDatabase(name, version=version, config=config)


def gone(noun: Noun) -> Script:
    assert noun.gone
    return noun.gone


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
