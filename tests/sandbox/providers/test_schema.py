"""What the stand-ins check before anything is made, and answer: by the real providers' own declarations."""

from pathlib import Path

import pytest

from sandbox.providers.schema import Problem, load
from sandbox.providers.values import SECRET, SIGNATURE, UNKNOWN, State
from tests.support.pulumi.providers import account

COMMAND = "command:remote:Command"
SERVER = "hcloud:index/server:Server"
ASKED: dict[str, list[tuple[str, State]]] = {
    "hcloud": [
        ("getImage", {"name": "debian-12"}),
        ("getLocations", {}),
        ("getServerTypes", {}),
        ("getServers", {}),
        ("getSshKeys", {}),
    ],
    "cloudflare": [
        ("getAccountApiTokenPermissionGroupsList", {"accountId": "0" * 32}),
        ("getApiTokenPermissionGroupsList", {}),
        ("getAccountTokens", {"accountId": "0" * 32}),
        ("getApiTokens", {}),
        ("getIpRanges", {}),
        ("getZones", {"name": "example.com"}),
    ],
}


def problems(package: str, token: str, given: State) -> list[Problem]:
    schema = load(package)
    declared = schema.resources[token]
    return list(schema.problems(declared["inputs"], declared["required"], given))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, [("serverType", "missing required property 'serverType'")]),
        ({"serverType": "cx23", "imgae": "x"}, [("imgae", "an argument named 'imgae' is not expected here")]),
        ({"serverType": 23}, [("serverType", "expected string, got integer")]),
        ({"serverType": "cx23", "backups": "yes"}, [("backups", "expected boolean, got string")]),
        ({"serverType": "cx23", "firewallIds": ["1"]}, [("firewallIds[0]", "expected integer, got string")]),
        ({"serverType": "cx23", "firewallIds": [True]}, [("firewallIds[0]", "expected integer, got boolean")]),
        ({"serverType": "cx23", "labels": {"a": 1}}, [("labels.a", "expected string, got integer")]),
        (
            {"serverType": "cx23", "publicNets": [{"ipv4": 1.5, "ip": 1}]},
            [
                ("publicNets[0].ip", "an argument named 'ip' is not expected here"),
                ("publicNets[0].ipv4", "expected integer, got number"),
            ],
        ),
    ],
)
def test_a_wrong_input_is_named_with_its_path(given: State, expected: list[Problem]) -> None:
    assert problems("hcloud", SERVER, given) == expected


def test_every_problem_comes_at_once() -> None:
    assert len(problems("hcloud", SERVER, {"a": 1, "b": 2, "image": 3})) == 4


def test_required_names_count_inside_nested_types() -> None:
    assert problems("command", COMMAND, {"connection": {}}) == [("connection.host", "missing required property 'host'")]


def test_an_enum_takes_its_own_words_only() -> None:
    given = {"connection": {"host": "h"}, "logging": "loud"}
    assert problems("command", COMMAND, given) == [
        ("logging", "expected one of 'stdout', 'stderr', 'stdoutAndStderr', 'none', got 'loud'")
    ]


def test_what_is_not_known_yet_passes_every_type() -> None:
    assert problems("hcloud", SERVER, {"serverType": UNKNOWN, "firewallIds": [UNKNOWN], "publicNets": UNKNOWN}) == []


def test_anything_passes_where_the_schema_says_any() -> None:
    assert problems("command", COMMAND, {"connection": {"host": "h"}, "triggers": [1, "a", {"b": True}]}) == []


def test_defaults_are_filled_in_inside_nested_objects() -> None:
    schema = load("command")
    filled = schema.with_defaults(schema.resources[COMMAND]["inputs"], {"connection": {"host": "h", "port": 2222}})
    assert filled["connection"] == {
        "host": "h",
        "port": 2222,
        "user": "root",
        "dialErrorLimit": 10,
        "perDialTimeout": 15,
    }


def test_defaults_do_not_change_what_was_given() -> None:
    schema, given = load("command"), {"connection": {"host": "h"}}
    schema.with_defaults(schema.resources[COMMAND]["inputs"], given)
    assert given == {"connection": {"host": "h"}}


def test_secret_inputs_are_marked_secret() -> None:
    schema = load("command")
    marked = schema.mark(schema.resources[COMMAND]["inputs"], {"connection": {"host": "h"}, "create": "true"})
    assert dict(marked["connection"]) == {SIGNATURE: SECRET, "value": {"host": "h"}}
    assert marked["create"] == "true"


@pytest.mark.parametrize(("package", "name", "args"), [(p, n, a) for p, asked in ASKED.items() for n, a in asked])
def test_a_lookups_answer_is_what_the_schema_declares(tmp_path: Path, package: str, name: str, args: State) -> None:
    schema, token = load(package), f"{package}:index/{name}:{name}"
    declared = schema.functions[token]["outputs"]
    answer = account(tmp_path, package).invoke(token, args)
    assert list(schema.problems(declared, [], answer)) == []
