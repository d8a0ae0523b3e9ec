"""Settings: what is declared is compared, and nothing else; a value never comes along."""

from typing import Any

import pytest

from host.core.fact import Fact
from host.report.model.doctor import DoctorReport
from operate.doctor.subjects import apps
from tests.operate.doctor.faults import REPAIR, app, stack, wrong
from tests.support.report import UNKNOWN, with_app

DECLARED = {
    "env": {"COLOR": "red"},
    "secret_env": ["KEY"],
    "ports": ["http:80:5000"],
    "scale": ["web=2", "worker=0"],
    "checks": ["disabled", "wait-to-retire-seconds=30"],
    "storage": ["uploads:/up:ro", "/srv/a:/a"],
    "resources": ["cpu=0.5"],
}
SETTINGS = {
    "ports": Fact(("http:80:5000",)),
    "scale": Fact(("other=1", "web=2", "worker=0")),
    "checks": Fact(("disabled", "wait-to-retire-seconds=30")),
    "storage": Fact(("/srv/a:/a", "uploads:/up:ro", "/x:/x")),
    "resources": Fact(("cpu=0.5", "memory-mb=512")),
}
VARIABLES = Fact(("COLOR", "DATABASE_URL", "KEY", "OTHER"))


def _report(settings: dict[str, Fact[Any]] | None = None, **changed: Any) -> DoctorReport:
    return with_app(**{"variables": VARIABLES, "settings": {**SETTINGS, **(settings or {})}, **changed})


def _says(report: DoctorReport) -> list[str]:
    found = wrong(apps.findings(stack(apps=app(settings=DECLARED)), report))
    assert {(about, repair) for _, about, _, repair in found} <= {("app fruits", REPAIR)}
    return [says for _, _, says, _ in found]


def test_settings_as_declared_are_well() -> None:
    assert _says(_report()) == []
    assert stack(apps=app(settings=DECLARED)).apps["fruits"].settings.by_kind.keys() == SETTINGS.keys()


@pytest.mark.parametrize(
    ("kind", "words", "says"),
    [
        ("ports", ("http:80:5000", "https:443:5000"), "its ports: http:80:5000 https:443:5000; the stack file says"),
        ("scale", ("web=2",), "its scale: web=2; the stack file says web=2 worker=0"),
        ("checks", (), "its checks: none; the stack file says disabled wait-to-retire-seconds=30"),
        ("storage", ("/x:/x",), "its storage: /x:/x; the stack file says /srv/a:/a uploads:/up:ro"),
        ("resources", ("cpu=1",), "its resources: cpu=1; the stack file says cpu=0.5"),
    ],
)
def test_a_setting_that_is_not_as_declared_is_told(kind: str, words: tuple[str, ...], says: str) -> None:
    (told,) = _says(_report({kind: Fact(words)}))
    assert told.startswith(says)


def test_a_variable_that_is_missing_or_another_is_told_by_its_name() -> None:
    assert _says(_report(variables=Fact(("COLOR",)))) == ["has no variable KEY"]
    assert _says(_report(differing=Fact(("COLOR",)))) == ["its variable COLOR is not what the stack file says"]
    missing = _report(variables=Fact(("KEY",)), differing=Fact(("COLOR",)))
    assert _says(missing) == ["has no variable COLOR"]


def test_what_was_not_told_is_unknown() -> None:
    ports = stack(apps=app(settings={"ports": ["http:80:5000"]}))
    assert wrong(apps.findings(ports, _report({"ports": UNKNOWN}))) == [
        ("unknown", "app fruits", "its ports: it is sick", "")
    ]
    assert wrong(apps.findings(ports, with_app())) == [("unknown", "app fruits", "its ports: it was not asked for", "")]
    env = stack(apps=app(settings={"env": {"COLOR": "red"}}))
    assert wrong(apps.findings(env, with_app(variables=UNKNOWN))) == [
        ("unknown", "app fruits", "its variables: it is sick", "")
    ]
