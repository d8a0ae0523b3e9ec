"""What a look finds wrong, by the lines that a server answers; each fault has its line and its repair."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from operate.backups.inventory import DumpRecord, Evidence, Inventory
from operate.doctor import apps as doctor_apps
from operate.doctor import backups as doctor_backups
from operate.doctor import findings, hardening, leftovers, ports
from operate.doctor import host as doctor_host
from operate.doctor import isolation as doctor_isolation
from operate.doctor.findings import Finding
from operate.doctor.ports import PortProbe
from operate.dumps.store import Object
from operate.server.report import ServerReport
from operate.stack.outputs import Stack, parse
from tests.support.operate import outputs

NOW = datetime(2026, 11, 22, 19, tzinfo=UTC)
WELL = {
    "now": f"{NOW.timestamp():.0f}",
    "zone": "+0000",
    "disk": "40000000 30000000",
    "memory": "4000000 2000000 1000000 900000",
    "release": "dokku version 0.38.27",
    "plugin": "1.48.0",
    "apps": "fruits other",
    "deployed fruits": "true",
    "running fruits": "true",
    "domains fruits": "fruits.localhost www.localhost",
    "certificate fruits": "Feb 20 03:00:00 2027 GMT",
    "url fruits": "fruits dokku-postgres-db",
    "services": "db",
    "status": "running",
    "exposed": "-",
    "links": "fruits other",
    "image": "18.4",
    "server": "18.4 (Debian 18.4-1)",
    "connections": "7 100",
    "role fruits": "login",
    "schedule": "0 3 * * * dokku /usr/bin/dokku postgres:backup db db-backups",
    "bucket": "opens",
    "takes": "files",
    "timer check": "active",
    "last check": "inactive",
    "timer drill": "active",
    "last drill": "inactive",
    "alert": "set",
}
AGAIN = "./petbase doctor --repair"


def _stack(**sections: Any) -> Stack:
    return parse("test", outputs(**sections))


def _seen(*more: str, **changed: str | None) -> ServerReport:
    """A server where all is well, but for these; None takes a line away. Blanks in names are written as __."""
    lines = {**WELL, **{name.replace("__", " "): value for name, value in changed.items()}}
    return ServerReport(
        (*(f"{name} {value}".strip() for name, value in lines.items() if value is not None), *more, "end")
    )


def _wrong(seen: ServerReport, **sections: Any) -> list[tuple[str, str, str, str]]:
    """All that is not well."""
    stack = _stack(**sections)
    found = [
        *doctor_host.findings(stack, seen),
        *hardening.findings(stack, seen),
        *doctor_isolation.findings(seen),
        *leftovers.findings(stack, seen),
        *doctor_apps.findings(stack, seen),
        *doctor_backups.on_the_server(stack, seen),
    ]
    return [(one.level, one.about, one.says, one.repair) for one in found if one.level != "well"]


def test_a_server_as_declared_has_nothing_wrong() -> None:
    assert _wrong(_seen()) == []


def test_what_is_well_is_told_too() -> None:
    told = {one.about: one.says for one in doctor_apps.findings(_stack(), _seen())}
    assert told == {
        "app fruits": "runs, answers to fruits.localhost, role fruits",
        "certificate fruits": "ends 2027-02-20, 89 days left",
    }


def _aside(kind: str, name: str, petbase: str = "before") -> str:
    note = {"petbase": petbase, "of": "db", "dump": "x.tgz", "at": "2026-11-20 03:00:00"}
    return json.dumps({"kind": kind, "name": name, "note": json.dumps(note), "size": 2_000_000})


UPGRADE = (
    "bad",
    "database db",
    "its upgrade to another major was cut off",
    "run it again with the version that it was to have, as in: ./petbase upgrade-database 18.4",
)
FAULTS: dict[str, tuple[ServerReport, tuple[str, str, str, str]]] = {
    "a Dokku that is behind": (
        _seen(release="dokku version 0.38.9"),
        (
            "hint",
            "Dokku",
            "0.38.9 is behind the stack file's 0.38.27",
            "write dokku.version: 0.38.27, then pulumi up (docs/upgrades.md)",
        ),
    ),
    "a plugin that is behind": (
        _seen(plugin="1.47.2"),
        (
            "hint",
            "dokku-postgres",
            "1.47.2 is behind the stack file's 1.48.0",
            "write dokku.postgres-plugin: 1.48.0, then pulumi up (docs/upgrades.md)",
        ),
    ),
    "a plugin that is ahead": (
        _seen(plugin="1.49.0"),
        (
            "hint",
            "dokku-postgres",
            "1.49.0 is ahead of the stack file's 1.48.0",
            "write dokku.postgres-plugin: 1.49.0, then pulumi up (docs/upgrades.md)",
        ),
    ),
    "no plugin": (_seen(plugin=""), ("bad", "dokku-postgres", "is not installed", AGAIN)),
    "a full disk": (
        _seen(disk="40000000 3000000"),
        (
            "bad",
            "disk",
            "93 % used, 3.1 GB free of 41.0 GB",
            "./petbase ssh dokku cleanup; if that is not enough, server.type in the stack file and ./petbase resize",
        ),
    ),
    "a disk that fills": (
        _seen(disk="40000000 7000000"),
        (
            "hint",
            "disk",
            "83 % used, 7.2 GB free of 41.0 GB",
            "./petbase ssh dokku cleanup; if that is not enough, server.type in the stack file and ./petbase resize",
        ),
    ),
    "no memory": (
        _seen(memory="4000000 100000 1000000 10000"),
        (
            "bad",
            "memory",
            "102.4 MB available of 4.1 GB, 1.0 GB of 1.0 GB swap in use",
            "server.type in the stack file and ./petbase resize, or apps.APP.resources",
        ),
    ),
    "another time zone": (
        _seen(zone="+0100"),
        (
            "bad",
            "clock",
            "the server's zone is +0100; schedules are UTC",
            "./petbase ssh timedatectl set-timezone Etc/UTC",
        ),
    ),
    "updates that want a restart": (
        _seen("reboot wanted"),
        ("hint", "system", "its updates want a restart", "./petbase ssh reboot"),
    ),
    "no database": (_seen(services="other"), ("bad", "database db", "is not on the server", "docs/disaster.md")),
    "a database that stands still": (
        _seen(status="exited", server=None),
        (
            "bad",
            "database db",
            "answers no query; its container is: exited",
            "./petbase ssh dokku postgres:start db, or look at ./petbase ssh dokku postgres:logs db",
        ),
    ),
    "an older minor version": (
        _seen(server="18.3"),
        ("bad", "database db", "PostgreSQL 18.3; the stack file says 18.4", AGAIN),
    ),
    "another major version": (
        _seen(server="17.6"),
        (
            "bad",
            "database db",
            "PostgreSQL 17.6; the stack file says 18.4",
            'write version: "17.6"; another major needs a dump and a restore',
        ),
    ),
    "an exposed database": (
        _seen(exposed="5432->5432"),
        ("bad", "database db", "is exposed on 5432->5432", "./petbase ssh dokku postgres:unexpose db"),
    ),
    "connections that run out": (
        _seen(connections="96 100"),
        (
            "bad",
            "connections",
            "96 of 100 in use",
            "./petbase psql -c 'SELECT usename, count(*) FROM pg_stat_activity GROUP BY 1'; then apps.APP.connections",
        ),
    ),
    "an app that went": (_seen(apps="other"), ("bad", "app fruits", "is not on the server", AGAIN)),
    "an app that was never pushed": (
        _seen(deployed__fruits="false", running__fruits="false"),
        ("hint", "app fruits", "was not pushed yet", "git push ssh://dokku@127.0.0.1:9/fruits main"),
    ),
    "an app that does not run": (
        _seen(running__fruits="false"),
        (
            "bad",
            "app fruits",
            "does not run",
            "./petbase ssh dokku ps:start fruits; why: ./petbase ssh dokku logs fruits",
        ),
    ),
    "a domain that went": (
        _seen(domains__fruits="www.localhost"),
        ("bad", "app fruits", "does not answer to fruits.localhost", AGAIN),
    ),
    "a link that went": (_seen(links="other"), ("bad", "app fruits", "is not linked to db", AGAIN)),
    "no DATABASE_URL": (_seen(url__fruits=""), ("bad", "app fruits", "has no DATABASE_URL", AGAIN)),
    "a DATABASE_URL that leads elsewhere": (
        _seen(url__fruits="me db.example.com"),
        (
            "bad",
            "app fruits",
            "its DATABASE_URL leads to db.example.com, not to dokku-postgres-db",
            "./petbase ssh dokku config:unset fruits DATABASE_URL, then ./petbase doctor --repair",
        ),
    ),
    "the superuser's URL": (
        _seen(url__fruits="postgres dokku-postgres-db"),
        ("bad", "app fruits", "comes in as the superuser and not as fruits", "./petbase isolate fruits"),
    ),
    "another app's role": (
        _seen(url__fruits="shop dokku-postgres-db"),
        ("bad", "app fruits", "comes in as shop and not as fruits", AGAIN),
    ),
    "a role that went": (_seen(role__fruits=None), ("bad", "app fruits", "the database has no role fruits", AGAIN)),
    "a closed role": (_seen(role__fruits="closed"), ("bad", "app fruits", "the role fruits may not log in", AGAIN)),
    "a mighty role": (
        _seen(role__fruits="login super"),
        ("bad", "app fruits", "the role fruits is a superuser", AGAIN),
    ),
    "a certificate that ends soon": (
        _seen(certificate__fruits="Dec  9 03:00:00 2026 GMT"),
        (
            "hint",
            "certificate fruits",
            "ends 2026-12-09, 16 days left",
            "a new one: ./petbase ssh dokku letsencrypt:enable fruits, or dokku certs:update fruits",
        ),
    ),
    "a certificate that ends very soon": (
        _seen(certificate__fruits="Dec  5 03:00:00 2026 GMT"),
        (
            "bad",
            "certificate fruits",
            "ends 2026-12-05, 12 days left",
            "a new one: ./petbase ssh dokku letsencrypt:enable fruits, or dokku certs:update fruits",
        ),
    ),
    "a certificate that ended": (
        _seen(certificate__fruits="Nov  9 03:00:00 2026 GMT"),
        (
            "bad",
            "certificate fruits",
            "ended 2026-11-09",
            "a new one: ./petbase ssh dokku letsencrypt:enable fruits, or dokku certs:update fruits",
        ),
    ),
    "no schedule": (
        _seen(schedule=""),
        ("bad", "schedule", "the server has none; the stack file says 0 3 * * * to db-backups", AGAIN),
    ),
    "another schedule": (
        _seen(schedule="0 4 * * * dokku /usr/bin/dokku postgres:backup db db-backups"),
        (
            "bad",
            "schedule",
            "the server has 0 4 * * * dokku /usr/bin/dokku postgres:backup db db-backups; "
            "the stack file says 0 3 * * * to db-backups",
            AGAIN,
        ),
    ),
    "credentials that open nothing": (
        _seen(bucket="? An error occurred (SignatureDoesNotMatch)"),
        ("bad", "bucket", "does not open from the server: An error occurred (SignatureDoesNotMatch)", AGAIN),
    ),
    "credentials that only read": (
        _seen(takes="? An error occurred (AccessDenied)"),
        (
            "bad",
            "bucket",
            "opens from the server, but takes nothing: An error occurred (AccessDenied)",
            "./petbase rotate-token",
        ),
    ),
    "a lock that holds the proof": (
        _seen(takes="and keeps: An error occurred (ObjectLocked)"),
        (
            "hint",
            "bucket",
            "db-backups opens with the server's credentials, but keeps petbase-db.txt, the proof that they write: "
            "An error occurred (ObjectLocked)",
            "take the lock off that name; ours hold dumps and their copies only",
        ),
    ),
    "a timer that stands still": (
        _seen(timer__check="inactive"),
        ("bad", "timer check", "is inactive; every 15 minutes is declared", AGAIN),
    ),
    "a drill that failed": (
        _seen(last__drill="failed"),
        (
            "bad",
            "timer drill",
            "its last run failed: see its log",
            "./petbase ssh journalctl --unit petbase-drill-db --lines 30",
        ),
    ),
    "a check that says why": (
        _seen("watch " + json.dumps({"at": NOW.isoformat(), "problems": ["too old"]}), last__check="failed"),
        (
            "bad",
            "timer check",
            "its last run failed: too old",
            "./petbase ssh journalctl --unit petbase-check-db --lines 30",
        ),
    ),
    "a check that is silent": (
        _seen("watch " + json.dumps({"at": (NOW - timedelta(hours=3)).isoformat(), "problems": []})),
        (
            "bad",
            "timer check",
            "is active, but its last word is 3 hours old",
            "./petbase ssh systemctl restart petbase-check-db.timer",
        ),
    ),
    "nobody who is told": (
        _seen(alert=None),
        (
            "hint",
            "alert",
            "nobody is told when dumps stop",
            "pulumi config set --secret petbase:alertUrl URL, and pulumi up",
        ),
    ),
    "a renaming cut off": (
        _seen("left was fruits"),
        ("bad", "app fruits", "its renaming was cut off before the old one went", AGAIN),
    ),
    "a restart that is owed": (
        _seen("left restarts fruits"),
        ("bad", "app fruits", "was changed and not restarted, so it runs with its old settings", AGAIN),
    ),
    "a restore cut off": (
        _seen("left database petbase_restore"),
        (
            "hint",
            "database petbase_restore",
            "a restore or a drill was cut off; the next one drops it",
            "./petbase psql -c 'DROP DATABASE petbase_restore WITH (FORCE)'",
        ),
    ),
    "a function with the superuser's rights": (
        _seen('definer {"routine": "public.wipe(integer)", "callers": "fruits, shop", "grantees": "PUBLIC"}'),
        (
            "hint",
            "function public.wipe(integer)",
            "runs with the superuser's rights for fruits, shop",
            "./petbase psql -c 'REVOKE EXECUTE ON ROUTINE public.wipe(integer) FROM PUBLIC', or ALTER ROUTINE … OWNER "
            "TO a role that may do no more than it needs (docs/isolation.md)",
        ),
    ),
    "what a restore replaced": (
        _seen(f"aside {_aside('database', 'db before 2026-11-20 03:00:00')}"),
        (
            "hint",
            "database db before 2026-11-20 03:00:00",
            "what a restore replaced 2 days ago, 2.0 MB",
            "if it may go: ./petbase drop-data 'db before 2026-11-20 03:00:00'",
        ),
    ),
    "what a restore made": (
        _seen(f"aside {_aside('database', 'look', petbase='aside')}"),
        (
            "hint",
            "database look",
            "what a restore made 2 days ago, 2.0 MB",
            "if it may go: ./petbase drop-data look",
        ),
    ),
    "a schema that was put aside": (
        _seen(f"aside {_aside('schema', 'fruits before 2026-11-20 03:00:00')}"),
        (
            "hint",
            "schema fruits before 2026-11-20 03:00:00",
            "what a restore replaced 2 days ago, 2.0 MB",
            "if it may go: ./petbase drop-data 'fruits before 2026-11-20 03:00:00'",
        ),
    ),
    "the service of before an upgrade": (
        _seen("old db-before-18 17.6 2000"),
        (
            "hint",
            "service db-before-18",
            "PostgreSQL 17.6 of before an upgrade, stopped, 2.0 MB",
            "if it may go: ./petbase upgrade-database --drop-old",
        ),
    ),
    "an upgrade cut off": (_seen("left upgrade"), UPGRADE),
    "an upgrade cut off while it copied": (_seen("left services/db-before-18"), UPGRADE),
    "an upload of days ago": (
        _seen(f"left restores abc {NOW.timestamp() - 200_000:.0f}"),
        (
            "hint",
            "left over",
            "the beginning of a dump for a restore, abc",
            "./petbase ssh rm -r /var/lib/petbase/restores/db/abc",
        ),
    ),
    "a drill's copy of a dump": (
        _seen(f"left copy drill 2000000 {NOW.timestamp():.0f}"),
        (
            "hint",
            "left over",
            "a drill was cut off; its copy of the dump, 2.0 MB, lies in the container until the next one",
            "./petbase ssh docker exec dokku.postgres.db rm /tmp/petbase_drill",
        ),
    ),
    "a dump that came days ago": (
        _seen(f"left copy sent.abc 2000000 {NOW.timestamp() - 200_000:.0f}"),
        (
            "hint",
            "left over",
            "a dump that came for a restore, 2.0 MB, lies in the container; the next one drops it",
            "./petbase ssh docker exec dokku.postgres.db rm /tmp/petbase_sent.abc",
        ),
    ),
    "an app half made": (_seen("left apps/fruits"), ("bad", "apps/fruits", "its making was cut off", AGAIN)),
}


@pytest.mark.parametrize(
    ("line", "finding"),
    [
        ("file /etc/x", ("bad", "hardening", "/etc/x is not as it was written", AGAIN)),
        (
            "sshd maxauthtries 6 4",
            (
                "bad",
                "hardening",
                "sshd has maxauthtries 6, not 4",
                "./petbase doctor --repair; where another file says it before ours: ./petbase ssh grep --recursive "
                "--ignore-case maxauthtries /etc/ssh",
            ),
        ),
        (
            "package unattended-upgrades",
            (
                "bad",
                "hardening",
                "unattended-upgrades is not installed, so no security update comes by itself",
                AGAIN,
            ),
        ),
        (
            "metadata",
            ("bad", "hardening", "containers reach the metadata address, which tells the server's host key", AGAIN),
        ),
        (
            "docker",
            (
                "bad",
                "hardening",
                "Docker runs without live-restore: its next restart stops every container",
                "./petbase doctor --repair, then: ./petbase ssh systemctl reload docker",
            ),
        ),
    ],
)
def test_what_a_server_lost_of_its_hardening_is_told_where_it_is_to_be_hardened(
    line: str, finding: tuple[str, str, str, str]
) -> None:
    seen = _seen("hardened asked", f"drift {line}")
    assert _wrong(seen, server={"hardened": True}) == [finding]
    assert _wrong(seen) == []


def test_a_hardened_server_is_well_and_one_without_systemd_is_not_asked() -> None:
    hard = _stack(server={"hardened": True})
    (line,) = hardening.findings(hard, _seen("hardened asked"))
    assert (line.level, line.says) == ("well", "as docs/server.md says")
    assert list(hardening.findings(hard, _seen())) == []


SETTINGS = {
    "env": {"COLOR": "red"},
    "secrets": ["KEY"],
    "ports": ["http:80:5000"],
    "scale": {"web": 2, "worker": 0},
    "waitToRetire": "30",
    "storage": ["uploads:/up:ro", "/srv/a:/a"],
    "resources": {"cpu": "0.5"},
}
AS_DECLARED = {
    "variables fruits": "COLOR DATABASE_URL KEY OTHER",
    "differing fruits": "",
    "ports fruits": "http:80:5000",
    "scale fruits": "other: 1 web:  2 worker: 0",
    "waits fruits": "30",
    "storage fruits": "/srv/a:/a /var/lib/dokku/data/storage/uploads:/up:ro /x:/x",
    "limit-cpu fruits": "0.5",
}


@pytest.mark.parametrize(
    ("line", "value", "says"),
    [
        ("", "", None),
        ("variables fruits", "COLOR KEY", None),
        ("variables fruits", "COLOR", "has no variable KEY"),
        ("differing fruits", "COLOR", "its variable COLOR is not what the stack file says"),
        ("ports fruits", "http:80:5000 https:443:5000", "its ports: http:80:5000 https:443:5000; the stack file says"),
        ("scale fruits", "web: 2", "its scale: web=2; the stack file says web=2 worker=0"),
        ("waits fruits", "", "its wait to retire: none; the stack file says 30"),
        ("storage fruits", "/x:/x", "its storage: /x:/x; the stack file says /srv/a:/a /var/lib/dokku/data/storage/up"),
        ("limit-cpu fruits", "1", "its limit of cpu: 1; the stack file says 0.5"),
    ],
)
def test_a_setting_that_is_declared_is_compared_and_no_other(line: str, value: str, says: str | None) -> None:
    lines = {**AS_DECLARED, **({line: value} if line else {})}
    apps = {"fruits": {**outputs()["apps"]["fruits"], "settings": SETTINGS}}
    found = _wrong(_seen(*(f"{name} {text}".strip() for name, text in lines.items())), apps=apps)
    if says is None:
        assert found == []
    else:
        ((level, about, told, repair),) = found
        assert (level, about, repair) == ("bad", "app fruits", AGAIN)
        assert told.startswith(says)


def test_a_setting_that_was_not_told_is_unknown() -> None:
    apps = {"fruits": {**outputs()["apps"]["fruits"], "settings": {"ports": ["http:80:5000"]}}}
    assert _wrong(_seen("ports fruits ? it is sick"), apps=apps) == [
        ("unknown", "app fruits", "its ports: it is sick", "")
    ]


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_has_its_line_and_its_repair(fault: str) -> None:
    seen, line = FAULTS[fault]
    assert _wrong(seen) == [line]


def test_each_command_of_a_repair_names_the_stack_that_was_looked_at() -> None:
    found = findings.bad("hardening", "x", "./petbase doctor --repair, then: ./petbase ssh systemctl reload docker")
    assert findings.with_stack("staging", found).repair == (
        "./petbase doctor --stack staging --repair, then: ./petbase ssh --stack staging systemctl reload docker"
    )
    by_hand = findings.hint("hetzner", "x", "docs/server.md")
    assert findings.with_stack("staging", by_hand) == by_hand


def test_in_another_store_than_r2_nothing_is_written_for_a_proof() -> None:
    seen = _seen(takes=None)
    assert _wrong(seen, backups={"store": "s3"}) == []
    assert [line[1] for line in _wrong(seen)] == ["bucket"]


def test_paused_backups_are_told_and_want_no_timer() -> None:
    paused = {"backups": {"paused": True}}
    assert [line[:2] for line in _wrong(_seen(schedule="", timer__check="inactive"), **paused)] == [
        ("hint", "schedule")
    ]
    assert ("bad", "schedule") in [line[:2] for line in _wrong(_seen(), **paused)]


def test_dumps_that_were_found_are_told_and_want_no_timer_image_or_drill() -> None:
    found = {"backups": {"found": True}}
    hint = (
        "hint",
        "watch",
        "dumps are made as they were before Petbase: nobody looks after them",
        "take backups.found out of the stack file, and pulumi up (docs/adopting.md)",
    )
    assert _wrong(_seen(bucket="? no image", timer__check="inactive"), **found) == [hint]
    other = "the server has none; the stack file says 0 3 * * * to db-backups"
    way = "write in the stack file what is there; backups.found leaves it alone"
    assert _wrong(_seen(schedule=""), **found) == [("hint", "schedule", other, way), hint]


def test_an_app_with_the_superusers_link_needs_no_role_of_its_own() -> None:
    app = {**outputs()["apps"]["fruits"], "access": "superuser", "schema": "public", "role": "postgres"}
    seen = _seen(url__fruits="postgres dokku-postgres-db", role__fruits=None)
    assert _wrong(seen, apps={"fruits": app}) == []


def test_what_is_being_made_is_not_called_half_made() -> None:
    seen = _seen("left was fruits", "left database petbase_drill", "busy scratch.db")
    assert [line[2] for line in _wrong(seen)] == ["not asked, since something is at work on the server: scratch.db"]


def test_a_young_upload_is_no_left_over() -> None:
    assert _wrong(_seen(f"left restores abc {NOW.timestamp() - 200:.0f}")) == []


def test_what_was_found_here_may_lack_a_default_name() -> None:
    (line,) = _wrong(_seen("found apps/fruits", domains__fruits="www.localhost"))
    assert line[0] == "hint"
    assert line[2] == "was here before Petbase and does not answer to fruits.localhost"


def test_a_question_without_an_answer_is_unknown_and_not_well() -> None:
    assert ("unknown", "apps", "dokku apps:list says: it is sick", "") in _wrong(_seen(apps="? it is sick"))
    assert _wrong(_seen(disk="? no"))[0] == ("unknown", "disk", "no", "")
    assert _wrong(_seen(release="? ! it is sick"))[0][:3] == ("bad", "Dokku", "does not answer: it is sick")


def _ports(
    *, http: bool, https: bool, postgres: bool, seen: ServerReport, **sections: Any
) -> dict[str, tuple[str, str]]:
    answers = {
        PortProbe(80, "h", 80): http,
        PortProbe(443, "h", 443): https,
        PortProbe(ports.POSTGRESQL, "h", 5432): postgres,
    }
    return {one.about: (one.level, one.says) for one in doctor_host.ports(_stack(**sections), seen, answers)}


def test_the_web_answers_and_the_database_does_not() -> None:
    assert _ports(http=True, https=True, postgres=False, seen=_seen()) == {
        "port 80": ("well", "answers from outside"),
        "port 443": ("well", "answers from outside"),
        "port 5432": ("well", "shut from outside"),
    }
    assert _ports(http=False, https=False, postgres=True, seen=_seen()) == {
        "port 80": ("bad", "h does not answer there"),
        "port 443": ("bad", "h does not answer there"),
        "port 5432": ("bad", "PostgreSQL answers to the whole internet"),
    }


def test_the_way_to_a_server_without_ssh_is_not_ssh() -> None:
    stack = _stack()
    answers = {PortProbe(stack.server.port, "h", stack.server.port): False, PortProbe(80, "h", 80): False}
    assert [one.repair for one in doctor_host.ports(stack, None, answers)] == [
        "its firewall (pulumi up), and: is it running?",
        "its firewall (pulumi up), and: ./petbase ssh systemctl status nginx",
    ]


def test_https_may_be_shut_where_no_app_has_a_certificate() -> None:
    found = _ports(http=True, https=False, postgres=False, seen=_seen(certificate__fruits=""))
    assert found["port 443"] == ("well", "shut, and no app has a certificate")


@pytest.mark.parametrize(
    ("tls", "finding"),
    [
        ("letsencrypt", ("bad", "certificate fruits", "the app shows none", AGAIN)),
        ("origin-ca", ("bad", "certificate fruits", "the app shows none", AGAIN)),
        ("own", ("bad", "certificate fruits", "the app shows none", AGAIN)),
    ],
)
def test_a_certificate_that_is_declared_and_not_there(tls: str, finding: tuple[str, str, str, str]) -> None:
    apps = {"fruits": {**outputs()["apps"]["fruits"], "tls": tls}}
    assert _wrong(_seen(certificate__fruits=""), apps=apps) == [finding]
    assert _wrong(_seen(certificate__fruits=None), apps=apps) == []


def test_an_app_that_was_never_pushed_may_wait_for_its_certificate() -> None:
    apps = {"fruits": {**outputs()["apps"]["fruits"], "tls": "letsencrypt"}}
    (_, line) = _wrong(_seen(certificate__fruits="", deployed__fruits="false"), apps=apps)
    assert line == ("hint", "certificate fruits", "Let's Encrypt gave none yet; do its names lead here?", AGAIN)


def test_a_web_that_only_cloudflare_reaches_is_shut_from_here() -> None:
    server = {**outputs()["server"], "webFrom": "cloudflare"}
    found = _ports(http=False, https=False, postgres=False, seen=_seen(), server=server)
    assert (found["port 80"], found["port 443"]) == (("well", "shut but for Cloudflare"),) * 2


def _shelf(made: timedelta, tried: timedelta | None) -> Inventory:
    own = Object("postgres-db-x.tgz", 1000, NOW - made, "e")
    proof = Evidence(NOW - tried, "e", 1, 2, True, "") if tried is not None else None
    return Inventory([DumpRecord("postgres-db-x.tgz", NOW - made, own=own, evidence=proof)])


def _dumps(shelf: Inventory, **backups: Any) -> list[tuple[str, str, str]]:
    found = doctor_backups.in_the_bucket(_stack(backups=backups), shelf, NOW)
    return [(one.level, one.about, one.says) for one in found]


def test_a_young_dump_and_a_young_drill_are_well() -> None:
    assert _dumps(_shelf(timedelta(hours=16), timedelta(days=3))) == [
        ("well", "newest dump", "16 hours old, 1.0 kB"),
        ("well", "newest verified", "postgres-db-x.tgz, restored 3 days ago"),
    ]


def test_a_late_dump_is_told_with_the_run_that_it_missed() -> None:
    (line, _) = _dumps(_shelf(timedelta(hours=41), timedelta(days=3)))
    assert line[:2] == ("bad", "newest dump")
    assert line[2].startswith("1 day old; due was one on 2026-11-21 03:00 UTC")


def test_a_schedule_of_hours_is_late_after_an_hour_and_a_quarter() -> None:
    hourly = {"schedule": "0 * * * *"}
    assert _dumps(_shelf(timedelta(minutes=74), timedelta(days=3)), **hourly)[0][0] == "well"
    assert _dumps(_shelf(timedelta(minutes=76), timedelta(days=3)), **hourly)[0][0] == "bad"


def test_a_drill_is_late_after_two_of_its_intervals() -> None:
    assert _dumps(_shelf(timedelta(hours=1), timedelta(days=15)))[1] == (
        "bad",
        "newest verified",
        "postgres-db-x.tgz, restored 15 days ago; weekly is declared",
    )
    assert _dumps(_shelf(timedelta(hours=1), timedelta(days=15)), drill="monthly")[1][0] == "well"
    assert _dumps(_shelf(timedelta(hours=1), timedelta(days=999)), drill="never")[1][0] == "well"


def test_no_dump_and_no_drill_are_faults() -> None:
    assert _dumps(Inventory()) == [
        ("bad", "newest dump", "there is none in db-backups"),
        ("bad", "newest verified", "none, since there is no dump"),
    ]
    assert _dumps(_shelf(timedelta(hours=1), None))[1] == (
        "bad",
        "newest verified",
        "no dump was restored yet to try it",
    )


def test_what_was_due_before_the_watch_began_is_not_late() -> None:
    def told(shelf: Inventory, since: timedelta) -> list[str]:
        return [one.level for one in doctor_backups.in_the_bucket(_stack(), shelf, NOW, NOW - since)]

    assert told(Inventory(), timedelta(hours=20)) == ["hint", "hint"]
    assert told(Inventory(), timedelta(hours=26)) == ["bad", "hint"]
    assert told(Inventory(), timedelta(days=15)) == ["bad", "bad"]
    old = _shelf(timedelta(days=20), timedelta(days=20))
    assert told(old, timedelta(hours=20)) == ["well", "well"]
    assert told(old, timedelta(days=15)) == ["bad", "bad"]


def test_paused_backups_are_not_late() -> None:
    found = _dumps(_shelf(timedelta(days=90), timedelta(days=90)), paused=True)
    assert [line[0] for line in found] == ["well", "well"]


def test_dumps_that_were_found_need_no_drill() -> None:
    (line,) = _dumps(_shelf(timedelta(hours=2), None), found=True)
    assert line[0] == "well"


def test_the_exit_code_is_the_worst_of_all() -> None:
    one: dict[str, Finding] = {level: Finding(level, "", "") for level in ("well", "hint", "bad", "unknown")}
    assert findings.exit_code([one["well"], one["hint"]]) == 0
    assert findings.exit_code([one["well"], one["unknown"]]) == 1
    assert findings.exit_code([one["unknown"], one["bad"]]) == 2
