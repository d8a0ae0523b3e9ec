"""psql for a person: the app's role, its password in no word."""

from collections.abc import Mapping, Sequence

import pytest

from host.core.host import Host
from host.link.psql import OpenPsql
from host.programs.runner import Answer
from tests.host.link.answers import LINKED, ROLE, URL
from tests.host.recorder import Recorder

AS_FRUITS = OpenPsql(service="db", app="fruits")
DOCKER = "docker exec --interactive {} dokku.postgres.db psql --set ON_ERROR_STOP=1 --host localhost --username {}"


@pytest.fixture
def became(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, str]]]:
    found: list[tuple[str, dict[str, str]]] = []

    def replace_with(_: Host, words: Sequence[str], env: Mapping[str, str]) -> None:
        found.append((" ".join(words), {name: value for name, value in env.items() if value}))

    monkeypatch.setattr(Host, "replace_with", replace_with)
    return found


def test_as_an_app_it_has_the_apps_role(server: Recorder, became: list[tuple[str, dict[str, str]]]) -> None:
    assert server.run(AS_FRUITS, LINKED) == [URL]
    assert became == [(DOCKER.format("--env PGPASSWORD", "fruits") + " --dbname db", {"PGPASSWORD": "c0ffee"})]


def test_the_spelling_of_the_url_does_not_matter(server: Recorder, became: list[tuple[str, dict[str, str]]]) -> None:
    server.run(AS_FRUITS, {URL: ROLE.replace("postgres:", "postgresql:") + "?schema=fruits"})
    assert became[0][1] == {"PGPASSWORD": "c0ffee"}


def test_the_superuser_needs_no_url(server: Recorder, became: list[tuple[str, dict[str, str]]]) -> None:
    assert server.run(OpenPsql(service="db", read_only=True, tty=True)) == []
    assert became == [
        (
            DOCKER.format("--tty --env PGOPTIONS", "postgres") + " --dbname db",
            {"PGOPTIONS": "-c default_transaction_read_only=on"},
        )
    ]


def test_it_goes_nowhere_else(server: Recorder) -> None:
    assert server.fails(AS_FRUITS, {URL: Answer(1)}) == (
        "fruits has no DATABASE_URL; look at: dokku config:keys fruits"
    )
    for url in ("postgres://u:p@neon.example.com/x\n", "postgres://u:p@dokku-postgres-other:5432/other\n"):
        assert server.fails(AS_FRUITS, {URL: url}) == "fruits: its DATABASE_URL leads elsewhere, not to db"
