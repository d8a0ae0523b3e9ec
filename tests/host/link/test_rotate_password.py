"""A new password: in the URL first, then for the role; sessions that began with the old one are ended."""

import json

import pytest

from host.link.ensure import EnsureLink
from host.link.rotate_password import RotatePassword
from host.programs.runner import Answer
from tests.host.link.answers import DSN, IMPORT, IS_DEPLOYED, LINKED, LOOKS, PLAIN, RESTART, ROLE, SQL, URL, read
from tests.host.recorder import Recorder

ROTATE = RotatePassword("fruits", service="db", schema="fruits")
NEW = ROLE.replace("c0ffee", "beefed")


@pytest.fixture(autouse=True)
def password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("secrets.token_hex", lambda _: "beefed")


def test_a_new_password_is_in_the_url_before_the_role_gets_it(server: Recorder) -> None:
    """Cut off in between, `link ensure` gives the role what the URL has."""
    lines = server.run(ROTATE, LINKED, IS_DEPLOYED)
    start = [*LOOKS, DSN, URL, IMPORT, SQL]
    assert lines[: len(start)] == start
    assert lines.count(RESTART) == 1
    assert lines[-2:] == [RESTART, SQL]
    asked = read(server.runner, SQL)
    assert "\\set password 'beefed'" in asked[0]
    assert "pg_terminate_backend" in asked[-1]
    assert not [line for line in lines if "beefed" in line]
    assert json.loads(read(server.runner, IMPORT)[0]) == {"DATABASE_URL": NEW}
    assert server.printed.splitlines()[0] == "fruits: a new password"


def test_the_spelling_of_the_url_stays(server: Recorder) -> None:
    spelled = {URL: ROLE.replace("postgres:", "postgresql:") + "?schema=fruits"}
    server.run(ROTATE, LINKED, spelled)
    found = json.loads(read(server.runner, IMPORT)[0])["DATABASE_URL"]
    assert found == NEW.replace("postgres:", "postgresql:") + "?schema=fruits"


def test_an_app_that_was_never_deployed_is_not_restarted(server: Recorder) -> None:
    assert RESTART not in server.run(ROTATE, LINKED)


def test_one_that_was_cut_off_is_finished_by_the_link(server: Recorder) -> None:
    server.fails(ROTATE, LINKED, IS_DEPLOYED, {SQL: Answer(1)})
    lines = server.run(EnsureLink("fruits", service="db", schema="fruits"), LINKED, {URL: f"{NEW}\n"}, IS_DEPLOYED)
    assert "\\set password 'beefed'" in read(server.runner, SQL)[1]
    assert lines[-1] == RESTART


def test_a_superusers_link_has_no_password_to_change(server: Recorder) -> None:
    assert server.fails(ROTATE, PLAIN) == (
        "the DATABASE_URL of fruits does not use the app's own role, so there is no password to change; "
        "./petbase isolate fruits gives it one"
    )
    assert server.runner.lines == [*LOOKS, DSN, URL]
