"""./petbase plan: each kind of edit in words, by the real program; what restarts, what is refused, what stays."""

from typing import Any

import pytest

from operate.core.errors import RefusedError
from operate.plan.resource import Plan
from operate.stack import stack_files
from operate.summary import summary
from tests.components.estates import KEY, estate
from tests.operate.plan.test_plan import write
from tests.operate.summary.plans import plan_of
from tests.support.operate import Petbase

pytestmark = pytest.mark.usefixtures("checkout")

APPS: dict[str, Any] = {"fruits": {}, "notes": {}}
QUIET = ["", "Nothing restarts, and nothing is down."]


def plan(**sections: Any) -> Plan:
    """The plan of a stack without an SSL mode to warn of."""
    return plan_of(estate(**{"domain": "example.org", "apps": APPS, "edge": {"ssl": "strict"}, **sections}))


def edited(before: dict[str, Any], **after: Any) -> list[str]:
    return list(summary.summarize(plan(**before).resources, plan(**after), "Heading").lines)[2:]


def test_nothing_to_do_is_said() -> None:
    assert edited({}) == ["Nothing to do."]


def test_an_app_more() -> None:
    assert edited({}, apps={**APPS, "blog": {}}) == [
        "+ app blog: schema blog and role, DNS records for blog.example.org, certificate;",
        "    restarts nothing",
        *QUIET,
    ]


def test_an_app_with_settings_names_variables_and_never_their_values() -> None:
    blog = {"env": {"MODE": "tiptop-value"}, "ports": ["http:80:5000"], "extensions": ["vector"], "reads": ["fruits"]}
    lines = edited({}, apps={**APPS, "blog": blog})
    assert lines == [
        "+ app blog: schema blog and role, reads fruits, extension vector, variable MODE,",
        "    ports http:80:5000, ports https:443:5000, DNS records for blog.example.org,",
        "    certificate; restarts nothing",
        *QUIET,
    ]


def test_the_rules_of_a_bucket_that_was_found_are_not_replaced_unasked() -> None:
    there: dict[str, Any] = {"server": {"host": "203.0.113.10", "host-key": KEY}}
    found = {**there, "backups": {"found": True, "bucket-exists": True}}
    lines = edited(found, **there, backups={"bucket-exists": True})
    assert "Refused, so pulumi up changes nothing:" in lines
    assert "  backups.found: without it Petbase's rules replace all rules of the bucket," in lines
    lines = edited(found, **there, backups={"bucket-exists": True, "protect": False})
    assert not [line for line in lines if "Refused" in line]


def test_a_removed_app_keeps_its_schema() -> None:
    assert edited({"protect": False}, protect=False, apps={"fruits": {}}) == [
        "- app notes: removes the app, its DNS records for notes.example.org and its",
        "    certificate; its schema notes and role stay, with the data; restarts nothing",
        *QUIET,
    ]


def test_a_protected_app_is_not_removed() -> None:
    lines = edited({}, apps={"fruits": {}})
    assert lines[2:] == [
        "    below)",
        "",
        "Refused, so pulumi up changes nothing:",
        "  apps.notes: protected, and this edit would remove or replace it. If you mean",
        "    that, write protect: false under apps.notes, run pulumi up, then make this",
        "    edit",
    ]


@pytest.mark.parametrize(
    ("before", "after", "line"),
    [
        ({}, {"env": {"LOG_LEVEL": "debug"}}, "variable LOG_LEVEL; restarts fruits"),
        ({"env": {"A": "1"}}, {"env": {"A": "2"}}, "variable A changed; restarts fruits"),
        ({"env": {"A": "1", "B": "1"}}, {"env": {"B": "1"}}, "variable A removed; restarts fruits"),
        ({"env": {"A": "1"}}, {}, "variable A removed; restarts fruits"),
        ({"scale": {"web": 1}}, {"scale": {"web": 2}}, "scale web=2 (was 1); restarts fruits"),
        ({"resources": {"memory-mb": 256}}, {}, "resources memory-mb removed; restarts fruits"),
        ({"storage": []}, {"storage": ["up:/up"]}, "storage up:/up; restarts fruits"),
        ({"ports": ["http:80:5000"]}, {"ports": ["http:80:4000"]}, None),
        ({}, {"connections": 20}, "connections 20; restarts nothing"),
        ({"statement-timeout": "30s"}, {}, "statement-timeout removed; restarts nothing"),
        ({}, {"reads": ["notes"]}, "reads notes; restarts nothing"),
        ({}, {"access": "superuser"}, "access superuser (was schema); restarts fruits"),
        ({}, {"checks": {"disabled": True}}, "checks disabled; restarts nothing"),
        ({}, {"database-url": {"parameters": {"a": "b"}}}, "database-url parameter a=b; restarts fruits"),
        ({}, {"domains": ["f.example.org"]}, None),
    ],
)
def test_a_changed_app_says_what_and_whether_it_restarts(
    before: dict[str, Any], after: dict[str, Any], line: str | None
) -> None:
    first, *_ = edited({"apps": {**APPS, "fruits": before}}, apps={**APPS, "fruits": after})
    assert first.startswith("~ app fruits: ")
    if line:
        assert first == f"~ app fruits: {line}"


def test_a_renamed_app_is_one_app() -> None:
    assert edited({}, apps={"fruits": {}, "memo": {"was": "notes"}}) == [
        "~ app memo: renamed from notes, with its data, DNS records for memo.example.org,",
        "    DNS records for notes.example.org removed; builds memo once, under its new",
        "    name",
        "",
        "Builds memo once, under its new name.",
    ]


def test_one_app_for_another_may_be_meant_as_a_rename() -> None:
    lines = edited({"protect": False}, protect=False, apps={"fruits": {}, "memo": {}})
    assert lines[-3:] == [
        "Note:",
        "  notes is removed and memo is added: two apps, and memo starts without data. If",
        "    it is one app under a new name, write was: notes under apps.memo",
    ]


@pytest.mark.parametrize(
    ("after", "lines"),
    [
        (
            {"server": {"authorized-keys": [KEY], "type": "cx33"}},
            [
                "~ server: server petbase-live type cx33 (was cx23); use",
                "    ./petbase resize for this: pulumi up would leave the server off, and every",
                "    app with it",
                "",
                "Use ./petbase resize for this: pulumi up would leave the server off, and every",
                "app with it.",
            ],
        ),
        (
            {"database": {"config": {"work_mem": "8MB"}}},
            [
                "~ database: PostgreSQL setting work_mem=8MB; restarts PostgreSQL: apps are",
                "    without their database for about a minute",
                "",
                "Restarts PostgreSQL: apps are without their database for about a minute.",
            ],
        ),
        (
            {"database": {"version": "18.5"}},
            [
                "~ database: PostgreSQL 18.5 (was 18.4); takes a dump first, then restarts",
                "    PostgreSQL: apps are without their database for about a minute",
                "",
                "Takes a dump first, then restarts PostgreSQL: apps are without their database",
                "for about a minute.",
            ],
        ),
        (
            {"backups": {"schedule": "0 4 * * *", "keep-days": 40, "lock-days": 8}},
            [
                "~ backups: schedule 0 4 * * * (was 0 3 * * *), expiry of old dumps: 40 days (was",
                "    35), lock of new dumps: 8 days (was 7); restarts nothing",
                *QUIET,
            ],
        ),
        (
            {"generation": 2},
            [
                "~ Petbase: generation changed, so 5 commands run again on the server; restarts",
                "    nothing that is as the stack file says",
                *QUIET,
            ],
        ),
    ],
)
def test_another_part_of_the_stack_says_what_is_down_and_how_long(after: dict[str, Any], lines: list[str]) -> None:
    assert edited({"apps": {}}, **{"apps": {}, **after}) == lines


@pytest.mark.parametrize(
    ("after", "reason"),
    [
        ({"database": {"version": "17.4"}}, "database.version: 18.4 to 17.4 is another major version"),
        ({"backups": {"keep-days": 7}}, "backups.keep-days: 35 to 7 deletes the dumps older than 7 days"),
        ({"backups": {"jurisdiction": "eu"}}, "backups.jurisdiction: a bucket stays where it was made"),
        ({"backups": {"bucket": "other"}}, "backups: protected, and this edit would remove or replace it"),
        ({"server": {"authorized-keys": [KEY], "image": "ubuntu-24.04"}}, "server: protected, and this edit"),
        ({"server": {"authorized-keys": [KEY], "location": "hel1"}}, "server: protected, and this edit"),
        ({"server": {"authorized-keys": [KEY], "ssh-port": 2222}}, "server.ssh-port: 22 to 2222"),
        ({"apps": {"fruits": {"schema": "x"}, "notes": {}}}, "apps.fruits.schema: fruits to x leaves the tables"),
        ({"database": {"service": "other"}}, "database: protected, and this edit would remove or replace it"),
    ],
)
def test_what_the_engine_would_refuse_is_refused_here_with_the_reason(after: dict[str, Any], reason: str) -> None:
    lines = edited({}, **after)
    text = " ".join(line.strip() for line in lines)
    assert "Refused, so pulumi up changes nothing:" in lines
    assert reason in text
    assert "refused (see below)" in text
    assert "Nothing restarts" not in text


def test_everything_is_new_where_nothing_is_deployed() -> None:
    lines = list(summary.summarize([], plan(apps={"fruits": {}}), "Heading").lines)[2:]
    assert [line for line in lines if not line.startswith(" ")] == [
        "+ server: Dokku, firewall, IPv4 address, server petbase-live (cx23 in nbg1), SSH",
        "+ database: PostgreSQL 18.4",
        "+ backups: schedule, bucket db-backups, health check",
        "+ names: certificate, SSL mode, visitors' addresses, DNS records for",
        "+ app fruits: schema fruits and role, DNS records for fruits.example.org,",
    ]


def test_no_line_is_wider_than_a_terminal() -> None:
    apps = {f"app-{number}": {"env": {f"VARIABLE_{n}": "x" for n in range(9)}} for number in range(9)}
    assert max(map(len, edited({}, apps={**APPS, **apps}))) <= 80


def kept(petbase: Petbase, **sections: Any) -> str:
    """A plan kept as JSON; its file."""
    plan(**sections)
    file = stack_files.CHECKOUT / "before.json"
    file.write_text(petbase("plan", "--json", "--stack", "live").out)
    return str(file)


def test_a_plan_that_was_kept_is_compared_with(petbase: Petbase) -> None:
    file = kept(petbase)
    plan(apps={**APPS, "blog": {"env": {"A": "value"}}})
    ran = petbase("plan", "--stack", "live", "--compare", file)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("Stack live, compared with the plan before:\n\n+ app blog: ")
    assert "value" not in ran.out
    details = petbase("plan", "--stack", "live", "--compare", file, "--details").out
    assert details.startswith(ran.out)
    assert "+ command:Command blog-settings, in AppSettings blog\n" in details


def test_the_details_of_a_change_are_its_inputs_before_and_after(petbase: Petbase) -> None:
    file = kept(petbase)
    plan(server={"authorized-keys": [KEY], "type": "cx33"})
    out = petbase("plan", "--stack", "live", "--compare", file, "--details").out
    assert out.endswith("\n~ hcloud:Server live, in Server live\n-   serverType: cx23\n+   serverType: cx33\n")


def test_a_refusal_is_exit_code_2(petbase: Petbase) -> None:
    file = kept(petbase)
    plan(apps={"fruits": {}})
    assert petbase("plan", "--stack", "live", "--compare", file).code == 2


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"plans": [1]}', '{"plans": [{"stack": "live", "resources": [{}]}]}']
)
def test_a_file_that_is_no_plan_is_refused(petbase: Petbase, text: str) -> None:
    file = stack_files.CHECKOUT / "odd.json"
    file.write_text(text)
    plan()
    ran = petbase("plan", "--stack", "live", "--compare", str(file))
    assert ran.code == RefusedError.code
    assert ran.err == f"petbase: --compare {file}: not the output of ./petbase plan --json\n"


def test_a_secret_that_nothing_uses_is_noted(petbase: Petbase) -> None:
    held = estate(domain="live.example.org", apps={}, edge={"ssl": "strict"})
    write(stack_files.CHECKOUT, "live", held, **{"shop.API_KEY": {"secure": "v1:x:y"}})
    out = " ".join(petbase("plan", "--stack", "live").out.split())
    assert (
        "petbase:shop.API_KEY: nothing uses this secret; name it in apps.shop.secrets: [API_KEY], or remove it" in out
    )
