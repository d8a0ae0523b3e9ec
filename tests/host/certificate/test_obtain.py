"""A certificate of Let's Encrypt: obtained once, renewed by the plugin, switched off when it goes."""

import json

import pytest

from host.certificate.ensure import RemoveCertificate
from host.certificate.obtain import ObtainCertificate
from host.programs.runner import Answer
from host.server.versions import COMMITS
from tests.host.recorder import Recorder

FRUITS = ObtainCertificate("fruits", domain=("fruits.example.com", "www.example.com"), email="me@example.com")
GONE = RemoveCertificate("fruits")
ASKS = ["--quiet apps:list", "apps:exists fruits"]
ACTIVE = "letsencrypt:active fruits"
PLUGIN = ["plugin:installed letsencrypt", "plugin:list"]
LISTED: dict[str, str | Answer] = {"plugin:list": "  letsencrypt 0.22.0 enabled x\n"}
OBTAINS = ["letsencrypt:set fruits email me@example.com", "letsencrypt:enable fruits"]
MARK = "/var/lib/petbase/apps/fruits/certificate.json"
NAMES = "fruits.example.com www.example.com"


@pytest.fixture
def server(server: Recorder) -> Recorder:
    """With the plugin, which renews by itself."""
    server.answers.update({**LISTED, ACTIVE: "false\n"})
    server.put("/var/lib/dokku/data/letsencrypt/autorenew", "")
    return server


def test_the_plugin_comes_first_where_it_is_absent(server: Recorder) -> None:
    server.file("/var/lib/dokku/data/letsencrypt/autorenew").unlink()
    url = "https://github.com/dokku/dokku-letsencrypt.git"
    commit = COMMITS["letsencrypt", "0.22.0"]
    server.put("/var/lib/dokku/plugins/available/letsencrypt/.git/HEAD", commit)
    assert server.run(FRUITS, {PLUGIN[0]: Answer(1)})[2:6] == [
        PLUGIN[0],
        f"plugin:install {url} --committish {commit} --name letsencrypt --skip-install-trigger",
        "plugin:install",
        "letsencrypt:cron-job --add",
    ]


def test_a_plugin_of_another_release_is_left_alone(server: Recorder) -> None:
    server.run(FRUITS, {"plugin:list": "  letsencrypt 0.20.0 enabled x\n"})
    assert server.printed.splitlines()[0] == (
        "dokku-letsencrypt is 0.20.0, the stack file says 0.22.0: left alone. To upgrade: dokku plugin:update "
        "letsencrypt 0.22.0"
    )


def test_a_plugin_that_calls_itself_something_else_is_known_by_its_commit(server: Recorder) -> None:
    """As letsencrypt's 0.22.0 does."""
    server.put("/var/lib/dokku/plugins/available/letsencrypt/.git/HEAD", COMMITS["letsencrypt", "0.22.0"])
    server.run(FRUITS, {"plugin:list": "  letsencrypt 0.20.4 enabled x\n"})
    assert "left alone" not in server.printed


def test_a_new_name_that_leads_nowhere_yet_fails_nothing(server: Recorder) -> None:
    """The recorder's app never gets an active certificate, and was never deployed."""
    lines = server.run(FRUITS)
    assert lines == [*ASKS, *PLUGIN, ACTIVE, *OBTAINS, ACTIVE, "ps:report fruits --deployed"]
    assert server.printed == (
        f"fruits: a certificate of Let's Encrypt for {NAMES}\n"
        f"fruits: Let's Encrypt gave none yet. Once its names ({NAMES}) lead to this server: "
        "./petbase doctor --repair\n"
    )
    assert json.loads(server.file(MARK).read_text())["how"] == "letsencrypt"


def test_a_deployed_app_that_gets_none_is_an_error(server: Recorder) -> None:
    failed: dict[str, str | Answer] = {"letsencrypt:enable": Answer(1, "acme: error 403\n"), "ps:report": "true\n"}
    assert server.fails(FRUITS, failed) == (
        f"Let's Encrypt gave fruits no certificate. Do its names ({NAMES}) lead to this server, and is port 80 open? "
        "Then run pulumi up again"
    )


def test_one_that_is_active_is_left(server: Recorder) -> None:
    server.run(FRUITS)
    assert server.run(FRUITS, {ACTIVE: "true\n"}) == [*ASKS, *PLUGIN, ACTIVE]
    assert server.printed == ""


def test_one_that_was_found_stays_and_is_never_switched_off(server: Recorder) -> None:
    server.run(FRUITS, {ACTIVE: "true\n"})
    assert server.printed == "fruits: has a certificate of Let's Encrypt already; it stays\n"
    assert server.run(GONE, {ACTIVE: "true\n"}) == ASKS


def test_ours_is_switched_off_when_it_goes(server: Recorder) -> None:
    server.run(FRUITS)
    assert server.run(GONE)[-1] == "letsencrypt:disable fruits"
    assert not server.file(MARK).exists()
    assert server.run(GONE) == ASKS
