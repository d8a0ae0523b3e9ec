"""Real frameworks, each an app beside the others: they start, find nothing to do at the second start, and go on where
the dump was after a restore. docs/frameworks.md says what to write for each.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from host.app.ensure import EnsureApp
from host.link.ensure import EnsureLink
from tests.operate.frameworks.frameworks import Framework, installed, node, of_node, of_python, run
from tests.support.hosts.estate import Estate
from tests.support.operate import Petbase, Pulumi, outputs

# Whatever a migration makes or changes is a row here that was not there before.
_OBJECTS = """
SELECT count(*) || ' ' || md5(string_agg(one::text, ',' ORDER BY one)) FROM (
  SELECT oid || ' ' || relnatts FROM pg_class WHERE relowner = (SELECT oid FROM pg_roles WHERE rolname = '{role}')
  UNION ALL SELECT oid::text FROM pg_proc WHERE proowner = (SELECT oid FROM pg_roles WHERE rolname = '{role}')
  UNION ALL SELECT oid::text FROM pg_type WHERE typowner = (SELECT oid FROM pg_roles WHERE rolname = '{role}')
) AS made (one);
"""


@dataclass(frozen=True)
class Apps:
    estate: Estate
    frameworks: list[Framework]

    def url(self, app: str) -> str:
        said: str = self.estate.connection.run("dokku", "config:get", app, "DATABASE_URL").strip()
        hosts = (self.estate.host.machine.root / "etc/hosts").read_text().splitlines()
        (address,) = [row.split()[0] for row in hosts if "dokku-postgres-db" in row.split()]
        return said.replace("dokku-postgres-db", address)

    def start(self, framework: Framework) -> None:
        framework.start(self.url(framework.app))

    def rows(self, framework: Framework) -> int:
        return int(self.estate.sql(f"SELECT count(*) FROM {framework.rows};"))

    def objects(self, framework: Framework) -> str:
        return self.estate.sql(_OBJECTS.format(role=framework.app))


def link(estate: Estate, app: str, **more: Any) -> None:
    for command in (EnsureApp(app, domain=(f"{app}.localhost",)), EnsureLink(app, service="db", schema=app, **more)):
        answer = estate.host.send("test", command)
        assert answer.returncode == 0, answer.stdout + answer.stderr


@pytest.fixture(scope="module")
def binary() -> Path | None:
    return installed()


@pytest.fixture(scope="module")
def made_apps(made_estate: Estate, binary: Path | None, tmp_path_factory: pytest.TempPathFactory) -> Apps:
    made_estate.fill()
    found = of_python(tmp_path_factory.mktemp("projects"))
    found += of_node(binary) if binary else []
    for framework in found:
        link(made_estate, framework.app, **framework.link)
    return Apps(made_estate, found)


@pytest.fixture
def apps(made_apps: Apps, estate: Estate, pulumi: Pulumi) -> Apps:
    """The same, as apps of the stack `test`."""
    plain = outputs()["apps"]["fruits"]
    more = {one.app: {**plain, "schema": one.app, "role": one.app} for one in made_apps.frameworks}
    pulumi.stack("test", {**estate.outputs, "apps": {**estate.outputs["apps"], **more}})
    return made_apps


@pytest.fixture
def needs_npm(binary: Path | None) -> Path:
    if binary is None:
        pytest.skip("npm's registry cannot be reached, so Node's frameworks were not tried")
    return binary


def test_the_frameworks_of_npm_are_tried(needs_npm: Path) -> None:
    """Where they are not, this says so."""
    assert needs_npm.exists()


def test_each_starts_and_the_second_start_has_nothing_to_do(made_apps: Apps) -> None:
    for framework in made_apps.frameworks:
        made_apps.start(framework)
        before = made_apps.objects(framework)
        made_apps.start(framework)
        assert made_apps.objects(framework) == before, framework.app
        assert made_apps.rows(framework) == 2, framework.app


def test_a_schema_that_a_framework_makes_is_its_apps_own(made_apps: Apps) -> None:
    for framework in made_apps.frameworks:
        recorded = made_apps.estate.sql(
            f"SELECT schema FROM petbase.schemas WHERE role = '{framework.app}' ORDER BY 1;"
        )
        assert recorded.split() == sorted({framework.app, framework.journal} - {""})


def test_a_second_app_takes_another_name_for_the_journal(made_apps: Apps, needs_npm: Path) -> None:
    """As docs/frameworks.md says: the schema of the framework's own name belongs to whose app came first."""
    link(made_apps.estate, "second")
    url = made_apps.url("second")
    for script, schema in (("drizzle", "drizzle"), ("pg-boss", "pgboss"), ("graphile-worker", "graphile_worker")):
        refused = run(needs_npm, f"{script}.ts", url)
        assert f"permission denied for schema {schema}" in refused.stderr, script
        node(needs_npm, f"{script}.ts", JOURNAL=f"second_{schema}")(url)
    assert made_apps.estate.sql("SELECT count(*) FROM petbase.schemas WHERE role = 'second';") == "4"


def test_prisma_makes_its_shadow_database_elsewhere(made_apps: Apps, needs_npm: Path) -> None:
    """`migrate dev` wants CREATEDB; `migrate deploy`, which is what a server runs, does not (docs/frameworks.md)."""
    refused = run(needs_npm, "prisma.ts", made_apps.url("with-prisma"), "dev")
    assert "Failed to connect to the shadow database" in refused.stderr
    assert "permission denied to create database" in refused.stderr


@pytest.fixture
def dumped(apps: Apps, petbase: Petbase) -> str:
    """The key of a dump with as many rows as there are now, after which each app starts once more."""
    key: str = json.loads(petbase("backup", "--json").out)["key"]
    for framework in apps.frameworks:
        apps.start(framework)
    return key


Goes = Callable[[Framework, int], None]


@pytest.fixture
def goes_on(apps: Apps) -> Goes:
    """Whether an app has so many rows, and its next start finds nothing to migrate."""

    def check(framework: Framework, rows: int) -> None:
        assert apps.rows(framework) == rows, framework.app
        before = apps.objects(framework)
        apps.start(framework)
        assert apps.objects(framework) == before, framework.app
        assert apps.rows(framework) == rows + 1, framework.app

    return check


@pytest.mark.soak
def test_all_go_on_after_a_whole_restore(apps: Apps, petbase: Petbase, dumped: str, goes_on: Goes) -> None:
    held = {one.app: apps.rows(one) for one in apps.frameworks}
    ran = petbase("restore", "--key", dumped, "--yes", "--no-safety-dump")
    assert ran.code == 0, ran.err
    for framework in apps.frameworks:
        goes_on(framework, held[framework.app] - 1)


def restored_alone(apps: Apps, petbase: Petbase, key: str, goes_on: Goes, app: str) -> None:
    held = {one.app: apps.rows(one) for one in apps.frameworks}
    ran = petbase("restore", "--app", app, "--key", key, "--yes", "--no-safety-dump")
    assert ran.code == 0, ran.err
    (own,) = [one for one in apps.frameworks if one.app == app]
    assert {one.app: apps.rows(one) for one in apps.frameworks} == {**held, app: held[app] - 1}
    goes_on(own, held[app] - 1)


@pytest.mark.soak
def test_one_goes_on_after_its_own_restore_and_the_others_stay(
    apps: Apps, petbase: Petbase, dumped: str, goes_on: Goes, needs_npm: Path
) -> None:
    """Its tables and its journal come back together."""
    assert needs_npm
    restored_alone(apps, petbase, dumped, goes_on, "with-drizzle")


@pytest.mark.soak
@pytest.mark.parametrize("app", ["pg-boss", "graphile", "prisma", "alembic", "django", "rails"])
def test_each_goes_on_after_its_own_restore(apps: Apps, petbase: Petbase, dumped: str, goes_on: Goes, app: str) -> None:
    if f"with-{app}" not in [one.app for one in apps.frameworks]:
        pytest.skip("npm's registry cannot be reached, so Node's frameworks were not tried")
    restored_alone(apps, petbase, dumped, goes_on, f"with-{app}")
