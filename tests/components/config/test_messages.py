"""Each mistake that people make in a stack file, and the sentence that they get: path, line, value, what to write."""

from pathlib import Path
from typing import Any

import pytest

from components.config import stack_file
from components.config.parsing import yaml_file
from components.config.rules import stack_rules as rules
from components.config.stack_file import StackFileError
from tests.components.config import judged
from tests.components.estates import ACCOUNT, KEY, estate

_HEAD = f"""\
config:
  petbase:estate:
    domain: example.com
    server: {{authorized-keys: ["{KEY}"]}}
    backups: {{account-id: "{ACCOUNT}"}}
"""


def problems(tmp_path: Path, text: str) -> list[str]:
    """What is wrong with a stack file that ends in these lines; the first of them is line 6."""
    file = tmp_path / "Pulumi.prod.yaml"
    file.write_text(_HEAD + "".join(f"    {line}\n" for line in text.splitlines()))
    estate: Any = yaml_file.load(file)["config"]["petbase:estate"]
    return judged.problems(estate, yaml_file.places(file))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            "database: {version: 18.10}",
            'database.version (line 6): without quotes YAML reads 18.10 as the number 18.1; write version: "18.10"',
        ),
        ("apps:\n  shop:", "apps.shop (line 7): empty; write shop: {} for the defaults"),
        ("database:", "database (line 6): empty; write database: {} for the defaults"),
        (
            "apps:\n  shop:\n    domains: shop.example.com",
            'apps.shop.domains (line 8): expects a list, not "shop.example.com"; write domains: [shop.example.com]',
        ),
        (
            "apps:\n  shop:\n    schema: [shop]",
            "apps.shop.schema (line 8): expects one value, not a list; write schema: shop",
        ),
        (
            "apps:\n  shop:\n    secrets: {API_KEY: x}",
            "apps.shop.secrets (line 8): expects a list, not a mapping; write secrets: [API_KEY]",
        ),
        (
            "apps: [shop, blog]",
            "apps (line 6): expects names with values, not a list; write apps: {shop: {}, blog: {}}",
        ),
        (
            "apps:\n  shop:\n    database-url:\n      scheme: mysql",
            'apps.shop.database-url.scheme (line 9): "mysql" is not a scheme of PostgreSQL; write one like '
            '"postgresql" or "postgresql+psycopg"',
        ),
        (
            "apps:\n  shop:\n    database-url:\n      parameters: {user: postgres}",
            'apps.shop.database-url.parameters.user (line 9): "user" would lead the URL elsewhere; remove it',
        ),
        (
            'apps:\n  shop:\n    domains: ["https://shop.example.com/"]',
            'apps.shop.domains.0 (line 8): "https://shop.example.com/" is a web address; write the name alone: '
            "shop.example.com",
        ),
        (
            "apps:\n  shop:\n    domains: [Shop.example.com]",
            'apps.shop.domains.0 (line 8): "Shop.example.com" is not a domain name; write it in lowercase: '
            "shop.example.com",
        ),
        (
            "apps:\n  shop:\n    schema: \u201cshop\u201d",
            "apps.shop.schema (line 8): \u201cshop\u201d has typographic quotes; use plain ones, or none",
        ),
        ("apps:\n  shop:\n    domain: [x]", "apps.shop.domain (line 8): unknown key; did you mean domains?"),
        (
            "apps:\n  shop:\n    scale: {web: two}",
            'apps.shop.scale.web (line 8): "two" is not a whole number; write digits alone',
        ),
        ("protect: sometimes", 'protect (line 6): "sometimes" is not true or false'),
        ("generation: 0", "generation (line 6): 0 is too small; the minimum is 1"),
        (
            "apps:\n  shop:\n    access: root",
            'apps.shop.access (line 8): "root" is not allowed; write schema or superuser',
        ),
    ],
)
def test_a_mistake_is_named_with_its_line_and_the_way_out(tmp_path: Path, text: str, problem: str) -> None:
    assert problems(tmp_path, text) == [problem]


def test_a_keys_file_in_place_of_the_key(tmp_path: Path) -> None:
    file = tmp_path / "Pulumi.prod.yaml"
    file.write_text(_HEAD.replace(KEY, "~/.ssh/id_ed25519.pub"))
    with pytest.raises(StackFileError) as caught:
        stack_file.parse(yaml_file.load(file)["config"]["petbase:estate"], yaml_file.places(file))
    assert caught.value.problems == [
        'server.authorized-keys.0 (line 4): "~/.ssh/id_ed25519.pub" is a file; write its contents, which this prints: '
        "cat ~/.ssh/id_ed25519.pub"
    ]


def test_a_rule_of_several_fields_gets_its_line_too(tmp_path: Path) -> None:
    file = tmp_path / "Pulumi.prod.yaml"
    file.write_text(_HEAD + "    apps:\n      postgres: {}\n")
    places = yaml_file.places(file)
    estate = stack_file.parse(yaml_file.load(file)["config"]["petbase:estate"], places)
    assert StackFileError(rules.problems(estate), places).problems == [
        'apps.postgres (line 7): PostgreSQL already has a role "postgres"; rename the app, or set access: superuser'
    ]


def test_a_variable_is_the_text_that_stands_in_the_file(tmp_path: Path) -> None:
    """YAML would make 1.1 of the version and true of yes."""
    file = tmp_path / "Pulumi.prod.yaml"
    env = "{PORT: 3000, VERSION: 1.10, DEBUG: yes, QUIET: False, SIZE: 0x10, COLOR: red}"
    file.write_text(f"{_HEAD}    apps:\n      shop:\n        env: {env}\n")
    estate = stack_file.parse(yaml_file.load(file)["config"]["petbase:estate"], yaml_file.places(file))
    assert estate.apps["shop"].env == {
        "PORT": "3000",
        "VERSION": "1.10",
        "DEBUG": "yes",
        "QUIET": "False",
        "SIZE": "0x10",
        "COLOR": "red",
    }


def test_without_a_file_a_variable_is_the_value_s_text() -> None:
    env = {"PORT": 3000, "DEBUG": True}
    assert stack_file.parse(estate(apps={"shop": {"env": env}})).apps["shop"].env == {"PORT": "3000", "DEBUG": "true"}
