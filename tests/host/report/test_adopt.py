"""A server that somebody set up, as one JSON object: names, versions and what URLs mean, and no secret."""

import json
from typing import Any

import pytest

from host.programs.runner import Answer
from host.report.adopt import ReportAdopt
from host.report.model.adopt import AdoptReport, FoundApp, FoundDumps, FoundService, SshKey
from host.values.json_values import from_json, to_json
from tests.host.recorder import Recorder

URL = "postgres://postgres:0123456789abcdef@dokku-postgres-db:5432/db"
SERVICE = "/var/lib/dokku/services/postgres/db"
ANSWERS: dict[str, str | Answer] = {
    "version": "dokku version 0.38.27\n",
    "--quiet apps:list": "blog\nlone\n",
    "domains:report --global": "example.com \n",
    "plugin:list": "  ps  0.38.27 enabled    dokku core ps plugin\n"
    "  postgres             1.48.0 enabled    dokku postgres service plugin\n"
    "  redis                1.40.0 disabled    dokku redis service plugin\n",
    "ssh-keys:list": json.dumps([{"fingerprint": "SHA256:abc", "name": "laptop", "public-key": "ssh-ed25519 A"}]),
    "--quiet postgres:list": "db\n",
    "postgres:info db --dsn": f"{URL}\n",
    "postgres:info db --status": "running\n",
    "postgres:info db --exposed-ports": "-\n",
    "postgres:links db": "blog\n",
    "postgres:backup-schedule-cat db": "30 4 * * * dokku /usr/bin/dokku postgres:backup db my-dumps/prod \n",
    "domains:report blog": "blog.example.com www.example.com \n",
    "certs:report blog": "Feb 20 03:00:00 2027 GMT\n",
    "ports:report blog": "http:80:3000\n",
    "config:export --format json blog": json.dumps({"DATABASE_URL": URL, "KEY": "s3cr3t"}),
    "config:export --format json lone": "{}",
}
BLOG = FoundApp(
    "blog",
    ("blog.example.com", "www.example.com"),
    "Feb 20 03:00:00 2027 GMT",
    ("http:80:3000",),
    ("DATABASE_URL", "KEY"),
    "live",
)
DUMPS = FoundDumps("30 4 * * *", "my-dumps/prod", "https://s3.example.com", "us-east-1")
DB = FoundService(
    "db", "running", "postgres", "18.4", "-c work_mem=8MB", "512", ("TZ",), "", "live", {"blog": "superuser"}, DUMPS
)
REPORT = AdoptReport(
    dokku="0.38.27",
    plugins={"postgres": "1.48.0"},
    domains=("example.com",),
    keys=(SshKey("SHA256:abc", "laptop"),),
    services=(DB,),
    apps=(BLOG, FoundApp("lone", (), "", (), (), "")),
)
FILES = {
    "IMAGE": "postgres",
    "IMAGE_VERSION": "18.4",
    "CONFIG_OPTIONS": "-c work_mem=8MB",
    "SERVICE_MEMORY": "512",
    "ENV": "TZ=s3cr3t",
    "backup/AWS_ACCESS_KEY_ID": "s3cr3t",
    "backup/ENDPOINT_URL": "https://s3.example.com",
    "backup/AWS_DEFAULT_REGION": "us-east-1",
}


@pytest.fixture
def by_hand(server: Recorder) -> Recorder:
    """A server with a service and two apps; a stack `live` knows it already."""
    server.answers = dict(ANSWERS)
    for name, text in FILES.items():
        server.put(f"{SERVICE}/{name}", f"{text}\n")
    for thing in ("services/db", "apps/blog"):
        server.put(f"/var/lib/petbase/{thing}/owner.json", '{"how": "made", "stack": "live"}')
    return server


def _report(server: Recorder, **more: str | Answer) -> AdoptReport:
    server.run(ReportAdopt(), more)
    return from_json(AdoptReport, json.loads(server.printed))


def test_the_whole_server_comes_back_as_types(by_hand: Recorder) -> None:
    assert _report(by_hand) == REPORT
    assert from_json(AdoptReport, to_json(REPORT)) == REPORT


def test_no_secret_is_in_it(by_hand: Recorder) -> None:
    _report(by_hand)
    assert [secret for secret in ("s3cr3t", "0123456789abcdef") if secret in by_hand.printed] == []


def test_each_app_costs_four_verbs_and_each_service_six(by_hand: Recorder) -> None:
    by_hand.run(ReportAdopt())
    assert sorted(by_hand.runner.lines) == sorted(
        [
            *("version", "--quiet apps:list", "plugin:list", "ssh-keys:list --format json", "--quiet postgres:list"),
            "domains:report --global --domains-global-vhosts",
            *(f"postgres:info db --{flag}" for flag in ("dsn", "status", "exposed-ports")),
            *("postgres:links db", "postgres:backup-schedule-cat db"),
            *(f"config:export --format json {app}" for app in ("blog", "lone")),
            *(f"domains:report {app} --domains-app-vhosts" for app in ("blog", "lone")),
            *(f"certs:report {app} --ssl-expires-at" for app in ("blog", "lone")),
            *(f"ports:report {app} --ports-map" for app in ("blog", "lone")),
        ]
    )


@pytest.mark.parametrize(
    ("variables", "access"),
    [
        ({}, "unset"),
        ({"DATABASE_URL": URL.replace("postgres:0123456789abcdef", "blog:abc")}, "role"),
        ({"DATABASE_URL": "postgres://me:1@db.example.com/blog"}, "elsewhere"),
        ({"DATABASE_URL": URL, "DOKKU_POSTGRES_AQUA_URL": URL}, "twice"),
    ],
)
def test_how_an_app_comes_into_the_service_is_said_in_a_word(
    by_hand: Recorder, variables: dict[str, Any], access: str
) -> None:
    found = _report(by_hand, **{"config:export --format json blog": json.dumps(variables)})
    assert found.services[0].links == {"blog": access}


def test_a_server_without_the_plugin_keys_or_apps_has_none(by_hand: Recorder) -> None:
    nothing: dict[str, str | Answer] = {"plugin:list": "", "--quiet apps:list": "", "ssh-keys:list": Answer(1)}
    found = _report(by_hand, **nothing)
    assert (found.services, found.apps, found.keys) == ((), (), ())


def test_no_schedule_and_no_credentials_are_none(by_hand: Recorder) -> None:
    by_hand.file(f"{SERVICE}/backup/AWS_ACCESS_KEY_ID").unlink()
    by_hand.put(f"{SERVICE}/backup-encryption/ENCRYPT_WITH_PUBLIC_KEY_ID", "1")
    found = _report(by_hand, **{"postgres:backup-schedule-cat db": Answer(1)})
    assert found.services[0].dumps == FoundDumps(None, None, None, "", "public key")


def test_the_servers_own_role_at_amazon_is_seen(by_hand: Recorder) -> None:
    line = "@daily a b c d dokku /usr/bin/dokku postgres:backup db x/$(date +%F) --use-iam\n"
    found = _report(by_hand, **{"postgres:backup-schedule-cat db": line}).services[0].dumps
    assert (found.schedule, found.target, found.iam) == ("@daily a b c d", "x/$(date +%F)", True)


@pytest.mark.parametrize(
    ("broken", "problem"),
    [
        ({"version": Answer(127)}, "there is no Dokku on this server. Install it, or name another server"),
        ({"version": Answer(1)}, "Dokku does not answer on this server. Try: dokku version"),
        (
            {"--quiet apps:list": Answer(1)},
            "Dokku does not answer on this server; nothing was changed. Try: dokku apps:list",
        ),
        ({"certs:report lone": Answer(1)}, "dokku certs:report lone --ssl-expires-at failed with exit code 1"),
        (
            {"config:export --format json lone": Answer(1, "KEY=s3cr3t", "KEY=s3cr3t")},
            "Dokku cannot read the variables of lone; nothing was changed. Try: dokku config:keys lone",
        ),
        ({"postgres:info db --dsn": Answer(1)}, "dokku postgres:info db --dsn failed with exit code 1"),
    ],
)
def test_a_server_that_cannot_answer_is_not_described_by_halves(
    by_hand: Recorder, broken: dict[str, str | Answer], problem: str
) -> None:
    assert by_hand.fails(ReportAdopt(), broken) == problem
    assert by_hand.printed == ""
