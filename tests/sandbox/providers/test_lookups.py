"""Every function's answer has the outputs that the real provider declares, so that no SDK finds a hole."""

from pathlib import Path

import pytest

from sandbox.providers.schema import load
from sandbox.providers.values import State
from tests.support.pulumi.providers import account

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


@pytest.mark.parametrize(("package", "name", "args"), [(p, n, a) for p, asked in ASKED.items() for n, a in asked])
def test_an_answer_is_what_the_schema_declares(tmp_path: Path, package: str, name: str, args: State) -> None:
    schema, token = load(package), f"{package}:index/{name}:{name}"
    declared = schema.functions[token]["outputs"]
    answer = account(tmp_path, package).invoke(token, args)
    assert list(schema.problems(declared, [], answer)) == []
