"""The report for doctor: every fact by its cheapest question, a reason where there is no answer, and no secret."""

import json
from typing import Any

import pytest

from host.app.dokku_files import Gap
from host.check.status import WatchReport
from host.core.fact import Fact
from host.core.lock import locked
from host.programs.runner import Answer
from host.report.doctor import ReportDoctor
from host.report.model.app import AppReport, Certificate, DatabaseUrl, UndeclaredApp
from host.report.model.database import (
    CollationChange,
    DatabaseReport,
    ForeignObjects,
    Grant,
    IdleSession,
    Membership,
    Ownership,
    PostgresReport,
    RightsReport,
    RoleReport,
    SuperuserFunction,
)
from host.report.model.doctor import (
    BucketReport,
    DoctorReport,
    DokkuReport,
    DumpCopy,
    HalfMade,
    Leftovers,
    PartialDump,
    WriteProof,
)
from host.restore.facts import OldService, SetAside
from host.server.hardening.drift import Drift
from host.server.machine import Disk, Memory
from host.values.dump_locks import DumpLocks
from host.values.json_values import from_json, to_json
from host.values.prepared_transactions import PreparedTransactions
from tests.host.recorder import INSIDE, ByInput, Recorder

SERVICE = "/var/lib/dokku/services/postgres/db"
STATE = "/var/lib/petbase"
ASKED = ReportDoctor(
    "db", app=("fruits", "gone"), bucket="dumps", prefix="prod/", endpoint="https://s3", proves_writing=True
)
DECLARED = {
    "fruits": {"variables": {"COLOR": "red", "SIZE": "5"}, "settings": ["ports", "scale"]},
    "gone": {"variables": {}, "settings": []},
}
VARIABLES = {
    "DATABASE_URL": "postgresql://fruits:s3cr3t@dokku-postgres-db:5432/db?schema=fruits",
    "COLOR": "red",
    "SIZE": "s3cr3t",
}
POSTGRES: dict[str, Any] = {
    "version": "18.4",
    "connections": 7,
    "max_connections": 100,
    "limits": 80,
    "room": 90,
    "notify_percent": 5,
    "locks": {"tables": 12, "room": 6400, "setting": 64},
    "roles": [{"name": "fruits", "can_login": True, "rights": ["SUPERUSER"], "member_of": ["pg_monitor"]}],
    "superuser_functions": [{"routine": "public.\u2028f\x85()", "callers": ["fruits"], "grantees": ["PUBLIC"]}],
    "idle_sessions": [{"pid": 4711, "role": "fruits", "seconds": 900}],
    "prepared_transactions": [{"role": "fruits", "count": 2, "seconds": 900}],
    "scratch": ["petbase_drill"],
}
FOREIGN = [{"schema": "fruits", "count": 2, "example": "table fruits.t", "owners": ["postgres"]}]
RIGHTS = RightsReport(
    (Grant("stray", ("SELECT",), "table", "fruits", 1, "fruits.t", ("REVOKE SELECT ON TABLE fruits.t FROM stray",)),),
    (Membership("stray", "fruits", False, True, False, "REVOKE fruits FROM stray"),),
    (Ownership("stray", 1, "table public.t", "postgres", "ALTER TABLE public.t OWNER TO postgres"),),
)
COLLATIONS = [{"database": "db", "built_with": "2.36", "provided": "2.41"}]
NOTE = json.dumps({"petbase": "before", "of": "db", "dump": "x.tgz", "at": "2026-11-20 03:00:00"})
ASIDE = [{"kind": "database", "name": "db before x", "note": NOTE, "size": 2_000_000}]
ANSWERS: dict[str, Any] = {
    "version": "dokku version 0.38.27\n",
    "--quiet apps:list": "fruits\nstray\ntheirs\n",
    "--quiet postgres:list": "db\nother\n",
    "docker ps": "aaa fruits.web.1 running\nbbb fruits.web.2 exited\nccc dokku.postgres.db running\n"
    "ddd petbase.import.db running\neee petbase.trial.other exited\n",
    "config:export --format json fruits": json.dumps(VARIABLES),
    "openssl": "notAfter=Feb  9 03:00:00 2027 GMT\n",
    "ports:report fruits": "http:80:5000\n",
    "--quiet ps:scale fruits": "web:  2\nworker: 0\n",
    "docker exec --interactive dokku.postgres.db sh -c": "2000000 1795000000 /tmp/petbase_drill\n",
}
SET_ASIDE = SetAside("database", "db before x", "db", True, "x.tgz", "2026-11-20 03:00:00", 2_000_000, ("db before x",))
FRUITS = AppReport(
    name="fruits",
    found=True,
    deployed=Fact(True),
    running=Fact("some"),
    gap=Fact(Gap()),
    domains=Fact(("fruits.localhost", "www.localhost")),
    certificate=Fact(Certificate(1_802_142_000)),
    database_url=Fact(DatabaseUrl(True, "fruits", "dokku-postgres-db", "db")),
    variables=Fact(("COLOR", "DATABASE_URL", "SIZE")),
    differing=Fact(("SIZE",)),
    settings={"ports": Fact(("http:80:5000",)), "scale": Fact(("web=2", "worker=0"))},
)


PSQL = f"{INSIDE} psql"


def questions(aside: list[dict[str, Any]]) -> ByInput:
    return ByInput(
        {
            "takes_back": json.dumps(to_json(RIGHTS)),
            "shobj_description": json.dumps(aside),
            "takes_owner": json.dumps(FOREIGN),
            "": f"{json.dumps(POSTGRES, ensure_ascii=False)}\n{json.dumps(COLLATIONS)}\n",
        }
    )


@pytest.fixture
def up(server: Recorder, monkeypatch: pytest.MonkeyPatch) -> Recorder:
    """A server with an app of this stack, one of no stack, one of another stack, and a bit of everything."""
    monkeypatch.setattr("host.report.server.fuller_disk", lambda _: Disk(62, 38))
    server.answers = {**ANSWERS, PSQL: questions(ASIDE)}
    server.put("/proc/meminfo", "MemTotal: 4 kB\nMemAvailable: 2 kB\nX:\nSwapTotal: 1 kB\nSwapFree: 0 kB\n")
    server.put("/var/lib/dokku/plugins/enabled/postgres/plugin.toml", '[plugin]\nversion = "1.48.0"\n[plugin.config]\n')
    server.put("/home/dokku/fruits/VHOST", "fruits.localhost\nwww.localhost\n")
    server.put("/home/dokku/fruits/nginx.conf", "server {\n  listen 80;\n}\n")
    server.put("/home/dokku/fruits/CONTAINER.web.1", "aaa")
    server.put("/home/dokku/fruits/CONTAINER.web.2", "bbb")
    server.put("/home/dokku/fruits/tls/server.crt", "")
    server.put("/home/dokku/fruits/tls/server.key", "")
    server.put(f"{SERVICE}/LINKS", "fruits\nstray\n")
    server.put("/var/lib/dokku/services/postgres/other/LINKS", "stray\n")
    server.put(f"{SERVICE}/backup/AWS_ACCESS_KEY_ID", "k3y")
    server.put(f"{SERVICE}/backup/AWS_SECRET_ACCESS_KEY", "s3cr3t")
    server.put("/etc/cron.d/dokku-postgres-db", "0 3 * * * dokku /usr/bin/dokku postgres:backup db dumps/prod \n")
    server.put(f"{STATE}/apps/fruits/owner.json", '{"how": "found", "stack": "prod"}')
    server.put(f"{STATE}/apps/theirs/owner.json", '{"how": "made", "stack": "staging"}')
    return server


def _report(server: Recorder, changed: dict[str, Any] | None = None, asked: ReportDoctor = ASKED) -> DoctorReport:
    server.run(asked, changed or {}, secrets={"declared": json.dumps(DECLARED)})
    assert "s3cr3t" not in server.printed
    return from_json(DoctorReport, json.loads(server.printed))


def test_a_server_in_one_object(up: Recorder) -> None:
    found = _report(up)
    assert from_json(DoctorReport, json.loads(json.dumps(to_json(found)))) == found
    assert found.machine.disk == Fact(Disk(62, 38))
    assert found.machine.memory == Fact(Memory(4096, 2048, 1024, 0))
    assert not found.machine.restart_wanted
    assert found.dokku == DokkuReport(
        Fact("0.38.27"), Fact("1.48.0"), Fact(("fruits", "stray", "theirs")), Fact(("db", "other"))
    )
    assert found.apps == (FRUITS,)
    assert found.app("fruits") is found.apps[0]
    assert found.app("gone") is None
    assert found.undeclared_apps == (
        UndeclaredApp("stray", "", ("db", "other")),
        UndeclaredApp("theirs", "staging", ()),
    )
    assert found.undeclared_services == ("other",)
    assert found.backups.schedule == Fact("0 3 * * * dokku /usr/bin/dokku postgres:backup db dumps/prod")
    assert found.backups.bucket == BucketReport(Fact(True), Fact(WriteProof("")))
    assert isinstance(found.backups.watch, WatchReport)
    assert found.busy == ()


def test_the_database_in_one_session(up: Recorder) -> None:
    assert _report(up).database == DatabaseReport(
        status=Fact("running"),
        exposed=Fact(""),
        links=Fact(("fruits", "stray")),
        postgres=Fact(
            PostgresReport(
                "18.4",
                7,
                100,
                80,
                90,
                5,
                DumpLocks(12, 6400, 64),
                (RoleReport("fruits", True, ("SUPERUSER",), ("pg_monitor",)),),
                (SuperuserFunction("public.\u2028f\x85()", ("fruits",), ("PUBLIC",)),),
                (IdleSession(4711, "fruits", 900),),
                (PreparedTransactions("fruits", 2, 900),),
                (CollationChange("db", "2.36", "2.41"),),
                ("petbase_drill",),
            )
        ),
        foreign_objects=Fact((ForeignObjects("fruits", 2, "table fruits.t", ("postgres",)),)),
        rights=Fact(RIGHTS),
    )


def test_ten_apps_cost_ten_questions_more_and_each_setting_one(up: Recorder) -> None:
    """Each verb of Dokku costs a tenth of a second on a real server."""
    plain = ReportDoctor("db", app=("fruits",))
    up.run(plain, secrets={"declared": "{}"})
    few = sorted(up.runner.lines)
    assert [line for line in few if not line.startswith(("docker", "openssl"))] == [
        "--quiet apps:list",
        "--quiet postgres:list",
        "config:export --format json fruits",
        "version",
    ]
    names = [f"app{number}" for number in range(10)]
    apps = {"--quiet apps:list": "\n".join(names)}
    up.run(ReportDoctor("db", app=tuple(names)), apps, secrets={"declared": "{}"})
    assert len(up.runner.lines) == len(few) + 8  # ten exports in place of one, and no certificate
    up.run(ASKED, secrets={"declared": json.dumps(DECLARED)})
    assert {"ports:report fruits --ports-map", "--quiet ps:scale fruits"} <= set(up.runner.lines)


def test_a_dokku_that_does_not_answer_is_told_and_what_does_not_ask_it_still_comes(up: Recorder) -> None:
    sick = Answer(1, "", " !     cannot read /home/dokku\n")
    verbs = ("version", "--quiet apps:list", "--quiet postgres:list", "config:export --format json fruits")
    found = _report(up, dict.fromkeys(verbs, sick))
    reason: Fact[Any] = Fact(reason="cannot read /home/dokku")
    assert found.dokku == DokkuReport(reason, Fact("1.48.0"), reason, reason)
    assert (found.apps, found.undeclared_apps) == ((), ())
    assert found.database.postgres.known
    assert found.machine.disk.known


def test_a_question_without_an_answer_says_why(up: Recorder) -> None:
    up.file("/proc/meminfo").unlink()
    found = _report(
        up,
        {
            "docker ps": Answer(1, "", "Cannot connect to the Docker daemon\n"),
            "config:export --format json fruits": Answer(1, "KEY=s3cr3t", "KEY=s3cr3t"),
            "openssl": Answer(1, "", "unable to load certificate\n"),
            "ports:report fruits": Answer(1, "", "no\n"),
            PSQL: Answer(2, "", "psql: error: it is starting up\n"),
            "docker exec --interactive dokku.postgres.db sh -c": Answer(1, "", "no such container\n"),
        },
    )
    (fruits,) = found.apps
    docker: Fact[Any] = Fact(reason="Cannot connect to the Docker daemon")
    unread: Fact[Any] = Fact(
        reason="Dokku cannot read the variables of fruits; nothing was changed. Try: dokku config:keys fruits"
    )
    assert (fruits.running, found.database.status) == (docker, docker)
    assert (fruits.database_url, fruits.variables, fruits.differing) == (unread, unread, unread)
    assert fruits.certificate == Fact(reason="unable to load certificate")
    assert fruits.settings["ports"] == Fact(reason="no")
    assert found.database.postgres == Fact(reason="psql: error: it is starting up")
    assert found.leftovers.dump_copies == Fact(reason="no such container")
    assert found.machine.memory == Fact(reason="/proc/meminfo does not say how much memory there is. Look at: free")


def test_an_answer_that_is_no_report_is_a_reason_too(up: Recorder) -> None:
    found = _report(up, {PSQL: "not JSON\n"})
    assert found.database.postgres.reason.startswith("the answer is not known here (JSONDecodeError: ")
    certificate = _report(up, {"openssl": "notAfter=soon\n"}).apps[0].certificate
    assert certificate == Fact(
        reason='"notAfter=soon" is not the end of a certificate. Look at: dokku certs:report fruits'
    )


@pytest.mark.parametrize(
    ("url", "meaning"),
    [
        ("", DatabaseUrl(is_set=False)),
        ("postgres://a:b@c/d", DatabaseUrl(True, "a", "c", "d")),
        ("postgresql://a%20b:p@c:5432/d%2Fe?sslmode=require", DatabaseUrl(True, "a b", "c", "d/e")),
        ("postgresql+asyncpg://a:b@c:6432/d", DatabaseUrl(True, "a", "c:6432", "d")),
        ("postgres://a:b@c/d?host=e&dbname=f", DatabaseUrl(True, "a", "e", "f")),
        ("sqlite:///x", DatabaseUrl(is_set=True)),
        ("postgres://[", DatabaseUrl(is_set=True)),
    ],
)
def test_a_url_is_told_by_what_it_means(up: Recorder, url: str, meaning: DatabaseUrl) -> None:
    variables = json.dumps({"DATABASE_URL": url} if url else {})
    (fruits,) = _report(up, {"config:export --format json fruits": variables}).apps
    assert fruits.database_url == Fact(meaning)


@pytest.mark.parametrize(
    ("noted", "files", "containers", "found"),
    [
        ("", [], "", (False, "none")),
        ("false", ["aaa"], "aaa x running", (False, "all")),
        ("true", [], "", (True, "none")),
        ("", ["aaa"], "aaa x running", (True, "all")),
        ("", ["aaa", "bbb"], "aaa x running", (True, "some")),
        ("", ["aaa"], "aaa x restarting", (True, "none")),
    ],
)
def test_what_runs_is_told_by_dokkus_own_notes(
    up: Recorder, noted: str, files: list[str], containers: str, found: tuple[bool, str]
) -> None:
    for number in (1, 2):
        up.file(f"/home/dokku/fruits/CONTAINER.web.{number}").unlink()
    for number, identity in enumerate(files):
        up.put(f"/home/dokku/fruits/CONTAINER.web.{number}", identity)
    if noted:
        up.put("/var/lib/dokku/config/common/fruits/deployed", noted)
    (fruits,) = _report(up, {"docker ps": containers}).apps
    assert (fruits.deployed.value, fruits.running.value) == found


def test_an_app_without_a_certificate_and_a_service_that_is_missing(up: Recorder) -> None:
    up.file("/home/dokku/fruits/tls/server.key").unlink()
    up.put(f"{SERVICE}/PORT", "15432\n")
    assert _report(up).apps[0].certificate == Fact(Certificate(None))
    assert _report(up).database.exposed == Fact("5432->15432")
    other = _report(up, asked=ReportDoctor("nosuch", app=("fruits",)))
    assert (other.database.status, other.database.links) == (
        Fact("missing"),
        Fact(reason="the database nosuch is not on this server. Look at: dokku postgres:list"),
    )


def test_a_bucket_that_cannot_be_asked_is_not(up: Recorder) -> None:
    up.file(f"{SERVICE}/backup/AWS_ACCESS_KEY_ID").unlink()
    found = _report(up).backups.bucket
    assert found.opens.reason.startswith("this server has no credentials for the bucket")
    assert found.writes
    assert found.writes.reason == found.opens.reason
    assert [line for line in up.runner.lines if line.startswith("docker run")] == []
    assert _report(up, asked=ReportDoctor("db", bucket="dumps")).backups.bucket.writes is None


def test_a_bucket_that_refuses_is_told_in_its_words(up: Recorder) -> None:
    run = "docker run --rm --log-driver none --interactive"
    names = "--env AWS_ACCESS_KEY_ID --env AWS_SECRET_ACCESS_KEY --env AWS_DEFAULT_REGION --entrypoint aws"
    start = f"{run} {names} petbase/s3backup:0.18.0 --endpoint-url https://s3"
    refused = Answer(1, "", "\nAn error occurred (AccessDenied)\n")
    reads_only = _report(up, {f"{start} s3 cp": refused}).backups.bucket
    assert reads_only == BucketReport(Fact(True), Fact(reason="An error occurred (AccessDenied)"))
    locked_up = _report(up, {f"{start} s3api delete-object": refused}).backups.bucket
    assert locked_up == BucketReport(Fact(True), Fact(WriteProof("An error occurred (AccessDenied)")))
    shut = _report(up, {start: refused}).backups.bucket
    assert shut.opens == Fact(reason="An error occurred (AccessDenied)")


def test_what_was_cut_off_is_told(up: Recorder) -> None:
    for name in (
        "apps/a/rename",
        "apps/b/restart",
        "server/installing",
        "server/upgrading-plugin",
        "services/db/upgrade",
    ):
        up.put(f"{STATE}/{name}.json", "{}")
    for name in ("apps/c", "services/db-before-18", "services/db"):
        up.put(f"{STATE}/{name}/owner.json", '{"how": "making", "stack": "prod"}')
    up.put(f"{STATE}/services/db/restores/abc.part", "x")
    up.put(f"{SERVICE}-before-17/IMAGE_VERSION", "17.6\n")
    up.put(f"{SERVICE}-before-18/IMAGE_VERSION", "18.4\n")
    changed = int(up.file(f"{STATE}/services/db/restores/abc.part").stat().st_mtime)
    size = up.file(f"{SERVICE}-before-17/IMAGE_VERSION").stat().st_blocks * 512
    assert _report(up).leftovers == Leftovers(
        half_made=(
            HalfMade("server", "Dokku"),
            HalfMade("server", "dokku-postgres"),
            HalfMade("rename", "a"),
            HalfMade("restart", "b"),
            HalfMade("app", "c"),
            HalfMade("upgrade", "db"),
            HalfMade("service", "db-before-18"),
        ),
        partial_dumps=(PartialDump("abc", changed),),
        dump_copies=Fact((DumpCopy("drill", 2_000_000, 1_795_000_000),)),
        set_aside=Fact((SET_ASIDE,)),
        old_services=Fact((OldService("db-before-17", "17.6", size),)),
        containers=("import",),
    )


def test_a_note_that_is_no_restores_is_a_reason(up: Recorder) -> None:
    aside = [{**ASIDE[0], "note": '{"petbase": 1}'}]
    found = _report(up, {PSQL: questions(aside)}).leftovers.set_aside
    assert found.reason == (
        'db: the note on the database "db before x" is not a restore\'s own. Look at its comment: \\l+'
    )


def test_a_run_that_is_at_work_is_told_by_its_lock(up: Recorder) -> None:
    folder = up.file("/run/lock")
    with locked(folder, "app.fruits", lambda: None), locked(folder, "check.db", lambda: None):
        assert _report(up).busy == ("app.fruits", "check.db")
    assert _report(up).busy == ()


def test_hardening_is_told_where_it_is_asked_for_and_systemd_runs_the_server(up: Recorder) -> None:
    hardened = ReportDoctor("db", hardened=True)
    assert _report(up, asked=hardened).hardening is None
    up.file("/run/systemd/system").mkdir(parents=True)
    assert _report(up).hardening is None
    lost = _report(up, asked=hardened).hardening
    assert lost
    assert Drift("file", "/etc/systemd/journald.conf.d/petbase.conf") in (lost.value or ())
