"""Each app: there, running, with its domains, linked as its own role; its certificate; and apps that no stack has."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from host.app.dokku_files import Gap
from host.core.fact import Fact
from host.report.model.app import Certificate, DatabaseUrl, UndeclaredApp
from host.report.model.database import RoleReport
from host.report.model.doctor import DoctorReport
from operate.doctor.subjects import apps
from tests.operate.doctor.faults import REPAIR, app, lines_of, stack, wrong
from tests.support.report import UNKNOWN, WELL, with_app, with_database, with_dokku, with_postgres


def _url(role: str, host: str = "dokku-postgres-db") -> DoctorReport:
    return with_app(database_url=Fact(DatabaseUrl(True, role, host, "db")))


def _ends(month: int, day: int) -> DoctorReport:
    return with_app(certificate=Fact(Certificate(int(datetime(2026, month, day, 3, tzinfo=UTC).timestamp()))))


FAULTS: dict[str, DoctorReport] = {
    "a Dokku that does not answer": with_dokku(apps=UNKNOWN),
    "an app that went": replace(WELL, apps=()),
    "an app that was never pushed": with_app(deployed=Fact(False), running=Fact("none")),
    "an app that does not run": with_app(running=Fact("none")),
    "an app that runs by half": with_app(running=Fact("some")),
    "a Docker that does not answer": with_app(running=UNKNOWN),
    "an app that nginx does not know": with_app(gap=Fact(Gap("nginx has none", "proxy:build-config fruits"))),
    "a domain that went": with_app(domains=Fact(("www.localhost",))),
    "a domain that a found app never had": with_app(domains=Fact(("www.localhost",)), found=True),
    "domains that cannot be read": with_app(domains=UNKNOWN),
    "a link that went": with_database(links=Fact(("other",))),
    "no DATABASE_URL": with_app(database_url=Fact(DatabaseUrl(is_set=False))),
    "another password": with_app(
        database_url=Fact(DatabaseUrl(True, "fruits", "dokku-postgres-db", "db", opens=False))
    ),
    "a DATABASE_URL that is not told": with_app(database_url=UNKNOWN),
    "a DATABASE_URL that leads elsewhere": _url("me", "db.example.com"),
    "a DATABASE_URL of another database": with_app(
        database_url=Fact(DatabaseUrl(True, "fruits", "dokku-postgres-db", "old"))
    ),
    "a DATABASE_URL of something else": with_app(database_url=Fact(DatabaseUrl(is_set=True))),
    "the superuser's URL": _url("postgres"),
    "another app's role": _url("shop"),
    "a role that went": with_postgres(roles=()),
    "a closed role": with_postgres(roles=(RoleReport("fruits", False, (), ()),)),
    "a certificate that ends soon": _ends(12, 9),
    "a certificate that ends very soon": _ends(12, 5),
    "a certificate that ended": _ends(11, 9),
    "a certificate that cannot be read": with_app(certificate=UNKNOWN),
    "an app of the stack that its stack file does not have": replace(
        WELL, undeclared_apps=(UndeclaredApp("half", "test", ("db",)),)
    ),
    "an app that no stack has": replace(WELL, undeclared_apps=(UndeclaredApp("stray", "", ()),)),
    "an app that no stack has, with a link": replace(WELL, undeclared_apps=(UndeclaredApp("9", "", ("db", "other")),)),
}
LINES = lines_of(__file__, FAULTS)


@pytest.mark.parametrize("fault", LINES)
def test_each_fault_has_its_line_and_its_repair(fault: str) -> None:
    assert wrong(apps.findings(stack(), FAULTS[fault])) == LINES[fault]


def test_what_is_well_is_told_too() -> None:
    assert {one.about: one.says for one in apps.findings(stack(), WELL)} == {
        "app fruits": "runs, answers to fruits.localhost, role fruits",
        "certificate fruits": "ends 2027-02-20, 89 days left",
    }


def test_an_app_of_another_stack_or_of_another_database_is_not_this_ones_business() -> None:
    others = (UndeclaredApp("blog", "staging", ("db",)), UndeclaredApp("wiki", "", ("other",)))
    report = replace(WELL, undeclared_apps=others)
    assert wrong(apps.findings(stack(), report)) == []


def test_a_database_service_that_no_stack_has_is_told() -> None:
    (line,) = wrong(apps.findings(stack(), replace(WELL, undeclared_services=("wiki",))))
    assert line == (
        "hint",
        "service wiki",
        "is on the server, but no stack has it and it is not backed up",
        "what it is: ./petbase ssh dokku postgres:info wiki; to remove it: ./petbase ssh dokku postgres:destroy wiki",
    )


def test_a_database_that_does_not_answer_is_not_each_apps_fault() -> None:
    assert wrong(apps.findings(stack(), with_database(postgres=UNKNOWN, links=UNKNOWN))) == []


def test_an_app_with_the_superusers_link_needs_no_role() -> None:
    report = replace(_url("postgres"), database=with_postgres(roles=()).database)
    superuser = app(access="superuser", schema="public", role="postgres")
    assert wrong(apps.findings(stack(apps=superuser), report)) == []


def test_an_app_that_was_isolated_is_not_given_the_superusers_link_again() -> None:
    """By a repair it would get the superuser's URL back, and not find the tables that were moved."""
    superuser = app(access="superuser", schema="public", role="postgres")
    (found,) = [one for one in apps.findings(stack(apps=superuser), WELL) if one.level == "bad"]
    assert found.says == "has its own role, as after ./petbase isolate, and not the superuser's link"
    assert found.repair == "take access: superuser out of apps.fruits in the stack file, then pulumi up"
    assert not found.again


@pytest.mark.parametrize("tls", ["letsencrypt", "origin-ca", "own"])
def test_a_certificate_that_is_declared_and_not_there(tls: str) -> None:
    of = stack(apps=app(tls=tls))
    line = ("bad", "certificate fruits", "the app shows none", REPAIR)
    assert wrong(apps.findings(of, with_app(certificate=Fact(Certificate(None))))) == [line]
    assert wrong(apps.findings(stack(), with_app(certificate=Fact(Certificate(None))))) == []


def test_an_app_that_was_never_pushed_may_wait_for_its_certificate() -> None:
    never: dict[str, Any] = {"deployed": Fact(False), "running": Fact("none"), "certificate": Fact(Certificate(None))}
    (_, line) = wrong(apps.findings(stack(apps=app(tls="letsencrypt")), with_app(**never)))
    assert line == ("hint", "certificate fruits", "Let's Encrypt gave none yet; do its names lead here?", REPAIR)
