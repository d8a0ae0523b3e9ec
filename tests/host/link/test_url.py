"""A DATABASE_URL is compared by what it opens, and keeps the spelling that it has."""

import json

import pytest

from host.link.ensure import EnsureLink
from host.link.url import DatabaseUrl, parse
from tests.host.link.answers import IMPORT, LINKED, ROLE, URL, read
from tests.host.recorder import Recorder

PLAIN = EnsureLink("fruits", service="db", schema="fruits")
SPELLED = EnsureLink(
    "fruits", service="db", schema="fruits", url_scheme="postgresql", url_parameter={"schema": "fruits", "q": "a b&c"}
)


def sent(server: Recorder) -> str:
    """The URL that the app was given; "" for none."""
    texts = read(server.runner, IMPORT)
    return str(json.loads(texts[0])["DATABASE_URL"]) if texts else ""


def test_a_url_is_read_and_written_back() -> None:
    text = "postgresql://fruits:c0%2Fffee@dokku-postgres-db:5432/db?schema=fruits&q=a%20b"
    url = parse(text)
    assert url == DatabaseUrl(
        "fruits", "c0/ffee", "dokku-postgres-db:5432", "db", "postgresql", {"schema": "fruits", "q": "a b"}
    )
    assert str(url) == text
    assert str(parse(ROLE)) == ROLE


def test_scheme_and_parameters_change_nothing_of_its_meaning() -> None:
    url = parse(ROLE)
    assert url
    assert url.means(parse(ROLE.replace("postgres:", "postgresql:") + "?sslmode=disable"))
    assert not url.means(parse(ROLE.replace("c0ffee", "beef")))
    assert not url.means(None)


@pytest.mark.parametrize(
    "text",
    [
        "postgresql+psycopg://fruits:c0ffee@dokku-postgres-db:5432/db",
        "postgis://fruits:c0ffee@dokku-postgres-db/db",
        "postgres://fruits:c0ffee@DOKKU-postgres-db:5432/db?sslmode=disable&schema=fruits",
        "postgres://fruits:c0ffee@elsewhere/other?host=dokku-postgres-db&dbname=db",
        "postgres://other:beef@dokku-postgres-db:9/db?user=fruits&password=c0ffee&port=5432",
        "postgres:///db?user=fruits&password=c0ffee&host=dokku-postgres-db",
    ],
)
def test_the_same_place_by_the_same_role_is_the_same_url(server: Recorder, text: str) -> None:
    url = parse(text)
    assert url
    assert url.means(parse(ROLE))
    server.run(PLAIN, LINKED, {URL: text})
    assert sent(server) == ""


@pytest.mark.parametrize(
    "text",
    [
        f"{ROLE}?host=evil.example.com",
        f"{ROLE}?port=5433",
        f"{ROLE}?user=postgres",
        f"{ROLE}?dbname=other",
        ROLE.replace("5432", "5433"),
    ],
)
def test_a_url_that_leads_elsewhere_does_not_mean_the_same(text: str) -> None:
    url = parse(text)
    assert url
    assert not url.means(parse(ROLE))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "fruits",
        "mysql://a:b@c/d",
        "postgres://dokku-postgres-db/db",
        "postgres://[a@b/c",
        "postgres://a:b@c:port/d",
    ],
)
def test_other_texts_are_no_url(text: str) -> None:
    assert parse(text) is None


def test_a_spelling_that_somebody_gave_it_by_hand_stays(server: Recorder) -> None:
    by_hand = ROLE.replace("postgres:", "postgresql:") + "?schema=fruits"
    server.run(PLAIN, LINKED, {URL: by_hand})
    assert sent(server) == ""


def test_what_the_stack_file_says_is_added_once(server: Recorder) -> None:
    server.run(SPELLED, LINKED, {URL: f"{ROLE}?sslmode=disable"})
    url = sent(server)
    assert url == ROLE.replace("postgres:", "postgresql:") + "?sslmode=disable&schema=fruits&q=a%20b%26c"
    server.run(SPELLED, LINKED, {URL: url})
    assert sent(server) == ""


def test_what_the_stack_file_says_no_more_goes(server: Recorder) -> None:
    server.run(SPELLED, LINKED, {URL: f"{ROLE}?sslmode=disable"})
    server.run(PLAIN, LINKED, {URL: sent(server)})
    assert sent(server) == f"{ROLE}?sslmode=disable"
